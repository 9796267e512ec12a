/** What decides when a device calls next: the product's own functions, or others in their place to compare with. */
import { POLL_BACK_OFF, pollBackOffMs, pollDelayMs, startDelayMs } from '../../agent/pace.ts';
import { pollAfterSeconds } from '../../lib/devices/pace.ts';

export type Pacing = {
  /** The server's part: seconds from an answer to the next poll. */
  readonly pollAfterSeconds: typeof pollAfterSeconds;
  /** The agent's part, in milliseconds: how it takes the server's answer, */
  readonly pollDelayMs: (pollAfterSeconds: number) => number;
  /** how long it waits after the nth failure in a row (`random` from 0 up to 1; `paceMs` as the last answer said), */
  readonly afterFailureMs: (failures: number, random: number, paceMs: number) => number;
  /** and how long before its first poll. */
  readonly startDelayMs: (random: number) => number;
};

/** As `agent/poll-loop.ts` and `agent/cli/run.ts` call them. A failure is one without `Retry-After`, as an outage's are. */
export const PRODUCT: Pacing = {
  pollAfterSeconds,
  pollDelayMs: (seconds) => pollDelayMs({ retryAfterSeconds: seconds }),
  afterFailureMs: pollBackOffMs,
  startDelayMs: (random) => startDelayMs(random, POLL_BACK_OFF.floorSeconds),
};
