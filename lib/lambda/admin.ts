/** Admins: who the verified token names, and whether their roles are enough. The gateway has verified the token. */
import { readFileSync } from 'node:fs';
import { describeRolesProblem, rolesProblemIn } from '../admins/problem.ts';
import { displayNameIn, type RoleRules, RULES_FILE, rolesIn, shownNameIn } from '../admins/rules.ts';
import { assertAccessToken, assertVerified, bearerToken, decodeClaims } from '../admins/token.ts';
import { ROLES, type Role } from '../api/operation.ts';
import { ProblemError } from '../api/problem.ts';
import { SECOND } from '../clock.ts';
import type { Admin, HttpEvent } from './http-types.ts';

/** How the stage reads roles, as the stack has put it beside the bundle of a function for admins. */
export const readRoleRules = (): RoleRules =>
  JSON.parse(readFileSync(`${process.env['LAMBDA_TASK_ROOT']}/${RULES_FILE}`, 'utf8')) as RoleRules;

/**
 * @param rules without them nobody has a role
 * @throws ProblemError `unauthenticated` where there is no access token, or the token names nobody
 */
export const identifyAdmin = (event: HttpEvent, rules: RoleRules | undefined): Admin => {
  const claims = decodeClaims(bearerToken(event.headers['authorization']));
  assertAccessToken(claims);
  assertVerified(claims, event.requestContext.authorizer?.jwt?.claims ?? {});
  const id = String(claims['sub']);
  const displayName = displayNameIn(claims);
  const roles = rules ? rolesIn(claims, rules) : [];
  return {
    id,
    name: shownNameIn(claims),
    ...(displayName !== undefined && { displayName }),
    roles,
    ...(rules && roles.length === 0 && { rolesProblem: rolesProblemIn(claims, rules) }),
    tokenExpiresAt: Number(claims['exp']) * SECOND,
  };
};

/** Whether one of the admin's roles is the required one, or includes it. */
export const hasRole = ({ roles }: Admin, required: Role): boolean =>
  roles.some((role) => ROLES.indexOf(role) >= ROLES.indexOf(required));

/** @throws ProblemError `forbidden` below the required role; where there is none at all, with the reason */
export const assertRole = (admin: Admin, required: Role): void => {
  if (hasRole(admin, required)) return;
  const needed = `This needs the role ${required} or one above it.`;
  if (!admin.rolesProblem) throw new ProblemError('forbidden', needed);
  const { code, claim } = admin.rolesProblem;
  const rolesProblem = { code, claim };
  throw new ProblemError('forbidden', `${needed} ${describeRolesProblem(rolesProblem)}`, { rolesProblem });
};
