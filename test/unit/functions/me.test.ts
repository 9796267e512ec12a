/** `GET /v1/me`: who the token names, and why it gives no role. The stage of these tests reads `cognito:groups`. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { getMe, me } from '../../../lib/api/me.ts';
import { ROLES } from '../../../lib/api/operation.ts';
import { iso } from '../../../lib/clock.ts';
import { loadFunction } from '../support/functions.ts';
import { caller, claimsOf, jsonOf, problemIn, ROLES_CLAIM } from '../support/http.ts';
import { HOUR, T0 } from '../support/time.ts';

const call = async (claims: Record<string, unknown>) =>
  caller(await loadFunction('admin-me'))({ operation: getMe, claims });

/** What somebody is told whose token has these claims beside what every token has. */
const told = async (claims: Record<string, unknown>) => {
  const { [ROLES_CLAIM]: _, ...nobody } = claimsOf();
  const result = await call({ ...nobody, ...claims });
  expect(result.statusCode).toBe(200);
  return me().parse(jsonOf(result));
};

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

describe('somebody with a role', () => {
  it.each(ROLES.map((role, rank) => [role, ROLES.slice(0, rank + 1)] as const))(
    '%s has every role that it includes',
    async (role, roles) => {
      expect(await told({ [ROLES_CLAIM]: ['other', role], name: 'Anna Andersson' })).toEqual({
        id: 'sub-anna',
        name: 'anna',
        displayName: 'Anna Andersson',
        roles,
        tokenExpiresAt: iso(T0 + HOUR),
      });
    },
  );

  it('has the highest of several', async () => {
    expect((await told({ [ROLES_CLAIM]: ['operator', 'viewer'] })).roles).toEqual(['viewer', 'helpdesk', 'operator']);
  });
});

describe('somebody without a role is told', () => {
  it.each([
    ['that the claim is not there', {}, { code: 'claimAbsent' }],
    ['that it is not there, where it is null', { [ROLES_CLAIM]: null }, { code: 'claimAbsent' }],
    ['that the issuer left it out', { hasgroups: true }, { code: 'claimTooLarge' }],
    ['that the issuer left it out, in the words of a text', { hasgroups: 'true' }, { code: 'claimTooLarge' }],
    ['where the issuer keeps it', { _claim_names: { [ROLES_CLAIM]: 'src1' } }, { code: 'claimTooLarge' }],
    ['where the issuer keeps groups', { _claim_names: { groups: 'src1' } }, { code: 'claimTooLarge' }],
    ['nothing of another claim that is too large', { _claim_names: { photos: 'src1' } }, { code: 'claimAbsent' }],
    ['nothing of a claim that is not too large', { hasgroups: false, _claim_names: 'x' }, { code: 'claimAbsent' }],
    ['what the claim has', { [ROLES_CLAIM]: ['Site admin', ''] }, { code: 'noMappedValue', values: ['Site admin'] }],
    ['of a text', { [ROLES_CLAIM]: 'viewer admin' }, { code: 'noMappedValue', values: ['viewer admin'] }],
    ['of no group', { [ROLES_CLAIM]: [] }, { code: 'noMappedValue', values: [] }],
    [
      'of what is no text',
      { [ROLES_CLAIM]: [7, null, { admin: 1 }, ['admin'], true], hasgroups: true },
      { code: 'noMappedValue', values: ['7', 'null', '{"admin":1}', '["admin"]', 'true'] },
    ],
    [
      'of an object, whose path is too short',
      { [ROLES_CLAIM]: { roles: ['admin'] } },
      { code: 'noMappedValue', values: ['{"roles":["admin"]}'] },
    ],
  ])('%s', async (_what, claims, problem) => {
    const { roles, rolesProblem } = await told(claims);
    expect({ roles, rolesProblem }).toEqual({ roles: [], rolesProblem: { ...problem, claim: ROLES_CLAIM } });
  });
});

describe('nobody is told anything', () => {
  it.each([{ token_use: 'id' }, { at_hash: 'x' }, { sub: undefined }])('with %j', async (claims) => {
    const result = await call({ ...claimsOf('admin'), ...claims });
    expect(problemIn(result)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});
