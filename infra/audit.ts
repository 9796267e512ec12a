/** What every function of the API is told of the audit trail. */
import type { Resources } from './resources.ts';

/** The variables of a function whose requests are audited; beside them it needs `PutItem` on the table, and no more. */
export const auditVariables = ({ config, tables }: Resources) => ({
  AUDIT_TABLE: tables.audit.name,
  AUDIT_RETENTION_DAYS: String(config.auditRetentionDays),
});
