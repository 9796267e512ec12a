import { beforeEach, describe, expect, it } from 'vitest';
import { approveAssistanceRequest, getAssistanceRequest } from '../../../lib/api/assistance.ts';
import { ApiError, type ClientOptions, createClient } from '../../../lib/api/client.ts';
import { createEnrollmentToken, listDevices, retireDevice } from '../../../lib/api/devices.ts';
import { poll } from '../../../lib/api/restarts.ts';
import { getHealth } from '../../../lib/api/system.ts';

type Seen = { url: string; method: string | undefined; headers: Headers; body: unknown; signal: AbortSignal };

let seen: Seen[];

/** What the API's own code sends with everything, and with a problem. */
const OWN = { 'x-request-id': 'request-1' };
const OWN_PROBLEM = { ...OWN, 'content-type': 'application/problem+json' };

/** A server that gives one answer to everything, as the API does unless `headers` say otherwise. */
const answering = (
  status: number,
  body: unknown,
  headers: Record<string, string> = status >= 400 ? OWN_PROBLEM : OWN,
): Pick<ClientOptions, 'fetch'> => ({
  fetch: async (url, init) => {
    seen.push({
      url: String(url),
      method: init?.method,
      headers: new Headers(init?.headers),
      body: init?.body === undefined ? undefined : JSON.parse(String(init.body)),
      signal: init?.signal as AbortSignal,
    });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status, headers });
  },
});

const clientOf = (options: Partial<ClientOptions>) => createClient({ baseUrl: 'http://api.example.com', ...options });

const errorFrom = async (call: Promise<unknown>): Promise<ApiError> => {
  const error = await call.then(
    () => expect.fail('the call should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

const PAGE = { items: [] };
const POLL = { bootId: 'boot-0001', bootedAt: '2026-01-31T12:00:00Z', agentVersion: '1.0.0' };
const PROBLEM = {
  type: 'about:blank',
  title: 'Not possible in this state',
  status: 409,
  detail: 'The request is approved.',
  instance: 'request-1',
  code: 'invalid_state',
  currentState: 'approved',
};

beforeEach(() => {
  seen = [];
});

describe('what is sent', () => {
  it('is the method and the path, with its parameters encoded', async () => {
    await errorFrom(clientOf(answering(404, PROBLEM))(getAssistanceRequest, { params: { id: 'a/b?c#d ä' } }));
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: 'http://api.example.com/v1/assistance-requests/a%2Fb%3Fc%23d%20%C3%A4',
      body: undefined,
    });
    expect(seen[0]?.headers.has('content-type')).toBe(false);
  });

  it('is the query, encoded, without what is undefined', async () => {
    const client = clientOf(answering(200, PAGE));
    await client(listDevices, { query: { namePrefix: 'ä&b=c d', limit: '5', cursor: undefined } });
    await client(listDevices, {});
    const [first, second] = seen.map(({ url }) => new URL(url));
    expect(Object.fromEntries(first?.searchParams ?? [])).toEqual({ namePrefix: 'ä&b=c d', limit: '5' });
    expect(second?.href).toBe('http://api.example.com/v1/devices');
  });

  it('is the body as JSON', async () => {
    await clientOf(answering(204, null))(poll, { body: POLL });
    expect(seen[0]).toMatchObject({ method: 'POST', body: POLL });
    expect(seen[0]?.headers.get('content-type')).toBe('application/json');
  });

  it('is the token, asked for anew at each call where it is a function', async () => {
    let token: string | undefined = 'one';
    const client = clientOf({ ...answering(200, PAGE), token: () => token });
    await client(listDevices, {});
    token = 'two';
    await client(listDevices, {});
    token = undefined;
    await client(listDevices, {});
    await clientOf({ ...answering(200, PAGE), token: 'fixed' })(listDevices, {});
    expect(seen.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer one',
      'Bearer two',
      null,
      'Bearer fixed',
    ]);
  });

  it('is the idempotency key, where there is one', async () => {
    const client = clientOf(answering(500, ''));
    await errorFrom(client(createEnrollmentToken, { body: {} }, { idempotencyKey: 'key-1' }));
    await errorFrom(client(createEnrollmentToken, { body: {} }));
    expect(seen.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['key-1', null]);
  });
});

