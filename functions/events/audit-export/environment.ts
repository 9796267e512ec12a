/** The environment of events-audit-export: nothing, since all it does is log. */
import * as z from 'zod/mini';

export const Environment = z.object({});
export type Environment = Record<never, string>;
