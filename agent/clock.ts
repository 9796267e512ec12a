/** Time, as the agent gets it from outside. */
import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export type Clock = {
  /** The wall clock, in milliseconds. It may jump, in both directions. */
  now(): number;
  /** Milliseconds that never jump. They count while the PC sleeps on Windows and macOS, and do not on Linux. */
  monotonic(): number;
  /** Milliseconds since the system started, sleep included, as far as the system says so. */
  sinceBoot(): number;
  /** Resolves after that long, or at once when that is negative or the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls again and again, that long apart; not while the process stands still. @returns what ends it */
  every(milliseconds: number, call: () => void): () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
  sleep: async (milliseconds, signal) => {
    await delay(Math.max(milliseconds, 0), undefined, signal ? { signal } : {}).catch(() => undefined);
  },
  every: (milliseconds, call) => {
    const timer = setInterval(call, milliseconds).unref();
    return () => clearInterval(timer);
  },
};
