/** Admins: who the verified token names, and whether their roles are enough. The gateway has verified the token. */
import { nameIn, type RoleRules, rolesIn, subjectIn } from '../admins/rules.ts';
import { ROLES, type Role } from '../api/operation.ts';
import { ProblemError } from '../api/problem.ts';
import type { Admin, HttpEvent } from './http-types.ts';

/** Nobody has a role. */
const NO_ROLES: RoleRules = { claim: '' };

/** @param rules as the stack writes them into a function's environment; none where the function is not for admins */
export const readRoleRules = (rules: string | undefined): RoleRules =>
  rules === undefined ? NO_ROLES : (JSON.parse(rules) as RoleRules);

/** @throws ProblemError `unauthenticated` when the token names nobody */
export const identifyAdmin = (event: HttpEvent, rules: RoleRules): Admin => {
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  const id = subjectIn(claims);
  if (id === undefined) throw new ProblemError('unauthenticated', 'A valid access token is needed.');
  return { id, name: nameIn(claims) ?? id, roles: rolesIn(claims, rules) };
};

/** @throws ProblemError `forbidden` below the required role */
export const assertRole = ({ roles }: Admin, required: Role): void => {
  const highest = Math.max(-1, ...roles.map((role) => ROLES.indexOf(role)));
  if (highest < ROLES.indexOf(required)) {
    throw new ProblemError('forbidden', `This needs the role ${required} or one above it.`);
  }
};
