/** The environment of admin-audit: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  AUDIT_TABLE: z.string(),
  AUDIT_RETENTION_DAYS: z.string(),
});
export type Environment = z.infer<typeof Environment>;
