/** The environment of admin-alerts: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  ADMIN_ROLES: z.string(),
  ACTIVITY_TABLE: z.string(),
});
export type Environment = z.infer<typeof Environment>;
