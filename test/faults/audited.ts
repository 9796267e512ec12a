/** What is on record of who changed what, beside what was changed. */
import assert from 'node:assert/strict';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditRecord } from '../../lib/audit/model.ts';
import type { IndexAttributes } from '../../lib/aws/items.ts';
import { partitions } from '../../lib/aws/keys.ts';
import { readShardedList } from '../../lib/aws/sharded-list.ts';
import type { LocalStack } from '../../local/stack.ts';
import { type CommittedChange, variableOf } from './committed.ts';

/** Reads on from where the last look ended; the first one from the beginning. */
export const openAudited = (stack: LocalStack, db: DynamoDBDocumentClient) => {
  let last: string | undefined;

  /** @returns what was put on record since the last look */
  return async (): Promise<AuditRecord[]> => {
    const records: AuditRecord[] = [];
    for (;;) {
      const { items } = await readShardedList<AuditRecord>(db, 'AuditRecord', {
        table: variableOf(stack, 'AUDIT_TABLE'),
        index: 'list',
        partition: partitions.auditRecords,
        order: 'ascending',
        limit: 100,
        after: last,
      });
      if (items.length === 0) return records;
      records.push(...items);
      last = items.at(-1)?.id ?? last;
    }
  };
};

/** Those whose items are only made and changed by what goes on record, or by nobody's request. */
const TYPES = ['AssistanceRequest', 'RestartJob', 'RestartTask'];

const causeOf = ({ after }: CommittedChange): string | undefined => (after as IndexAttributes | undefined)?.causedBy;

/** A change that a caller made is on record exactly once, and nothing is that was not made. */
export const judgeAudit = (changes: readonly CommittedChange[], records: readonly AuditRecord[]): void => {
  const made = records.filter(({ outcome }) => outcome === 'succeeded');
  const recorded = new Set(made.map(({ requestId }) => requestId));
  // A device that takes the place of another is a record of each of the two.
  const subjects = new Set(made.map(({ requestId, subject }) => `${requestId} ${subject.id}`));
  assert.equal(made.length, subjects.size, 'a request is on record twice');
  const unrecorded = changes.flatMap((change) => {
    const { type, state, id } = change.after ?? {};
    // An attempt to open a session changes the request too, and is on record once it succeeded.
    if (!TYPES.includes(String(type)) || state === change.before?.['state']) return [];
    const cause = causeOf(change);
    return cause === undefined || recorded.has(cause) ? [] : [`${type} ${id} ${state}`];
  });
  assert.deepEqual(unrecorded, [], 'changed, and not on record');
  const causes = new Set(changes.map(causeOf));
  const invented = made.filter(
    ({ subject, requestId }) => /^(req|job|tsk)_/.test(subject.id ?? '') && !causes.has(requestId),
  );
  assert.deepEqual(invented, [], 'on record, and not made');
};
