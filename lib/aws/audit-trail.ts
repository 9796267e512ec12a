/** The audit trail in DynamoDB: records that are written in the transactions of the changes that they tell of. */
import type { AuditTrail } from '../audit/ports.ts';
import { addRecord, subjectsOf } from './audit-items.ts';
import { accompanied, type Database, write } from './dynamodb.ts';

/** What the stack tells a function whose requests are audited. */
export type AuditEnvironment = { AUDIT_TABLE: string; AUDIT_RETENTION_DAYS: string };

export const createAuditTrail = (
  db: Database,
  { AUDIT_TABLE: table, AUDIT_RETENTION_DAYS: retentionDays }: AuditEnvironment,
): AuditTrail => {
  const store = { table, retentionDays: Number(retentionDays) };
  return {
    follow: (describe, serve) =>
      accompanied((writes) => subjectsOf(writes).map((subject) => addRecord(store, describe(subject))), serve),
    append: (record) => write(db, addRecord(store, record)),
  };
};
