/** Audit records as the API shows them. */
import type { AuditEvent } from '../api/audit.ts';
import { iso } from '../clock.ts';
import type { AuditRecord } from './model.ts';

export const auditView = ({ actor: { roles, ...actor }, at, ...record }: AuditRecord): AuditEvent => ({
  ...record,
  at: iso(at),
  actor: { ...actor, ...(roles && { roles: [...roles] }) },
});
