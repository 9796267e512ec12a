/** What is kept secret of a TeamViewer connection. Stored as one value, so that both tokens change together. */
import * as z from 'zod/mini';

const App = z.object({ clientId: z.string(), clientSecret: z.string() });

const Tokens = z.object({
  accessToken: z.string(),
  /** Single-use: a refresh gives the next one. */
  refreshToken: z.string(),
  /** From when on the access token is to be refreshed: a little before it expires. */
  refreshAt: z.number(),
});

export const TeamViewerSecret = z.object({
  connection: z.optional(z.object({ app: App, tokens: Tokens })),
  /** An onboarding whose admin is at TeamViewer. */
  pending: z.optional(z.object({ app: App, redirectUri: z.string(), state: z.string() })),
});
export type TeamViewerSecret = z.infer<typeof TeamViewerSecret>;

/** The app that is registered at TeamViewer. */
export type App = z.infer<typeof App>;
export type Tokens = z.infer<typeof Tokens>;
export type Connection = NonNullable<TeamViewerSecret['connection']>;
