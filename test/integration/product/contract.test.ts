/** The contract as any HTTP caller meets it: credentials, bad input, problems, headers. */
import { describe, expect, it } from 'vitest';
import { requestAssistance } from '../../../lib/api/assistance.ts';
import { createEnrollmentToken, enroll } from '../../../lib/api/devices.ts';
import { type Operation, ROLES, roleFor } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { orderRestart } from '../../../lib/api/restarts.ts';
import { badTokens, goodTokens } from '../support/bad-tokens.ts';
import { stackUrl, token } from '../support/stack.ts';
import { polledTasks, productAt } from './product.ts';

const product = productAt(stackUrl());

const example = (path: string): string => path.replace(/\{\w+\}/g, 'unknown');
const mutating = (method: string): { body?: string } => (method === 'GET' || method === 'DELETE' ? {} : { body: '{}' });

const admins = await Promise.all(ROLES.map(async (role) => [role, await product.token(role)] as const));
const adminToken = await product.token('admin');
const refusedTokens = await badTokens(adminToken);
const { again, ofCognito, idToken } = await goodTokens(adminToken);
const [device, other] = await Promise.all([product.enroll(), product.enroll()]);
const { body: enrollment } = await (await product.admin())(createEnrollmentToken, { body: {} });

/** One device's open request and queued task, for another device to grasp at. */
const { body: ownRequest } = await device.call(requestAssistance, {
  body: { message: 'help', requester: { name: 'Ada' } },
});
await (await product.admin())(orderRestart, { body: { deviceIds: [device.id] } });
await product.settle();
const [ownTask] = await polledTasks(device);

const call = (op: Operation, bearer?: string, path = example(op.path), body = '{}') =>
  product.raw(op.method, path, {
    ...(mutating(op.method).body && { body }),
    ...(bearer !== undefined && { token: bearer }),
  });

/** Good bodies of what an agent does with one request or task. */
const OWN_BODIES: Record<string, object> = {
  consent: { decision: 'accepted' },
  acknowledgeTask: { receipt: ownTask?.receipt ?? 'x', bootId: device.boot },
  postponeTask: { minutes: 1 },
  reportResult: { outcome: 'failed', bootId: device.boot, bootedAt: '2026-01-01T00:00:00Z' },
};

