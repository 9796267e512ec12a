/** What a stage configures of a user pool of the stack's own. Cognito refuses anything else, but only when it is deployed. */
import { z } from 'zod';

/** TLS, or the admin's own machine, where a command line waits for the answer. */
const isAllowed = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost'))) return false;
  return url.username === '' && url.password === '' && !text.includes('#');
};

/** Cognito compares it letter by letter with what the sign-in asks for, so it is left as it is written. */
const CallbackUrl = z
  .string()
  .max(1024)
  .regex(/^https?:\/\/[\x21-\x7e]+$/, 'must be a whole URL in ASCII, without spaces')
  .refine(isAllowed, 'must be https, or http on localhost, without user and without fragment (#…)');

const CallbackUrls = z
  .array(CallbackUrl)
  .max(100)
  .refine((urls) => new Set(urls).size === urls.length, 'must have each URL once');

const minutes = (shortest: number, longest: number) => z.int().min(shortest).max(longest);

export const Cognito = z
  .strictObject({
    /** What the sign-in page's address begins with; nobody else in the region may have it. */
    domainPrefix: z.string().regex(/^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
      error: 'must be 1 to 63 lower-case letters, digits and inner hyphens, without aws, amazon or cognito',
    }),
    /** Where a sign-in may end. */
    callbackUrls: CallbackUrls.min(1).default(['http://localhost:8976/callback']),
    logoutUrls: CallbackUrls.default([]),
    /** A role that is taken away ends with the access token at the latest. */
    accessTokenMinutes: minutes(5, 24 * 60).default(60),
    /** After that, an admin signs in again. */
    refreshTokenMinutes: minutes(60, 10 * 365 * 24 * 60).default(12 * 60),
  })
  .refine(({ accessTokenMinutes, refreshTokenMinutes }) => accessTokenMinutes <= refreshTokenMinutes, {
    path: ['accessTokenMinutes'],
    error: 'must not be more than refreshTokenMinutes: Cognito lets no access token outlive the sign-in',
  });
export type CognitoConfig = z.output<typeof Cognito>;
