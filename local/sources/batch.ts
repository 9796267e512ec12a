/** What a function said about a batch of records: all done, or from where on it must be tried again. */
import type { InvocationResponse } from '../functions/protocol.ts';

export type BatchOutcome = {
  /** Identifiers of the records that failed, in no order; `all` where the whole batch did. */
  failed: 'none' | 'all' | ReadonlySet<string>;
  /** Why, for the failure destination. */
  error?: string;
};

/** Reads the answer of a function to a batch. `identifiers`: those of the batch; any other one fails the whole batch. */
export const readOutcome = (
  response: InvocationResponse,
  reportsItemFailures: boolean,
  identifiers: ReadonlySet<string>,
): BatchOutcome => {
  if (!response.ok) return { failed: 'all', error: `${response.error.errorType}: ${response.error.errorMessage}` };
  if (!reportsItemFailures) return { failed: 'none' };
  const answer = JSON.parse(response.payload) as { batchItemFailures?: { itemIdentifier?: unknown }[] | null } | null;
  const failures = answer?.batchItemFailures;
  if (failures === undefined || failures === null || failures.length === 0) return { failed: 'none' };
  if (!Array.isArray(failures)) return { failed: 'all', error: 'batchItemFailures is not a list' };
  const failed = new Set(failures.map(({ itemIdentifier }) => String(itemIdentifier ?? '')));
  const unknown = [...failed].filter((identifier) => !identifiers.has(identifier));
  if (unknown.length > 0)
    return { failed: 'all', error: `batchItemFailures names ${unknown[0]}, which is not in the batch` };
  return { failed, error: `${failed.size} of ${identifiers.size} records failed` };
};
