/** What the fake answers with, and TeamViewer's table of errors. */

export type Answer = {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text. */
  body?: unknown;
};

const refusal = (
  status: number,
  error: string,
  description: string,
  code: number,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers,
  body: { error, error_description: description, error_code: code },
});

const BEARER = { 'www-authenticate': 'Bearer' };

export const invalidRequest = (description: string): Answer => refusal(400, 'invalid_request', description, 2);
export const invalidGrant = (): Answer => refusal(400, 'invalid_grant', 'The grant is invalid, expired or revoked', 3);
export const invalidClient = (): Answer =>
  refusal(400, 'invalid_client', 'The client is unknown or its secret wrong', 4);
export const invalidToken = (): Answer => refusal(401, 'invalid_token', 'The access token is invalid', 5, BEARER);
export const notFound = (): Answer => refusal(404, 'not_found', 'There is no such thing', 6);
export const blocked = (): Answer => refusal(403, 'blocked', 'The account is blocked', 7);
export const rateLimitReached = (): Answer => refusal(403, 'rate_limit_reached', 'The rate limit is reached', 8);
export const internalError = (): Answer => refusal(500, 'internal_error', 'Something went wrong', 9);
/** The documentation has this one to the letter. */
export const tokenExpired = (): Answer => refusal(401, 'token_expired', 'The access token expired', 1, BEARER);
