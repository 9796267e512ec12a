/** Time, as the agent gets it from outside. */
import { setTimeout as delay } from 'node:timers/promises';

export type Clock = {
  /** The wall clock, in milliseconds. It may jump, in both directions. */
  now(): number;
  /** Milliseconds that never jump, and that need not count while the PC sleeps. Means nothing in another process. */
  monotonic(): number;
  /** Resolves after that long, or at once when that is negative or the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await delay(Math.max(milliseconds, 0), undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
