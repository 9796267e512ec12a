/** The environment of events-timeline: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  ACTIVITY_TABLE: z.string(),
});
export type Environment = z.infer<typeof Environment>;
