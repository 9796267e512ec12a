/** Waits for what comes about in its own time, by asking. */
import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 200;

/**
 * @param ask answers `undefined` while it is not so yet
 * @throws Error after `withinMs`
 */
export const until = async <T>(what: string, ask: () => Promise<T | undefined>, withinMs = 60_000): Promise<T> => {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: not so within ${withinMs / 1000} s`);
    await sleep(ASK_EVERY_MS);
  }
};
