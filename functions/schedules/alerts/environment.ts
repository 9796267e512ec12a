/** The environment of schedules-alerts: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  ACTIVITY_TABLE: z.string(),
  ALERT_TOPIC_ARN: z.string(),
  EVENT_BUS_NAME: z.string(),
  CONSOLE_URL: z.string(),
  STAGE: z.string(),
});
export type Environment = z.infer<typeof Environment>;
