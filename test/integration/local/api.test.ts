/** The HTTP side: routes, events, answers, tokens and limits, as API Gateway has them. */
import { request } from 'node:http';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack.ts';
import { createFixture } from './fixture.ts';
import { AUDIENCE, ISSUER } from './fixture-template.ts';

const fixture = createFixture();
let stack: LocalStack;
beforeAll(async () => {
  stack = await fixture.start({
    env: { WEBHOOK_URL: 'http://127.0.0.1:9/hook', TEAMVIEWER_API_URL: 'http://localhost:9' },
  });
});
afterAll(async () => {
  await stack?.stop();
  fixture.remove();
});

const get = (path: string, init?: RequestInit) => fetch(`${stack.url}${path}`, init);
const post = (path: string, body: unknown) => get(path, { method: 'POST', body: JSON.stringify(body) });
const token = async (body: Record<string, unknown> = {}): Promise<string> => {
  const answer = (await (await post('/__local/token', { roles: ['operator', 'helpdesk'], ...body })).json()) as {
    token: string;
  };
  return answer.token;
};
const admin = (bearer?: string) =>
  get('/admin', { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } });

it('gives a function the event that API Gateway would', async () => {
  const response = await get('/things/a%20b?x=1&x=2&y=%C3%A4', { headers: { cookie: 'a=1; b=2', 'X-Twice': 'one' } });
  const { event, context } = (await response.json()) as {
    event: Record<string, never>;
    context: Record<string, unknown>;
  };
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'GET /things/{id}',
    rawPath: '/things/a b',
    rawQueryString: 'x=1&x=2&y=%C3%A4',
    cookies: ['a=1', 'b=2'],
    headers: { 'x-twice': 'one', 'x-forwarded-proto': 'http' },
    queryStringParameters: { x: '1,2', y: 'ä' },
    pathParameters: { id: 'a b' },
    requestContext: { http: { method: 'GET', path: '/things/a b', sourceIp: '127.0.0.1' }, stage: '$default' },
    isBase64Encoded: false,
  });
  expect(event).not.toHaveProperty('body');
  expect(context).toMatchObject({ functionName: 'Fixture-Http', functionVersion: '$LATEST' });
  expect(context['awsRequestId']).toBeTypeOf('string');
});

it('passes textual bodies as they are, and all others in base64', async () => {
  const bodyOf = async (type: string) => {
    const response = await get('/open', {
      method: 'POST',
      body: Buffer.from('{"a":1}'),
      headers: { 'content-type': type },
    });
    const { event } = (await response.json()) as { event: { body: string; isBase64Encoded: boolean } };
    return [event.body, event.isBase64Encoded];
  };
  expect(await bodyOf('application/json; charset=utf-8')).toEqual(['{"a":1}', false]);
  expect(await bodyOf('application/octet-stream')).toEqual([Buffer.from('{"a":1}').toString('base64'), true]);
});

it('reads every form of answer', async () => {
  const short = await get('/open?do=short');
  expect([short.status, short.headers.get('content-type'), await short.json()]).toEqual([
    200,
    'application/json',
    { hello: 'world' },
  ]);
  expect(await (await get('/open?do=text')).text()).toBe('hello');
  const empty = await get('/open?do=empty');
  expect([empty.status, empty.headers.get('content-type'), await empty.text()]).toEqual([204, null, '']);
  const cookies = await get('/open?do=cookies');
  expect([cookies.headers.getSetCookie(), cookies.headers.get('x-number')]).toEqual([['a=1', 'b=2'], '7']);
  expect([...(await (await get('/open?do=binary')).bytes())]).toEqual([0, 255]);
});

it.each(['throw', 'malformed', 'exit', 'reject', 'slow', 'require'])(
  'answers 500 where the function ends by: %s',
  async (how) => {
    const response = await get(`/open?do=${how}`);
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect((await get('/open?do=short')).status).toBe(200);
  },
);

it('answers 503 where the integration takes too long', async () => {
  const response = await get('/hurried?do=slow');
  expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
});

it('answers 404 where there is no route, whatever the method', async () => {
  const response = await get('/nothing');
  expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
  expect((await get('/open', { method: 'OPTIONS' })).status).toBe(404);
  expect((await get('/open', { method: 'HEAD' })).status).toBe(404);
  expect((await get('/things/')).status).toBe(404);
});

