/** Audit records as items, and the write that adds one. */
import type { AuditRecord, AuditSubject } from '../audit/model.ts';
import { subjectOfId } from '../audit/subject.ts';
import { DAY } from '../clock.ts';
import { ttl, type Write } from './dynamodb.ts';
import { toItem } from './items.ts';
import { auditKey, partitions, shardKeyOf } from './keys.ts';
import { create } from './versioned.ts';

export type AuditStore = { table: string; retentionDays: number };

/** Never over one that is there: who may write may add, and nothing else. */
export const addRecord = ({ table, retentionDays }: AuditStore, record: AuditRecord): Write =>
  create(
    table,
    toItem('AuditRecord', auditKey(record.id), record, {
      listShard: shardKeyOf(partitions.auditRecords, record.id),
      actorShard: shardKeyOf(partitions.recordsBy(record.actor.id), record.id),
      ...(record.subject.id !== undefined && {
        subjectShard: shardKeyOf(partitions.recordsAbout(record.subject.id), record.id),
      }),
      listSort: record.id,
      ttl: ttl(record.at + retentionDays * DAY),
    }),
  );

const idOf = ({ Put, Update, Delete }: Write): string => String((Put?.Item ?? Update?.Key ?? Delete?.Key)?.['pk']);

/**
 * What a change is about: the first of its writes at something that has an id of ours. So it is the new entity where
 * one is created, and the entity itself before the device's record that follows it.
 */
const subjectOf = (writes: readonly Write[]): AuditSubject | undefined => {
  for (const write of writes) {
    const subject = subjectOfId(idOf(write));
    if (subject) return subject;
  }
  return undefined;
};

/** The subjects of a change: its own, and those that are on record beside it. */
export const subjectsOf = (writes: readonly Write[]): (AuditSubject | undefined)[] => [
  subjectOf(writes),
  ...writes.filter(({ isOnRecord }) => isOnRecord).map((write) => subjectOfId(idOf(write))),
];
