/** The contract as any HTTP caller meets it: credentials, bad input, problems, headers. */
import { describe, expect, it } from 'vitest';
import { enroll } from '../../../lib/api/devices.ts';
import { ROLES } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { stackUrl, token } from '../support/stack.ts';
import { productAt } from './product.ts';

const product = productAt(stackUrl());

const example = (path: string): string => path.replace('{name}', 'rustdesk').replace(/\{\w+\}/g, 'unknown');
const mutating = (method: string): { body?: string } => (method === 'GET' || method === 'DELETE' ? {} : { body: '{}' });

describe('every operation', () => {
  it.each(operations.filter((op) => op.caller !== 'none' && op.caller !== 'agent'))(
    '$method $path lets in admins only, by role',
    async (op) => {
      const call = (bearer?: string) =>
        product.raw(op.method, example(op.path), {
          ...mutating(op.method),
          ...(bearer !== undefined && { token: bearer }),
        });
      const device = await product.enroll();
      for (const bearer of [
        undefined,
        'nonsense',
        device.token,
        `${(await product.token('admin')).slice(0, -4)}AAAA`,
      ]) {
        expect(await call(bearer)).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
      }
      const expired = await token(['admin'], { expiresInSeconds: -60 });
      expect(await call(expired)).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
      const enough = ROLES.indexOf(op.caller as (typeof ROLES)[number]);
      for (const [rank, role] of ROLES.entries()) {
        const { status, body } = await call(await product.token(role));
        if (rank < enough) expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
        else expect(status).not.toBe(403);
      }
      expect(await call(await token([]))).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    },
  );

  it.each(operations.filter((op) => op.caller === 'agent'))('$method $path lets in devices only', async (op) => {
    for (const bearer of [
      undefined,
      'nonsense',
      `rad_${'0'.repeat(26)}_${'A'.repeat(43)}`,
      await product.token('admin'),
    ]) {
      const answer = await product.raw(op.method, example(op.path), {
        ...mutating(op.method),
        ...(bearer !== undefined && { token: bearer }),
      });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated', status: 401 } });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it.each(operations.filter((op) => op.body !== undefined))('$method $path refuses bad input', async (op) => {
    const device = await product.enroll();
    const bearer = op.caller === 'agent' ? device.token : await product.token('admin');
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

  it.each(operations.filter((op) => op.query !== undefined))('$method $path refuses a bad query', async (op) => {
    const bearer = await product.token('admin');
    for (const query of ['limit=0', 'limit=101', 'limit=abc', 'limit=', 'unheardOf=1']) {
      const answer = await product.raw(op.method, `${example(op.path)}?${query}`, { token: bearer });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    }
  });

  it.each(operations.filter((op) => op.idempotent))('$method $path refuses a bad Idempotency-Key', async (op) => {
    const { token: deviceToken } = await product.enroll();
    const bodies: Record<string, object> = {
      requestAssistance: { message: 'help', requester: { name: 'Ada' } },
      orderRestart: { deviceIds: ['dev_unknown'] },
      enroll: { enrollmentToken: 'x', name: 'x', platform: 'linux', agentVersion: '1' },
    };
    const answer = await product.raw(op.method, example(op.path), {
      token: op.caller === 'agent' ? deviceToken : await product.token('admin'),
      body: JSON.stringify(bodies[op.id] ?? {}),
      headers: { 'idempotency-key': 'k'.repeat(256) },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
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
    expect(body.errors).toEqual([{ path: '/name', message: 'must not contain control characters' }]);
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