it('refuses a body and headers that are too large', async () => {
  const response = await get('/open', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  expect([response.status, await response.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  const status = await new Promise((resolve, reject) => {
    const long = request(`${stack.url}/open`, { headers: { 'x-long': 'a'.repeat(10_240) } }, (reply) =>
      resolve(reply.statusCode),
    );
    long.on('error', reject);
    long.end();
  });
  expect(status).toBe(431);
});

it('throttles a route beyond its burst', async () => {
  const statuses = [];
  for (let count = 0; count < 3; count++) statuses.push((await get('/throttled?do=text')).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect(await (await get('/throttled')).text()).toBe('{"message":"Too Many Requests"}');
});

it('lets a good token in, and gives its claims as text', async () => {
  const response = await admin(await token({ subject: 'ada' }));
  const { event } = (await response.json()) as {
    event: { requestContext: { authorizer: { jwt: { claims: Record<string, string> } } } };
  };
  const { claims } = event.requestContext.authorizer.jwt;
  expect(claims).toMatchObject({ sub: 'ada', username: 'ada', iss: ISSUER, 'cognito:groups': '[operator helpdesk]' });
  expect(claims['exp']).toMatch(/^\d+$/);
});

it('refuses every other token', async () => {
  const good = await token();
  const [header, payload = '', signature] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const { privateKey } = await generateKeyPair('RS256');
  const strange = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'x' }).sign(privateKey);
  const symmetric = await new SignJWT({ iss: ISSUER, aud: AUDIENCE })
    .setExpirationTime('1h')
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.alloc(32));
  for (const bad of [
    undefined,
    '',
    'rubbish',
    `${header}.${changed}.${signature}`,
    `${none}.${payload}.`,
    strange,
    symmetric,
    await token({ expiresInSeconds: -10 }),
  ]) {
    const response = await admin(bad);
    expect([bad, response.status, await response.text()]).toEqual([bad, 401, '{"message":"Unauthorized"}']);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
});

it('gives a function its own environment only', async () => {
  const environment = (await (await get('/open?do=environment')).json()) as Record<string, string>;
  expect(environment).toMatchObject({
    API_URL: stack.url,
    WEBHOOK_URL: 'http://127.0.0.1:9/hook',
    AWS_REGION: 'eu-central-1',
    AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Http',
    TZ: ':UTC',
  });
  expect(environment).not.toHaveProperty('TEAMVIEWER_API_URL');
  expect(environment).not.toHaveProperty('PATH');
});

it('moves the functions’ clock at once, in workers that run already, and keeps it over a restart', async () => {
  const time = async () =>
    (await (await get('/open?do=time')).json()) as { now: number; date: string; remaining: number };
  const before = await time();
  const answer = (await (await post('/__local/clock', { advanceMinutes: 241 })).json()) as { now: string };
  const after = await time();
  expect(after.now - before.now).toBeGreaterThanOrEqual(241 * 60_000);
  expect(Date.parse(after.date)).toBeGreaterThanOrEqual(Date.parse(answer.now));
  expect(after.remaining).toBeLessThanOrEqual(2_000);
  for (const advanceMinutes of [-1, Number.NaN, '5', undefined, 1e12]) {
    const response = await post('/__local/clock', { advanceMinutes });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  }
  const bearer = await token();
  await stack.stop();
  stack = await fixture.start();
  expect((await time()).now).toBeGreaterThanOrEqual(after.now);
  expect((await admin(bearer)).status).toBe(200);
});

it('tells what a worker holds on to, and not what it wasted', async () => {
  type Memory = { function: string; worker: number; invocations: number; usedHeapBytes: number };
  const memory = async () => {
    const { items } = (await (await get('/__local/memory')).json()) as { items: Memory[] };
    return items.find((item) => item.function === 'http');
  };
  await get('/open?do=waste');
  const before = await memory();
  for (let i = 0; i < 5; i += 1) await get('/open?do=waste');
  const wasted = await memory();
  await get('/open?do=keep');
  const kept = await memory();
  expect(before?.invocations).toBeGreaterThan(0);
  expect(wasted).toMatchObject({ worker: before?.worker, invocations: (before?.invocations ?? 0) + 5 });
  const bytes = (memory?: Memory) => memory?.usedHeapBytes ?? Number.NaN;
  const megabyte = 1e6;
  expect(bytes(wasted) - bytes(before)).toBeLessThan(megabyte);
  // 100,000 objects of 16 bytes or more, and as many references to them.
  expect(bytes(kept) - bytes(wasted)).toBeGreaterThan(2 * megabyte);
});

it('has no other local endpoint', async () => {
  expect((await get('/__local/nothing')).status).toBe(404);
  expect((await get('/__local')).status).toBe(404);
});
