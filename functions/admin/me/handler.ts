/** Who is calling. It reads the token and nothing else. */
import { includedRoles } from '../../../lib/admins/rules.ts';
import { getMe } from '../../../lib/api/me.ts';
import { iso } from '../../../lib/clock.ts';
import { readRoleRules } from '../../../lib/lambda/admin.ts';
import { NOTHING_TO_AUDIT } from '../../../lib/lambda/audit.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { type Admin, answer, route } from '../../../lib/lambda/http-types.ts';

const problemView = ({ code, claim, values }: NonNullable<Admin['rolesProblem']>) => ({
  code,
  claim,
  ...(values && { values: [...values] }),
});

const meView = ({ id, name, displayName, roles, tokenExpiresAt, rolesProblem }: Admin) => ({
  id,
  name,
  ...(displayName !== undefined && { displayName }),
  roles: includedRoles(roles),
  tokenExpiresAt: iso(tokenExpiresAt),
  ...(rolesProblem && { rolesProblem: problemView(rolesProblem) }),
});

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  audit: NOTHING_TO_AUDIT,
  routes: [route(getMe, async ({ admin }) => answer(200, meView(admin)))],
});