describe('every operation', () => {
  it.each(operations.filter((op) => op.caller !== 'none' && op.caller !== 'agent'))(
    '$method $path lets in admins only, by role',
    async (op) => {
      const strangers = { ...refusedTokens, 'of a device': device.token, 'of enrolment': enrollment.token };
      const answers = await Promise.all(
        [['that is not there', undefined], ...Object.entries(strangers)].map(
          async ([what, bearer]) => [what, await call(op, bearer)] as const,
        ),
      );
      for (const [what, answer] of answers) {
        expect({ what, status: answer.status, body: answer.body }).toEqual({
          what,
          status: 401,
          body: { message: 'Unauthorized' },
        });
      }
      expect(await call(op, idToken)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      const required = roleFor(op);
      const enough = required ? ROLES.indexOf(required) : 0;
      for (const [rank, [, bearer]] of admins.entries()) {
        const { status, body } = await call(op, bearer);
        if (rank < enough) expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
        else expect([401, 403]).not.toContain(status);
      }
      const without = await call(op, await token([]));
      if (!required) return expect(without.status).toBe(200);
      expect(without).toMatchObject({
        status: 403,
        body: { code: 'forbidden', rolesProblem: { code: 'noMappedValue', claim: 'cognito:groups' } },
      });
      expect(without.body).not.toHaveProperty('rolesProblem.values');
    },
  );

  it.each(operations.filter((op) => op.caller === 'agent'))('$method $path lets in devices only', async (op) => {
    const strangers = {
      ...refusedTokens,
      'of a device that is not there': `rad_${'0'.repeat(26)}_${'A'.repeat(43)}`,
      'of the device, with another secret': `${device.token.slice(0, -43)}${'A'.repeat(43)}`,
      'of enrolment': enrollment.token,
      'of an admin': adminToken,
    };
    for (const [what, bearer] of [['that is not there', undefined], ...Object.entries(strangers)] as const) {
      const answer = await call(op, bearer);
      expect({ what, status: answer.status, code: answer.body.code }).toEqual({
        what,
        status: 401,
        code: 'unauthenticated',
      });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it.each(operations.filter((op) => op.caller === 'agent' && op.path.includes('{id}')))(
    '$method $path knows nothing of another device’s',
    async (op) => {
      const id = op.path.includes('/tasks/') ? ownTask?.id : ownRequest.id;
      const body = JSON.stringify(OWN_BODIES[op.id] ?? {});
      const answer = await call(op, other.token, op.path.replace('{id}', id ?? ''), body);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
      const unknown = await call(op, other.token, op.path.replace('{id}', `${id?.slice(0, 4)}${'0'.repeat(26)}`), body);
      expect(unknown.body).toEqual({ ...answer.body, instance: unknown.body.instance });
    },
  );

  it.each(operations.filter((op) => op.body !== undefined))('$method $path refuses bad input', async (op) => {
    const bearer = op.caller === 'agent' ? device.token : adminToken;
    const send = (body: string | Uint8Array, headers: object = {}) =>
      product.raw(op.method, example(op.path), { token: bearer, body, headers });
    const invalid = { status: 400, body: { code: 'invalid_request', errors: expect.any(Array) } };
    expect(await send('{"a":')).toMatchObject(invalid);
    expect(await send(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject(invalid);
    expect(await send('[]')).toMatchObject(invalid);
    expect(await send('null')).toMatchObject(invalid);
    expect((await send('{"unheardOf":1}')).body.errors).toContainEqual({ path: '/unheardOf', message: 'is not known' });
    expect(await send('{"__proto__":{"a":1}}')).toMatchObject(invalid);
    expect(await send('{}', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
    const large = JSON.stringify({ unheardOf: 'x'.repeat(64 * 1024 + 1 - 16) });
    expect(Buffer.byteLength(large)).toBe(64 * 1024 + 1);
    expect(await send(large)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(await send(large.replace('xx', 'x'))).toMatchObject(invalid);
  });

  it.each(operations.filter((op) => op.query !== undefined && !op.html))(
    '$method $path refuses a bad query',
    async (op) => {
      for (const query of ['limit=0', 'limit=101', 'limit=abc', 'limit=', 'unheardOf=1']) {
        const answer = await product.raw(op.method, `${example(op.path)}?${query}`, { token: adminToken });
        expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      }
    },
  );

  it.each(operations.filter((op) => op.idempotent))('$method $path refuses a bad Idempotency-Key', async (op) => {
    const bodies: Record<string, object> = {
      requestAssistance: { message: 'help', requester: { name: 'Ada' } },
      orderRestart: { deviceIds: ['dev_unknown'] },
      enroll: { enrollmentToken: 'x', name: 'x', platform: 'linux', agentVersion: '1' },
    };
    const answer = await product.raw(op.method, example(op.path), {
      token: op.caller === 'agent' ? device.token : adminToken,
      body: JSON.stringify(bodies[op.id] ?? {}),
      headers: { 'idempotency-key': 'k'.repeat(256) },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('an access token', () => {
  it.each([
    ['signed again', again],
    ['of Cognito, which has a client and no audience', ofCognito],
  ])('%s is let in', async (_what, bearer) => {
    expect(await product.raw('GET', '/v1/devices', { token: bearer })).toMatchObject({ status: 200 });
  });
});

describe('every answer', () => {
  it('names its request, and a problem says which one it was', async () => {
    const bearer = await product.token('viewer');
    const { headers, body, status } = await product.raw('GET', '/v1/devices/dev_unknown', { token: bearer });
    expect(status).toBe(404);
    expect(headers.get('x-request-id')).toMatch(/.+/);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: expect.any(String),
      instance: headers.get('x-request-id'),
      code: 'not_found',
    });
    const health = await product.raw('GET', '/v1/health');
    expect(health.body).toEqual({ status: 'ok', version: expect.any(String) });
    expect(health.headers.get('x-request-id')).toMatch(/.+/);
  });

  it('is 404 from the gateway for a route that is not there', async () => {
    expect(await product.raw('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    expect(await product.raw('PUT', '/v1/devices')).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  it('takes an order without a body where every member has a default', async () => {
    const answer = await product.raw('POST', '/v1/enrollment-tokens', { token: await product.token('admin') });
    expect(answer.status).toBe(201);
  });

  it('keeps its problem documents free of what went wrong inside', async () => {
    const bad = { enrollmentToken: 'x', name: 'x\u0000', platform: 'linux', agentVersion: '1' };
    const { body } = await product.raw('POST', '/v1/enrollments', { body: JSON.stringify(bad) });
    expect(body.errors).toEqual([
      { path: '/name', message: 'must be one line without control characters, and not blank' },
    ]);
  });
});

describe('GET /v1/openapi.json', () => {
  it('describes every operation', async () => {
    const { body, status } = await product.raw('GET', '/v1/openapi.json');
    expect(status).toBe(200);
    const document = body as unknown as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((op) => op.operationId));
    expect(ids.sort()).toEqual(operations.map((op) => op.id).sort());
    expect(ids).toContain(enroll.id);
  });
});
