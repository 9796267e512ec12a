/** Admins: who the verified token names, and whether their roles are enough. The gateway has verified the token. */
import { ROLES, type Role } from '../api/operation.ts';
import { ProblemError } from '../api/problem.ts';
import type { Admin, HttpEvent } from './http-types.ts';

/** API Gateway writes a claim that is a list as `[a b]`; an issuer may also send one text, or a list with commas. */
const listOf = (claim: unknown): string[] =>
  Array.isArray(claim)
    ? claim.map(String)
    : String(claim ?? '')
        .replace(/^\[|\]$/g, '')
        .split(/[\s,]+/);

const text = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

/**
 * @param rolesClaim the claim that holds the roles, `cognito:groups` by default
 * @throws ProblemError `unauthenticated` when the token names nobody; `forbidden` below the required role
 */
export const authorizeAdmin = (event: HttpEvent, rolesClaim: string, required: Role): Admin => {
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  const id = text(claims['sub']);
  if (id === undefined) throw new ProblemError('unauthenticated', 'A valid access token is needed.');
  const named = new Set(listOf(claims[rolesClaim]));
  const roles = ROLES.filter((role) => named.has(role));
  const highest = Math.max(-1, ...roles.map((role) => ROLES.indexOf(role)));
  if (highest < ROLES.indexOf(required)) {
    throw new ProblemError('forbidden', `This needs the role ${required} or one above it.`);
  }
  return { id, name: text(claims['username']) ?? text(claims['email']) ?? id, roles };
};
