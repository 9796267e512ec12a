/** Admins: who the verified token names, and whether their roles are enough. The gateway has verified the token. */
import { nameIn, type RoleRules, rolesIn } from '../admins/rules.ts';
import { assertAccessToken, assertVerified, bearerToken, decodeClaims } from '../admins/token.ts';
import { ROLES, type Role } from '../api/operation.ts';
import { ProblemError } from '../api/problem.ts';
import type { Admin, HttpEvent } from './http-types.ts';

/** @param rules as the stack writes them into a function's environment; none where the function is not for admins */
export const readRoleRules = (rules: string | undefined): RoleRules | undefined =>
  rules === undefined ? undefined : (JSON.parse(rules) as RoleRules);

/**
 * @param rules without them nobody has a role
 * @throws ProblemError `unauthenticated` where there is no access token, or the token names nobody
 */
export const identifyAdmin = (event: HttpEvent, rules: RoleRules | undefined): Admin => {
  const claims = decodeClaims(bearerToken(event.headers['authorization']));
  assertAccessToken(claims);
  assertVerified(claims, event.requestContext.authorizer?.jwt?.claims ?? {});
  const id = String(claims['sub']);
  return { id, name: nameIn(claims) ?? id, roles: rules ? rolesIn(claims, rules) : [] };
};

/** @throws ProblemError `forbidden` below the required role */
export const assertRole = ({ roles }: Admin, required: Role): void => {
  const highest = Math.max(-1, ...roles.map((role) => ROLES.indexOf(role)));
  if (highest < ROLES.indexOf(required)) {
    throw new ProblemError('forbidden', `This needs the role ${required} or one above it.`);
  }
};
