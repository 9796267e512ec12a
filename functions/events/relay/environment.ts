/** The environment of events-relay: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  ASSISTANCE_TABLE: z.string(),
  DEVICES_TABLE: z.string(),
  RESTARTS_TABLE: z.string(),
  EVENT_BUS_NAME: z.string(),
  INBOX_URL_PREFIX: z.string(),
  INBOX_DEAD_LETTER_QUEUE_ARN: z.string(),
  INBOX_LEASE_SECONDS: z.string(),
  STAGE: z.string(),
});
export type Environment = z.infer<typeof Environment>;