describe('a success', () => {
  it('is its status and its body, without the members that this client does not know', async () => {
    const body = { status: 'ok', version: '1.0.0', later: true };
    const answer = await clientOf(answering(200, body, { 'x-request-id': 'r' }))(getHealth, {});
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok', version: '1.0.0' } });
    expect(answer.body).not.toHaveProperty('later');
    expect(answer.headers.get('x-request-id')).toBe('r');
    expect(answer).not.toHaveProperty('retryAfterSeconds');
  });

  it('may have no body, and a pace', async () => {
    const answer = await clientOf(answering(204, null, { ...OWN, 'retry-after': '60' }))(poll, { body: POLL });
    expect(answer).toMatchObject({ status: 204, body: undefined, retryAfterSeconds: 60 });
  });

  it('without a body is none where it lacks what the API always sends', async () => {
    const error = await errorFrom(clientOf(answering(204, null, { 'retry-after': '60' }))(poll, { body: POLL }));
    expect(error).toMatchObject({ status: 204, problem: undefined, retryAfterSeconds: 60 });
    expect(error.message).toContain('X-Request-Id');
  });

  it.each(['', 'text', '{', '[]', '{"status":"bad","version":"1"}', '{}'])(
    'that is off its schema is none: %j',
    async (body) => {
      const error = await errorFrom(clientOf(answering(200, body))(getHealth, {}));
      expect(error).toMatchObject({ status: 200, problem: undefined });
      expect(error.message).toContain('off its schema');
    },
  );

  it('of a status that the operation does not have is none', async () => {
    expect(await errorFrom(clientOf(answering(202, {}))(retireDevice, { params: { id: 'a' } }))).toMatchObject({
      status: 202,
    });
  });
});

describe('a failure', () => {
  const approve = (options: Pick<ClientOptions, 'fetch'>) =>
    clientOf(options)(approveAssistanceRequest, { params: { id: 'a' }, body: {} });

  it('carries the problem document', async () => {
    const error = await errorFrom(approve(answering(409, PROBLEM)));
    expect(error).toMatchObject({ name: 'ApiError', status: 409, problem: PROBLEM, retryAfterSeconds: undefined });
    expect(error.message).toBe('invalid_state: The request is approved.');
  });

  it('carries when to try again', async () => {
    const problem = { ...PROBLEM, status: 429, code: 'too_many_requests' };
    expect(await errorFrom(approve(answering(429, problem, { ...OWN_PROBLEM, 'retry-after': '7' })))).toMatchObject({
      retryAfterSeconds: 7,
    });
  });

  it.each([
    [401, '{"message":"Unauthorized"}'],
    [404, '{"message":"Not Found"}'],
    [429, '{"message":"Too Many Requests"}'],
    [503, '<html>down</html>'],
    [502, ''],
    // A code that is on no list of this client's.
    [418, JSON.stringify({ ...PROBLEM, code: 'teapot' })],
  ])("of the gateway's own has no problem document: %i %s", async (status, body) => {
    const error = await errorFrom(approve(answering(status, body)));
    expect(error).toMatchObject({ status, problem: undefined });
    expect(error.message).toContain(`HTTP ${status}`);
  });

  it.each([
    ['without X-Request-Id', 409, PROBLEM, { 'content-type': 'application/problem+json' }],
    ['with a blank X-Request-Id', 409, PROBLEM, { ...OWN_PROBLEM, 'x-request-id': ' ' }],
    ['of another media type', 409, PROBLEM, { ...OWN, 'content-type': 'application/json' }],
    ['of another status than its own', 410, PROBLEM, OWN_PROBLEM],
    ['of another status than its code has', 410, { ...PROBLEM, status: 410 }, OWN_PROBLEM],
    ['without a code', 409, { ...PROBLEM, code: undefined }, OWN_PROBLEM],
    ['of another kind of service', 409, { type: 'about:blank', title: 'Conflict', status: 409 }, OWN_PROBLEM],
  ])('document %s is nobody’s word', async (_what, status, body, headers) => {
    expect(await errorFrom(approve(answering(status, body, headers)))).toMatchObject({ status, problem: undefined });
  });

  it('document of the API is its word, whatever its media type’s parameters', async () => {
    const headers = { ...OWN_PROBLEM, 'content-type': 'Application/Problem+JSON; charset=utf-8' };
    expect((await errorFrom(approve(answering(409, PROBLEM, headers)))).problem).toEqual(PROBLEM);
  });

  it.each([200, 401, 409, 511])('that is a page is told as one: %i', async (status) => {
    const page = '<html><head><TITLE>\n Sign in to the network </TITLE></head></html>';
    const error = await errorFrom(approve(answering(status, page, { 'content-type': 'text/html; charset=utf-8' })));
    expect(error.message).toMatch(`HTTP ${status}: a page ("Sign in to the network") and not the API's answer`);
  });

  it('that is a redirect is told as one, and asked not to be followed', async () => {
    const redirects: unknown[] = [];
    const moved = answering(307, '', { location: 'http://portal.example/login' });
    const client = clientOf({
      fetch: (url, init) => {
        redirects.push(init.redirect);
        return moved.fetch?.(url, init) ?? Promise.reject(new Error('no fetch'));
      },
    });
    const error = await errorFrom(client(getHealth, {}));
    expect(error).toMatchObject({ status: 307, problem: undefined });
    expect(error.message).toContain('a redirect to http://portal.example/login, which is not followed');
    expect(redirects).toEqual(['manual']);
  });

  it('to answer at all is what fetch throws', async () => {
    const refused = new TypeError('fetch failed');
    await expect(approve({ fetch: async () => Promise.reject(refused) })).rejects.toBe(refused);
  });

  it('of the caller to wait ends the call', async () => {
    const controller = new AbortController();
    const waiting = clientOf({
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        }),
    })(getHealth, {}, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
