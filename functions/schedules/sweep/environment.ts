/** The environment of schedules-sweep: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  DEVICES_TABLE: z.string(),
  ASSISTANCE_TABLE: z.string(),
  RESTARTS_TABLE: z.string(),
  STAGE: z.string(),
});
export type Environment = z.infer<typeof Environment>;
