/** A call that a person waits for: tried a few times, a few seconds apart, when it is not answered. */
import type { Clock } from './clock.ts';
import { backOffMs } from './pace.ts';
import { isFinal, retryAfterOf } from './server.ts';

const TRIES = 4;
const BACK_OFF = { floorSeconds: 1, capSeconds: 10 };

/** @param call must be safe to repeat @throws what the last try threw, at once when the server refused */
export const patiently = async <T>(
  call: () => Promise<T>,
  { clock, random }: { clock: Pick<Clock, 'sleep'>; random: () => number },
): Promise<T> => {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (isFinal(error) || failures === TRIES) throw error;
      const retryAfterSeconds = Math.min(retryAfterOf(error) ?? 0, BACK_OFF.capSeconds);
      await clock.sleep(backOffMs(failures, random(), BACK_OFF, retryAfterSeconds));
    }
  }
};
