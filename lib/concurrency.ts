/** Optimistic concurrency: a change is decided on what was read and saved only if that is still what is stored. */

/** What was read has changed meanwhile; nothing was written. */
export class ConcurrentChange extends Error {
  override readonly name = 'ConcurrentChange';
}

/**
 * Runs `attempt`, which reads, decides and saves, again when somebody else was faster.
 * @throws ConcurrentChange when it lost `attempts` times
 */
export const retryOnConcurrentChange = async <T>(attempt: () => Promise<T>, attempts = 5): Promise<T> => {
  for (let left = attempts; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConcurrentChange) || left <= 1) throw error;
    }
  }
};
