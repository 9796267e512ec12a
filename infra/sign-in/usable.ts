/**
 * Compares an access token with what the stack wants. The gateway answers an unusable one with 401 and little more, and
 * most that is wrong with it is wrong at the issuer; so it is told here, in words, before anybody uses it.
 */
import { type Claims, decodeClaims, whyNoAccessToken } from '../../lib/admins/token.ts';

/** As the stack's outputs `TokenIssuer` and `TokenAudience` say. */
export type Wanted = { readonly issuer: string; readonly audience: string };

/** API Gateway knows RSA signatures only, and finds the key by its id. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

const V1 = /^https:\/\/sts\.windows\.net\//;

const whyNoJwt = (token: string): string | undefined => {
  const parts = token.split('.').length;
  if (parts === 5) return 'It is encrypted (JWE), and must be a signed JWT.';
  if (parts === 3) return undefined;
  return 'It is no JWT. Issuers give such an opaque token where no API is asked for: ask for the stack’s with --audience (Auth0) or with one of its scopes (--scope).';
};

const headerOf = (token: string): Claims => {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
};

function* wrongWithHeader({ alg, kid }: Claims): Generator<string> {
  if (!ALGORITHMS.includes(String(alg))) yield `It is signed with ${alg}: API Gateway takes RSA keys only (RS256).`;
  if (kid === undefined) yield 'It does not name its key (kid): API Gateway finds the key by that.';
}

function* wrongWithClaims(claims: Claims, { issuer, audience }: Wanted): Generator<string> {
  const why = whyNoAccessToken(claims);
  if (why !== undefined) yield why;
  const { iss, aud, client_id: clientId } = claims;
  if (iss !== issuer) yield `Its issuer (iss) is ${iss}, and the stack wants ${issuer}.`;
  if (V1.test(String(iss))) yield 'That is Entra ID’s v1: set requestedAccessTokenVersion to 2 in the API’s manifest.';
  if (aud === undefined && clientId === undefined) yield `It has no audience (aud), and the stack wants ${audience}.`;
  else if (aud === undefined && clientId !== audience) {
    yield `Its client (client_id, which counts where there is no aud) is ${clientId}, and the stack wants ${audience}.`;
  } else if (aud !== undefined && ![aud].flat().includes(audience)) {
    yield `Its audience (aud) is ${[aud].flat().join(', ')}, and the stack wants ${audience}.`;
  }
}

/** @returns what is wrong with the token, a sentence each; nothing where the stack can use it */
export const wrongWith = (token: string, wanted: Wanted): string[] => {
  const form = whyNoJwt(token);
  if (form !== undefined) return [form];
  const header = [...wrongWithHeader(headerOf(token))];
  try {
    return [...header, ...wrongWithClaims(decodeClaims(token), wanted)];
  } catch (error) {
    return [...header, (error as Error).message];
  }
};
