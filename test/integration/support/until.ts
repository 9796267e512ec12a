/** Waits for something that happens in its own time, such as a visibility timeout or a process's end. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first value of `condition` that is neither `undefined`, `null` nor `false`; rejects after `timeoutMs`. */
export const until = async <T>(
  condition: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, undefined | null | false>> => {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    if (performance.now() > end) throw new Error(`Not so within ${timeoutMs} ms: ${condition}`);
    await sleep(20);
  }
};
