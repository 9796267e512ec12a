/** Starts several things at once, and waits for all of them even where one fails, so that each can be stopped again. */

/** Like `Promise.all`, but rejects only once every promise is settled. */
export const startTogether = async <T extends readonly unknown[]>(
  promises: { [K in keyof T]: Promise<T[K]> },
): Promise<T> => {
  const results = await Promise.allSettled(promises as readonly Promise<unknown>[]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
};
