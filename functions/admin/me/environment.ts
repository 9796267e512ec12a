/** The environment of admin-me: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  ADMIN_ROLES: z.string(),
});
export type Environment = z.infer<typeof Environment>;
