/** The environment of events-groups: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({ DEVICES_TABLE: z.string() });
export type Environment = z.infer<typeof Environment>;
