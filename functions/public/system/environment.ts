/** The environment of public-system: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  VERSION: z.string(),
});
export type Environment = z.infer<typeof Environment>;
