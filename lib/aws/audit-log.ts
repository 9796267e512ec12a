/** Reading audit records. */
import type { AuditRecord } from '../audit/model.ts';
import type { AuditLog } from '../audit/ports.ts';
import type { Database } from './dynamodb.ts';
import { partitions } from './keys.ts';
import { readShardedList, type ShardedList } from './sharded-list.ts';

type Source = Pick<ShardedList, 'index' | 'partition' | 'alsoIn'>;

/** A subject has fewer records than an actor, as a rule: with both, these are read and those of others left out. */
const sourceOf = (actor: string | undefined, subject: string | undefined): Source => {
  const by = actor === undefined ? undefined : ({ index: 'actor', partition: partitions.recordsBy(actor) } as const);
  if (subject === undefined) return by ?? { index: 'list', partition: partitions.auditRecords };
  return { index: 'subject', partition: partitions.recordsAbout(subject), alsoIn: by };
};

export const createAuditLog = (db: Database, table: string): AuditLog => ({
  list: ({ limit, after, actor, subject }) =>
    readShardedList<AuditRecord>(db, 'AuditRecord', {
      table,
      ...sourceOf(actor, subject),
      order: 'descending',
      limit,
      after,
    }),
});
