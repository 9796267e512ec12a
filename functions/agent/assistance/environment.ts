/** The environment of agent-assistance: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  DEVICES_TABLE: z.string(),
  ASSISTANCE_TABLE: z.string(),
  IDEMPOTENCY_TABLE: z.string(),
  REQUESTS_PER_HOUR: z.string(),
  UNANSWERED_AFTER_MINUTES: z.string(),
  AUDIT_TABLE: z.string(),
  AUDIT_RETENTION_DAYS: z.string(),
});
export type Environment = z.infer<typeof Environment>;
