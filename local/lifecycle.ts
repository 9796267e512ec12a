/** Remembers how to stop what was started, so that a start that fails half-way leaves nothing running. */

export type Lifecycle = {
  /** Keeps `stop` for later, and returns `value`. */
  started<T>(value: T, stop: (value: T) => unknown): T;
  /** Stops everything, last started first. Stopping twice is stopping once. */
  stop(): Promise<void>;
};

export const createLifecycle = (): Lifecycle => {
  const stops: (() => unknown)[] = [];
  let stopping: Promise<void> | undefined;
  return {
    started: (value, stop) => {
      stops.unshift(() => stop(value));
      return value;
    },
    stop: () => {
      stopping ??= (async () => {
        for (const stop of stops) await stop();
      })();
      return stopping;
    },
  };
};

/** Like `Promise.all`, but rejects only once every promise is settled, so that what did start can be stopped. */
export const startTogether = async <T extends readonly unknown[]>(
  promises: {
    [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> => {
  const results = await Promise.allSettled(promises as readonly Promise<unknown>[]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
};
