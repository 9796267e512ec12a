/** The environment of admin-me: it needs none. */
import * as z from 'zod/mini';

export const Environment = z.object({});
export type Environment = z.infer<typeof Environment>;
