/** The environment of admin-overview: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  DEVICES_TABLE: z.string(),
  ASSISTANCE_TABLE: z.string(),
  RESTARTS_TABLE: z.string(),
  ACTIVITY_TABLE: z.string(),
  CONNECTORS: z.string(),
  AUDIT_TABLE: z.string(),
  AUDIT_RETENTION_DAYS: z.string(),
});
export type Environment = z.infer<typeof Environment>;
