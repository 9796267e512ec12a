/** The environment of admin-connectors: the stack must give exactly this. */
import * as z from 'zod/mini';

export const Environment = z.object({
  ASSISTANCE_TABLE: z.string(),
  CONNECTORS: z.string(),
  TEAMVIEWER_API_URL: z.string(),
  TEAMVIEWER_LOGIN_URL: z.string(),
  TEAMVIEWER_SECRET_ARN: z.string(),
  AUDIT_TABLE: z.string(),
  AUDIT_RETENTION_DAYS: z.string(),
});
export type Environment = z.infer<typeof Environment>;
