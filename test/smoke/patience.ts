/** Waiting for a deployment: for what follows by itself, and where it asks for slower callers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Client } from '../../lib/api/client.ts';

export type Patience = {
  /** For each thing that is waited for. */
  readonly ms: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
};

/** Between two looks: short at first, since most effects take a second or two. */
const FIRST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 2000;
const SLOWER = 1.5;

const inSeconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/** What did not come about in time. */
export class OutOfPatience extends Error {
  override readonly name = 'OutOfPatience';
}

/**
 * Asks again and again, for as long as the patience lasts.
 * @param ask answers `undefined` while it is not so yet, and may say how long to wait before asking again
 * @throws OutOfPatience which names `what`
 */
export const until = async <T>(
  what: string,
  { ms, signal }: Patience,
  ask: (wait: (seconds: number) => void) => Promise<T | undefined>,
): Promise<T> => {
  const end = performance.now() + ms;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(LONGEST_LOOK_MS, pauseMs * SLOWER)) {
    let askedMs = 0;
    const found = await ask((seconds) => {
      askedMs = seconds * 1000;
    });
    if (found !== undefined) return found;
    const left = end - performance.now();
    const next = Math.max(pauseMs, askedMs);
    if (left <= 0 || askedMs > left) throw new OutOfPatience(`${what}: not so within ${inSeconds(ms)}`);
    await sleep(Math.min(next, left), undefined, { signal });
  }
};

/** Where `429` says nothing of how long, as API Gateway's own. */
const UNSAID_SECONDS = 1;

/** A client that waits where it is told that it asks too much, within the patience. */
export const patiently =
  (call: Client, patience: Patience): Client =>
  (operation, request, options = {}) =>
    until(`${operation.id} being let through the throttle`, patience, async (wait) => {
      try {
        return await call(operation, request, { signal: patience.signal, ...options });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 429) throw error;
        wait(error.retryAfterSeconds ?? UNSAID_SECONDS);
        return undefined;
      }
    });
