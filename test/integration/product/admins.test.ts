/** Who the admins are, as any HTTP caller meets it: what in a token gives a role, and which token counts. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { changedToken } from '../support/bad-tokens.ts';
import { stackUrl } from '../support/stack.ts';
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
