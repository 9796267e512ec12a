/** Lets pollers sleep until something that concerns them happens, or until a time is up, whichever is first. */

/** What a poller waits for: a write to a table, or a message in a queue. */
export type WakeKey = `table:${string}` | `queue:${string}` | 'deliveries';

export class Waker {
  readonly #sleepers = new Map<WakeKey, Set<() => void>>();
  readonly #wakes = new Map<WakeKey, number>();

  /** Wakes everyone who waits for `key`. */
  wake(key: WakeKey): void {
    this.#wakes.set(key, this.count(key) + 1);
    for (const resume of [...(this.#sleepers.get(key) ?? [])]) resume();
  }

  /** How often `key` was woken. Read it before looking for work, and give it to `wait` if there was none. */
  count(key: WakeKey): number {
    return this.#wakes.get(key) ?? 0;
  }

  /**
   * Resolves on `wake(key)`, after `milliseconds`, or when `signal` aborts; at once if `key` was woken since `seen` was
   * its count, which would otherwise be missed. Never rejects.
   */
  wait(key: WakeKey, milliseconds: number, seen: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted || this.count(key) > seen) return resolve();
      const sleepers = this.#sleepers.get(key) ?? new Set();
      this.#sleepers.set(key, sleepers);
      const resume = () => {
        clearTimeout(timer);
        sleepers.delete(resume);
        if (sleepers.size === 0 && this.#sleepers.get(key) === sleepers) this.#sleepers.delete(key);
        signal?.removeEventListener('abort', resume);
        resolve();
      };
      const timer = setTimeout(resume, milliseconds);
      sleepers.add(resume);
      signal?.addEventListener('abort', resume, { once: true });
    });
  }
}
