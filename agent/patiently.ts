/** A call that a person waits for: tried a few times, a few seconds apart, when it is not answered. */
import type { Clock } from './clock.ts';
import { backOffMs } from './pace.ts';
import { isFinal, retryAfterOf } from './server.ts';

const TRIES = 4;
const BACK_OFF = { floorSeconds: 1, capSeconds: 10 };

/**
 * @param call must be safe to repeat
 * @param isNo whether an error is an answer after all, beside what always is
 * @throws what the last try threw, at once when the server refused
 */
export const patiently = async <T>(
  call: () => Promise<T>,
  {
    clock,
    random,
    tries = TRIES,
    isNo = () => false,
  }: { clock: Pick<Clock, 'sleep'>; random: () => number; tries?: number; isNo?: (error: unknown) => boolean },
): Promise<T> => {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (isFinal(error) || isNo(error) || failures >= tries) throw error;
      const retryAfterSeconds = Math.min(retryAfterOf(error) ?? 0, BACK_OFF.capSeconds);
      await clock.sleep(backOffMs(failures, random(), BACK_OFF, retryAfterSeconds));
    }
  }
};
