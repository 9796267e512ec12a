/** API Gateway's JWT authorizer: signature, issuer, audience and times of the token that a request carries. */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { AuthorizerModel, RouteModel } from '../resources/model.ts';
import { claimTexts, scopesOf } from './claims.ts';
import { gatewayAnswer, type HttpResponse } from './response.ts';

export type Authorization =
  | { allowed: true; jwt: { claims: Record<string, string>; scopes: string[] | null } }
  | { allowed: false; response: HttpResponse };

/** API Gateway knows RSA signatures only. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

const refused = (status: 401 | 403, error?: string, description?: string): Authorization => {
  const reason = error === undefined ? 'Bearer' : `Bearer scope="" error="${error}" error_description="${description}"`;
  return {
    allowed: false,
    response: gatewayAnswer(status, status === 401 ? 'Unauthorized' : 'Forbidden', [['www-authenticate', reason]]),
  };
};

/** The token at `$request.header.Name` or `$request.querystring.name`. */
const tokenAt = (
  source: string,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): string | undefined => {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const value = place === 'header' ? headers[name.toLowerCase()] : (query.get(name) ?? undefined);
  return value?.replace(/^Bearer\s+/i, '').trim() || undefined;
};

/** `client_id` counts only where there is no `aud`, as in Cognito's access tokens. */
const isForAudience = ({ aud, client_id: clientId }: JWTPayload, audience: readonly string[]): boolean =>
  (aud === undefined ? [clientId] : [aud].flat()).some((name) => audience.includes(String(name)));

/** What API Gateway asks for and the JWT library does not. */
class Unacceptable extends Error {}

/** API Gateway finds the key by its id, even where there is one key only; and takes no token from the future. */
const verify = async (token: string, keys: JWTVerifyGetKey, issuer: string): Promise<JWTPayload> => {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
  });
  if (protectedHeader.kid === undefined) throw new Unacceptable('the token names no key');
  if (payload.iat !== undefined && payload.iat > Date.now() / 1000) {
    throw new Unacceptable('the token was issued in the future');
  }
  return payload;
};

const whyNot = (error: unknown): string => {
  if (error instanceof Unacceptable) return error.message;
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `the token has an invalid ${error.claim}`;
  return 'the token is not valid';
};

/**
 * Decides whether a request may take `route`. `keys`: the issuer's. Time is real time: the functions' moved clock does
 * not make tokens expire.
 */
export const authorize = async (
  authorizer: AuthorizerModel,
  route: Pick<RouteModel, 'scopes'>,
  request: { headers: Readonly<Record<string, string>>; query: URLSearchParams },
  keys: JWTVerifyGetKey,
): Promise<Authorization> => {
  const token = tokenAt(authorizer.identitySource, request.headers, request.query);
  if (token === undefined) return refused(401);
  let claims: JWTPayload;
  try {
    claims = await verify(token, keys, authorizer.issuer);
  } catch (error) {
    return refused(401, 'invalid_token', whyNot(error));
  }
  if (!isForAudience(claims, authorizer.audience))
    return refused(401, 'invalid_token', 'the token has an invalid audience');
  const scopes = scopesOf(claims);
  if (route.scopes.length > 0 && !route.scopes.some((scope) => scopes.includes(scope))) {
    return refused(403, 'insufficient_scope', 'the token lacks a scope');
  }
  return { allowed: true, jwt: { claims: claimTexts(claims), scopes: route.scopes.length > 0 ? scopes : null } };
};
