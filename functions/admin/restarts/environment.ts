/** The environment of admin-restarts: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  DEVICES_TABLE: z.string(),
  RESTARTS_TABLE: z.string(),
  IDEMPOTENCY_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  AUDIT_RETENTION_DAYS: z.string(),
});
export type Environment = z.infer<typeof Environment>;
