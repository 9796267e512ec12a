/** Goes through what is due. One that fails does not keep the others waiting; it is tried again by the next sweep. */
/** So many are changed at once: a whole fleet's tasks may be due in one minute. */
const AT_ONCE = 25;

/**
 * @param change returns whether it changed anything
 * @returns how many were changed
 * @throws AggregateError once all have had their turn, where some failed
 */
export const forEachDue = async <Due>(
  due: AsyncIterable<Due>,
  change: (due: Due) => Promise<boolean>,
): Promise<number> => {
  const errors: unknown[] = [];
  let count = 0;
  let batch: Due[] = [];
  const changeBatch = async (): Promise<void> => {
    for (const done of await Promise.allSettled(batch.map(change))) {
      if (done.status === 'rejected') errors.push(done.reason);
      else if (done.value) count += 1;
    }
    batch = [];
  };
  for await (const one of due) {
    batch.push(one);
    if (batch.length === AT_ONCE) await changeBatch();
  }
  await changeBatch();
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of what is due could not be changed`);
  return count;
};
