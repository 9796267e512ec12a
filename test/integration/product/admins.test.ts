/** Who the admins are, as any HTTP caller meets it: what in a token gives a role, and which token counts. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import type { Me } from '../../../lib/api/me.ts';
import type { Problem } from '../../../lib/api/problem.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { changedToken } from '../support/bad-tokens.ts';
import { stackUrl, startOwnStack } from '../support/stack.ts';
import { productAt } from './product.ts';

const product = productAt(stackUrl());
const viewer = await product.token('viewer');

const read = (bearer: string) => product.raw('GET', '/v1/devices', { token: bearer });

describe('a group', () => {
  it.each(['Site admin', 'x,admin', 'admin (read only)', ' admin', 'admin ', '[admin]', 'Admin', 'admin\tviewer'])(
    'whose name only contains a role’s gives none: %j',
    async (name) => {
      const answer = await read(await changedToken(viewer, { 'cognito:groups': [name] }));
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    },
  );

  it.each(['admin viewer', '[admin]', 'admin,viewer', [['admin']], [null, 7, true, { admin: 1 }]])(
    'is a whole value: %j gives no role',
    async (groups) => {
      expect((await read(await changedToken(viewer, { 'cognito:groups': groups }))).status).toBe(403);
    },
  );

  it.each(['viewer', ['viewer'], ['Site admin', 'viewer']])('called as a role gives it: %j', async (groups) => {
    expect((await read(await changedToken(viewer, { 'cognito:groups': groups }))).status).toBe(200);
  });
});

describe('GET /v1/me', () => {
  const asked = async (claims: Record<string, unknown>) => {
    const { status, body } = await product.raw('GET', '/v1/me', { token: await changedToken(viewer, claims) });
    return { status, body: body as unknown as Me & Problem };
  };

  it('says who the token names, with every role that theirs includes', async () => {
    const { status, body } = await asked({ 'cognito:groups': ['operator'], name: 'Ada Lovelace' });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: 'local-admin',
      name: 'local-admin',
      displayName: 'Ada Lovelace',
      roles: ['viewer', 'helpdesk', 'operator'],
      tokenExpiresAt: expect.stringMatching(/Z$/),
    });
    expect(Date.parse(body.tokenExpiresAt)).toBeGreaterThan(Date.now());
  });

  it.each([
    [{ 'cognito:groups': undefined }, { code: 'claimAbsent' }],
    [{ 'cognito:groups': undefined, hasgroups: true }, { code: 'claimTooLarge' }],
    [{ 'cognito:groups': ['Site admin'] }, { code: 'noMappedValue', values: ['Site admin'] }],
  ])('says why there is no role: %j', async (claims, problem) => {
    const { status, body } = await asked(claims);
    expect(status).toBe(200);
    expect(body).toMatchObject({ roles: [], rolesProblem: { ...problem, claim: 'cognito:groups' } });
    const refused = await read(await changedToken(viewer, claims));
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden', rolesProblem: { code: problem.code } } });
    expect(JSON.stringify(refused.body)).not.toContain('Site admin');
  });

  it.each([
    { token_use: 'id' },
    { typ: 'ID' },
    { at_hash: 'x' },
    { c_hash: 'x' },
    { nonce: 'x', scope: undefined },
    { sub: undefined },
  ])('is nobody’s whose token is no access token, and says why: %j', async (claims) => {
    const { status, body } = await asked(claims);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' });
    expect(body.detail).toMatch(/This is an ID token \(.+\)|The token has no `sub`/);
  });
});

describe('a stage that maps hundreds of groups, in a claim at a path', () => {
  it('knows them all, and no other', { timeout: 120_000 }, async () => {
    const groups = Array.from({ length: 500 }, () => randomUUID());
    const roleMapping = { ...Object.fromEntries(groups.map((group) => [group, 'viewer'])), 'IT Help Desk': 'helpdesk' };
    const oidc = { ...cdkJson.context.stages.local.oidc, rolesClaim: 'realm_access.roles', roleMapping };
    const assemblyDir = mkdtempSync(join(tmpdir(), 'remote-assist-mapped-'));
    const context = { stage: 'local', stages: { local: { ...cdkJson.context.stages.local, oidc } } };
    await synthesize(assemblyDir, { context });
    const stack = await startOwnStack({ assemblyDir });
    try {
      const mapped = productAt(stack.url);
      const good = await mapped.token('admin');
      const roles = async (values: unknown, claim: object = { realm_access: { roles: values } }) => {
        const token = await changedToken(good, { 'cognito:groups': ['admin'], ...claim }, stack.dataDir);
        return (await mapped.raw('GET', '/v1/me', { token })).body as unknown as Me;
      };
      for (const group of [groups[0], groups.at(-1)]) expect((await roles(['x', group])).roles).toEqual(['viewer']);
      expect((await roles(['IT Help Desk'])).roles).toEqual(['viewer', 'helpdesk']);
      for (const values of [['admin'], ['IT', 'Help', 'Desk'], [randomUUID()], groups.slice(0, 2).join(' ')]) {
        expect((await roles(values)).rolesProblem).toMatchObject({ code: 'noMappedValue', claim: oidc.rolesClaim });
      }
      expect((await roles(undefined)).rolesProblem?.code).toBe('claimAbsent');
      expect((await roles(undefined, { 'realm_access.roles': [groups[1]] })).roles).toEqual(['viewer']);
    } finally {
      await stack.remove();
      rmSync(assemblyDir, { recursive: true, force: true });
    }
  });
});

describe('the Authorization header', () => {
  /** `fetch` would not send two of them. */
  const withHeaders = async (...headers: string[]) => {
    const sent = request(`${stackUrl()}/v1/devices`, { headers: ['Host', new URL(stackUrl()).host, ...headers] });
    sent.end();
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
    sent.once('error', reject);
    sent.once('response', async (response) => resolve({ status: response.statusCode, body: await text(response) }));
    const { status, body } = await promise;
    return { status, body: JSON.parse(body) };
  };

  it.each(['Authorization', 'authorization', 'AUTHORIZATION'])('may be written as %s', async (name) => {
    expect((await withHeaders(name, `Bearer ${viewer}`)).status).toBe(200);
  });

  it('has one token: of two none counts, though the gateway has verified one', async () => {
    const ours = ['Authorization', `Bearer ${viewer}`];
    const admin = await product.token('admin');
    for (const headers of [
      [...ours, ...ours],
      [...ours, 'Authorization', `Bearer ${admin}`],
    ]) {
      expect(await withHeaders(...headers)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
  });

  it('says Bearer', async () => {
    expect(await withHeaders('Authorization', viewer)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });
});
