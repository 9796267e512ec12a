/** Audit records as the API shows them. */
import type { AuditEvent } from '../api/audit.ts';
import { iso } from '../clock.ts';
import type { AuditActor, AuditRecord } from './model.ts';

const actorView = ({ type, id, name, roles }: AuditActor): AuditEvent['actor'] => ({
  type,
  id,
  name,
  ...(roles && { roles: [...roles] }),
});

/** In the order in which one reads it: DynamoDB keeps none, and an exported line is read as it is. */
export const auditView = (record: AuditRecord): AuditEvent => ({
  id: record.id,
  at: iso(record.at),
  actor: actorView(record.actor),
  operation: record.operation,
  subject: record.subject,
  ...(record.using && { using: record.using }),
  sourceIp: record.sourceIp,
  requestId: record.requestId,
  outcome: record.outcome,
  ...(record.status !== undefined && { status: record.status }),
});
