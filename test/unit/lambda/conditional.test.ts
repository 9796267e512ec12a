/** Answers with an `ETag`: sent once to each caller, until there is something else to say. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createClient } from '../../../lib/api/client.ts';
import type { Operation } from '../../../lib/api/operation.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { trailInMemory } from '../support/audit.ts';
import { ADMIN_ROLES, caller, claimsOf, jsonOf, problemIn } from '../support/http.ts';

const watched = {
  id: 'watched',
  method: 'GET',
  path: '/v1/watched',
  caller: 'viewer',
  function: 'admin-overview',
  tag: 'Test',
  summary: 'Test.',
  answers: () => ({ 200: z.object({ count: z.int() }) }),
  conditional: true,
} as const satisfies Operation;

let count: number;
beforeEach(() => {
  count = 1;
});

const call = caller(
  httpFunction({
    adminRoles: ADMIN_ROLES,
    audit: trailInMemory(),
    routes: [route(watched, async () => answer(200, { count }))],
  }),
);
const ask = (ifNoneMatch?: string, claims: Record<string, unknown> = claimsOf('viewer')) =>
  call({ operation: watched, claims, headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch } });

describe('an answer that is asked for again', () => {
  it('has a tag, and may be kept by its caller alone', async () => {
    const first = await ask();
    expect(first).toMatchObject({
      statusCode: 200,
      headers: {
        'cache-control': 'private, no-cache',
        vary: 'Authorization',
        etag: expect.stringMatching(/^"[\w-]+"$/),
      },
    });
    expect(jsonOf(first)).toEqual({ count: 1 });
  });

  it('is 304 without a body to who has it, whatever has marked the tag as weak', async () => {
    const etag = String((await ask()).headers?.['etag']);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(known);
      expect(again).toMatchObject({
        statusCode: 304,
        headers: {
          etag,
          'cache-control': 'private, no-cache',
          vary: 'Authorization',
          'x-request-id': expect.any(String),
        },
      });
      expect(again).not.toHaveProperty('body');
      expect(again.headers).not.toHaveProperty('content-type');
    }
  });

  it('is sent whole to who has another one', async () => {
    const etag = String((await ask()).headers?.['etag']);
    count = 2;
    const changed = await ask(etag);
    expect(jsonOf(changed)).toEqual({ count: 2 });
    expect(changed.headers?.['etag']).not.toBe(etag);
    expect((await ask('"nonsense"')).statusCode).toBe(200);
  });

  it('is refused to who may not read it, whatever they have', async () => {
    const etag = String((await ask()).headers?.['etag']);
    const refused = await ask(etag, claimsOf());
    expect(problemIn(refused).code).toBe('forbidden');
    expect(refused.headers?.['cache-control']).toBe('no-store');
  });
});

it('is no error to the typed client, which says what it has', async () => {
  const asked: (string | null)[] = [];
  const client = createClient({
    baseUrl: 'http://localhost',
    fetch: async (_, init) => {
      asked.push(new Headers(init?.headers).get('if-none-match'));
      return new Response(null, { status: 304, headers: { etag: '"a"', 'x-request-id': 'one' } });
    },
  });
  const known = await client(watched, {}, { ifNoneMatch: '"a"' });
  expect({ status: known.status, body: known.body, asked }).toEqual({ status: 304, body: undefined, asked: ['"a"'] });
});
