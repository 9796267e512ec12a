/** How many calls to AWS one request costs, as the local stack's gateway counts them. */
import type { Operation } from '../../lib/api/operation.ts';
import { callsBy, clearCalls } from './control.ts';

/** Calls by action: `{ GetItem: 1, ReceiveMessage: 1 }`. */
export type Calls = Readonly<Record<string, number>>;

/**
 * What the operation's function called while `act` ran. The counts are the whole stack's, so nothing else may use the
 * function meanwhile; what other functions do in the background does not count.
 */
export const callsOf = async (
  url: string,
  operation: Pick<Operation, 'function'>,
  act: () => Promise<unknown>,
): Promise<Calls> => {
  await clearCalls(url);
  await act();
  const counts = await callsBy(url, operation.function);
  return Object.fromEntries(counts.map(({ action, count }) => [action, count]));
};

/** In words, the same for the same calls. */
export const describeCalls = (calls: Calls): string =>
  Object.entries(calls)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([action, count]) => `${count} ${action}`)
    .join(', ') || 'none';
