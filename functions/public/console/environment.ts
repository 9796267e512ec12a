/** The environment of public-console: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  /** `ConsoleSettings` as JSON; empty where the stage has no client for the console. */
  CONSOLE_SETTINGS: z.string(),
  /** URLs, parted by spaces, whose origins the page may call beside its own: the issuer's. */
  CONNECT_URLS: z.string(),
});
export type Environment = z.infer<typeof Environment>;
