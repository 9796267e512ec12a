/** Optimistic concurrency: a change is decided on what was read and saved only if that is still what is stored. */
import { setTimeout as delay } from 'node:timers/promises';

/** What was read has changed meanwhile; nothing was written. */
export class ConcurrentChange extends Error {
  override readonly name = 'ConcurrentChange';
}

/** Attempts at a record that many change at once: they take turns, and each turn one of them is done. */
export const SHARED_RECORD_ATTEMPTS = 30;

const LONGEST_PAUSE_MS = 64;

/** Many at one record would lose to each other for ever if each tried again at once. The first loser does: it is alone mostly. */
const pause = async (losses: number): Promise<void> => {
  if (losses > 1) await delay(Math.random() * Math.min(2 ** losses, LONGEST_PAUSE_MS));
};

/**
 * Runs `attempt`, which reads, decides and saves, again when somebody else was faster.
 * @throws ConcurrentChange when it lost `attempts` times
 */
export const retryOnConcurrentChange = async <T>(attempt: () => Promise<T>, attempts = 5): Promise<T> => {
  for (let losses = 1; ; losses += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConcurrentChange) || losses >= attempts) throw error;
      await pause(losses);
    }
  }
};

/**
 * The same for what the caller may have read already: the first attempt trusts that, which saves a read where nobody
 * interferes, and each further one reads again.
 */
export const changeKnown = <State, T>(
  known: State | undefined,
  read: () => Promise<State>,
  change: (current: State) => Promise<T>,
): Promise<T> => {
  let trusted = known;
  return retryOnConcurrentChange(async () => {
    const current = trusted ?? (await read());
    trusted = undefined;
    return change(current);
  });
};
