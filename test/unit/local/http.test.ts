import { describe, expect, it } from 'vitest';
import { claimTexts, scopesOf } from '../../../local/http/claims.ts';
import { buildEvent, type HttpRequest, type RequestContext } from '../../../local/http/event.ts';
import { readResponse } from '../../../local/http/response.ts';
import { createRouter } from '../../../local/http/routes.ts';
import { createBucket } from '../../../local/http/throttle.ts';

describe('createRouter', () => {
  const router = (...keys: string[]) =>
    createRouter(keys.map((key) => ({ key, functionArn: key, timeoutMs: 1, scopes: [] })));
  const found = (keys: string[], method: string, path: string) => {
    const match = router(...keys)(method, path);
    return match && [match.route.key, match.pathParameters];
  };

  it.each([
    [['GET /a/{id}', 'GET /a/b'], 'GET', '/a/b', ['GET /a/b', {}]],
    [['GET /a/{id}', 'GET /a/b'], 'GET', '/a/c', ['GET /a/{id}', { id: 'c' }]],
    [['ANY /a', 'GET /a'], 'GET', '/a', ['GET /a', {}]],
    [['ANY /a', 'GET /a'], 'PUT', '/a', ['ANY /a', {}]],
    [['GET /{proxy+}', 'GET /a/{id}'], 'GET', '/a/b/c', ['GET /{proxy+}', { proxy: 'a/b/c' }]],
    [['GET /{proxy+}', 'GET /a/{id}'], 'GET', '/a/b', ['GET /a/{id}', { id: 'b' }]],
    [['$default', 'GET /a'], 'POST', '/a', ['$default', {}]],
    [['GET /a'], 'GET', '/a/', undefined],
    [['GET /a/{id}'], 'GET', '/a/', undefined],
    [['GET /a'], 'get', '/a', undefined],
    [['GET /a/{x}/c', 'GET /a/b/{y}'], 'GET', '/a/b/c', ['GET /a/b/{y}', { y: 'c' }]],
  ])('%j: %s %s takes %j', (keys, method, path, expected) => {
    expect(found(keys, method, path)).toEqual(expected);
  });
});

describe('buildEvent', () => {
  const context: RequestContext = {
    apiId: 'api',
    apiUrl: 'http://127.0.0.1:4711',
    routeKey: 'GET /',
    requestId: 'r',
    pathParameters: {},
    now: new Date('2025-11-02T03:04:05.678Z'),
  };
  const build = (request: Partial<HttpRequest> = {}) =>
    buildEvent(
      { method: 'GET', url: '/', rawHeaders: [], body: Buffer.alloc(0), sourceIp: '127.0.0.1', ...request },
      context,
    );

  it('joins what comes twice', () => {
    const { headers, queryStringParameters } = build({ url: '/?a=1&a=2', rawHeaders: ['X-A', '1', 'x-a', '2'] });
    expect([headers['x-a'], queryStringParameters]).toEqual(['1,2', { a: '1,2' }]);
  });

  it('takes cookies out of the headers', () => {
    const { headers, cookies } = build({ rawHeaders: ['Cookie', 'a=1; b=2'] });
    expect([headers['cookie'], cookies]).toEqual([undefined, ['a=1', 'b=2']]);
  });

  it('says where the API answers, so that a link to it leads back here', () => {
    const { headers, requestContext } = build();
    expect(requestContext).toMatchObject({ domainName: '127.0.0.1:4711' });
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'http', 'x-forwarded-port': '4711' });
  });

  it('gives the time as API Gateway writes it', () => {
    expect(build().requestContext).toMatchObject({ time: '02/Nov/2025:03:04:05 +0000', timeEpoch: 1_762_052_645_678 });
  });

  it('has no members for what the request has not', () => {
    for (const member of ['body', 'cookies', 'queryStringParameters', 'pathParameters'])
      expect(build()).not.toHaveProperty(member);
  });

  it.each([
    ['text/plain', false],
    ['application/json', false],
    ['application/xml;charset=utf-8', false],
    ['application/x-www-form-urlencoded', true],
    ['image/png', true],
    [undefined, true],
  ])('a body of type %s is in base64: %s', (type, expected) => {
    const { isBase64Encoded } = build({
      body: Buffer.from('x'),
      rawHeaders: type === undefined ? [] : ['content-type', type],
    });
    expect(isBase64Encoded).toBe(expected);
  });

  it('leaves a path that is not well encoded as it is', () => {
    expect(build({ url: '/%zz?x' })).toMatchObject({ rawPath: '/%zz', rawQueryString: 'x' });
  });
});

describe('readResponse', () => {
  const read = (answer: unknown) => readResponse(JSON.stringify(answer));

  it('takes the short form', () => {
    expect(read({ a: 1 })).toMatchObject({
      status: 200,
      body: Buffer.from('{"a":1}'),
      headers: [['content-type', 'application/json']],
    });
    expect(read('text')?.body.toString()).toBe('text');
    expect(read(null)?.body.toString()).toBe('null');
  });

  it.each([
    { statusCode: 'x' },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 99 },
    { statusCode: 200, cookies: 'a' },
  ])('refuses %j', (answer) => {
    expect(read(answer)).toBeUndefined();
  });

  it('says what type a text is, where the function does not', () => {
    expect(read({ statusCode: 201, body: 'x' })?.headers).toEqual([['content-type', 'text/plain;charset=UTF-8']]);
  });
});

it('writes claims as text', () => {
  expect(claimTexts({ sub: 'a', exp: 1_700_000_000, ok: true, groups: ['a', 'b'], deep: { x: 1 } })).toEqual({
    sub: 'a',
    exp: '1700000000',
    ok: 'true',
    groups: '[a b]',
    deep: 'map[x:1]',
  });
  expect(scopesOf({ scope: 'a b' })).toEqual(['a', 'b']);
  expect(scopesOf({ scp: ['a'] })).toEqual(['a']);
  expect(scopesOf({})).toEqual([]);
});

it('lets a burst pass, and then the rate', () => {
  const mayPass = createBucket({ ratePerSecond: 2, burst: 3 });
  expect([0, 0, 0, 0].map(mayPass)).toEqual([true, true, true, false]);
  expect([400, 500, 500].map(mayPass)).toEqual([false, true, false]);
  expect([10_000, 10_000, 10_000, 10_000].map(mayPass)).toEqual([true, true, true, false]);
});
