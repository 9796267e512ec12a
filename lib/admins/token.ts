/**
 * The claims of the access token that a request carries, decoded as JSON. The gateway has verified the token. It renders
 * a list as `[a b]`, where a group called "a b" looks like two: so its rendering decides nothing but whether this is the
 * token that was verified.
 */
import { ProblemError } from '../api/problem.ts';
import { parseUniqueJson } from '../unique-json.ts';

/** As they stand in the token. */
export type Claims = Readonly<Record<string, unknown>>;

const refused = (why: string): ProblemError => new ProblemError('unauthenticated', why);

/** Three parts of base64url. API Gateway joins headers of one name with a comma, and this takes none. */
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/**
 * @param authorization the header's value
 * @throws ProblemError `unauthenticated` where it is not exactly one Bearer token
 */
export const bearerToken = (authorization: string | undefined): string => {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refused('Exactly one Bearer token is needed in the Authorization header.');
  return token;
};

/** Node takes more than base64url, and drops what is none: what does not encode to the same text again is refused. */
const bytesOf = (part: string): Buffer => {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new SyntaxError('no base64url');
  return bytes;
};

export const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws SyntaxError, TypeError where it is no JSON object in UTF-8 */
const decode = (part: string): Claims => {
  const value = parseUniqueJson(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part)));
  if (!isObject(value)) throw new SyntaxError('no object');
  return value;
};

/**
 * @param token of three parts, of which the second holds the claims
 * @throws ProblemError `unauthenticated`
 */
export const decodeClaims = (token: string): Claims => {
  try {
    return decode(token.split('.')[1] ?? '');
  } catch {
    throw refused('The token’s claims cannot be read: they must be one JSON object without repeated members.');
  }
};

/**
 * @param verified the claims of the token that the gateway verified, as it renders them
 * @throws ProblemError `unauthenticated` where the two are not of the same issuer and subject
 */
export const assertVerified = (claims: Claims, verified: Claims): void => {
  const isSame = (name: string) => typeof claims[name] === 'string' && claims[name] === verified[name];
  if (!isSame('iss') || !isSame('sub')) throw refused('The token is not the one that the gateway verified.');
};

/** Why a token is an ID token, which tells its own program who signed in and is no credential for an API. */
const idTokenMark = (claims: Claims): string | undefined => {
  const has = (name: string) => Object.hasOwn(claims, name);
  if (claims['token_use'] === 'id') return '`token_use` is `id`';
  if (claims['typ'] === 'ID') return '`typ` is `ID`';
  const hash = ['at_hash', 'c_hash'].find(has);
  if (hash !== undefined) return `it has \`${hash}\``;
  // Older Keycloak puts a nonce into access tokens too, beside their scope.
  return has('nonce') && !has('scope') && !has('scp') ? 'it has a `nonce` and no scope' : undefined;
};

/** OpenID Connect allows no longer one. It becomes a key, so it cannot be cut. */
const LONGEST_SUBJECT = 255;

/** In seconds; beyond it there is no date. */
const LATEST_EXPIRY = 8.64e12;

/** What keeps a token from being an admin's access token; `undefined` where nothing does. */
export const whyNoAccessToken = (claims: Claims): string | undefined => {
  const mark = idTokenMark(claims);
  if (mark !== undefined) return `This is an ID token (${mark}): send the access token.`;
  const { sub, exp } = claims;
  if (typeof sub !== 'string' || sub === '') return 'The token has no `sub`, so it does not say whose it is.';
  if (sub.length > LONGEST_SUBJECT) return `The token’s \`sub\` is longer than ${LONGEST_SUBJECT} characters.`;
  return typeof exp === 'number' && exp <= LATEST_EXPIRY ? undefined : 'The token has no `exp`, so it would never end.';
};

/** @throws ProblemError `unauthenticated`, with the reason, for an ID token and for one that names nobody */
export const assertAccessToken = (claims: Claims): void => {
  const why = whyNoAccessToken(claims);
  if (why !== undefined) throw refused(why);
};
