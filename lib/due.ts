/** Goes through what is due. One that fails does not keep the others waiting; it is tried again by the next sweep. */
import type { Id } from './ids.ts';

/**
 * @param change returns whether it changed anything
 * @returns how many were changed
 * @throws AggregateError once all have had their turn, where some failed
 */
export const forEachDue = async (due: AsyncIterable<Id>, change: (id: Id) => Promise<boolean>): Promise<number> => {
  const errors: unknown[] = [];
  let count = 0;
  for await (const id of due) {
    try {
      if (await change(id)) count += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of what is due could not be changed`);
  return count;
};
