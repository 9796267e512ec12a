import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import type { RoleRules } from '../../../lib/admins/rules.ts';
import { page, pageQuery } from '../../../lib/api/common.ts';
import { type Operation, ROLES, type Role } from '../../../lib/api/operation.ts';
import { PROBLEMS, type ProblemCode, ProblemError } from '../../../lib/api/problem.ts';
import { issueToken } from '../../../lib/devices/credential.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, type Route, route } from '../../../lib/lambda/http-types.ts';
import { MAX_BODY_BYTES } from '../../../lib/lambda/input.ts';
import { answerPage } from '../../../lib/lambda/paging.ts';
import { type TrailInMemory, trailInMemory } from '../support/audit.ts';
import { credentialsIn } from '../support/credentials.ts';
import { devicesIn } from '../support/devices.ts';
import { aDevice, DEVICE_ID, deviceCredential } from '../support/fixtures.ts';
import {
  ADMIN_ROLES,
  bearer,
  caller,
  claimsOf,
  httpEvent,
  invoke,
  jsonOf,
  problemIn,
  REQUEST_ID,
  ROLES_CLAIM,
  type Sent,
  tokenOf,
} from '../support/http.ts';
import { id } from '../support/ids.ts';
import { answersIn, emptyStore, type Store } from '../support/store.ts';
import { settableClock } from '../support/time.ts';

const Body = z.strictObject({
  text: z.optional(z.string().check(z.maxLength(100_000))),
  inner: z.optional(z.strictObject({ list: z.optional(z.array(z.strictObject({ n: z.int() }))) })),
  count: z._default(z.int().check(z.gte(1), z.lte(10)), 3),
});

const common = { method: 'POST', function: 'admin-devices', tag: 'Test', summary: 'Test.' } as const;
const Echo = z.record(z.string(), z.unknown());

const agentEcho = {
  ...common,
  id: 'agentEcho',
  path: '/v1/agent/things/{id}',
  caller: 'agent',
  body: () => Body,
  answers: () => ({ 200: Echo }),
} as const satisfies Operation;
const publicEcho = {
  ...common,
  id: 'publicEcho',
  path: '/v1/things',
  caller: 'none',
  body: () => Body,
  answers: () => ({ 201: Echo }),
  idempotent: true,
} as const satisfies Operation;
const list = {
  ...common,
  id: 'list',
  method: 'GET',
  path: '/v1/things',
  caller: 'viewer',
  query: () => z.strictObject({ ...pageQuery(), state: z.optional(z.enum(['open'])) }),
  answers: () => ({ 200: page(z.string()) }),
} as const satisfies Operation;
const failing = {
  ...common,
  id: 'failing',
  method: 'GET',
  path: '/v1/failing',
  caller: 'none',
  answers: () => ({ 204: null }),
} as const satisfies Operation;
const bare = {
  ...common,
  id: 'bare',
  path: '/v1/bare',
  caller: 'none',
  answers: () => ({ 200: Echo }),
} as const satisfies Operation;
const roleOperation = (role: Role): Operation & { caller: Role } => ({
  ...common,
  id: `for${role}`,
  path: `/v1/for/${role}`,
  caller: role,
  body: () => Body,
  answers: () => ({ 200: Echo }),
});
const FOR_ROLE = Object.fromEntries(ROLES.map((role) => [role, roleOperation(role)])) as Record<Role, Operation>;

let store: Store;
let trail: TrailInMemory;
let handled: { body?: unknown; query?: unknown; params?: unknown; [caller: string]: unknown }[];
let failure: unknown;
let reads: number;
let logged: string[];

const echo = async (call: (typeof handled)[number]) => {
  handled.push(call);
  return answer(200, { ...(call.body as object) });
};

const routes = (): Route[] => [
  route(agentEcho, echo),
  route(publicEcho, async (call) => {
    handled.push(call as never);
    return answer(201, { ...call.body });
  }),
  route(list, async ({ query }) =>
    answer(
      200,
      await answerPage(
        list,
        query,
        { state: query.state },
        async ({ limit, after = '' }) => ({ items: [`${limit} ${after}`], next: 'position' }),
        (item) => item,
      ),
    ),
  ),
  route(failing, async () => {
    throw failure;
  }),
  route(bare, echo as never),
  ...Object.values(FOR_ROLE).map((op) => ({ operation: op, handle: echo as never })),
];

const handlerFor = (adminRoles = ADMIN_ROLES) =>
  httpFunction({
    routes: routes(),
    audit: trail,
    adminRoles,
    credentials: {
      ...credentialsIn(store),
      find: (deviceId) => {
        reads += 1;
        return devicesIn(store).find(deviceId);
      },
    },
    idempotency: { store: answersIn(store), clock: settableClock() },
  });
const call = (sent: Sent, adminRoles?: RoleRules) => caller(handlerFor(adminRoles))(sent);

const AGENT = bearer(deviceCredential.token);

beforeEach(() => {
  store = emptyStore();
  trail = trailInMemory();
  store.devices.set(DEVICE_ID, aDevice());
  handled = [];
  failure = undefined;
  reads = 0;
  logged = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const asAgent = (sent: Partial<Sent>) => call({ operation: agentEcho, params: { id: 'a' }, headers: AGENT, ...sent });

describe('the order of the checks', () => {
  const BAD_BODIES = [
    { body: '{', code: 'invalid_request' },
    { body: { unknown: 1 }, code: 'invalid_request' },
    { body: 'x'.repeat(MAX_BODY_BYTES + 1), code: 'body_too_large' },
    { body: '{}', headers: { 'content-type': 'text/plain' }, code: 'unsupported_media_type' },
  ] as const;

  it.each(BAD_BODIES)('who you are comes before $code', async ({ code: _, ...bad }) => {
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer ${issueToken('device', DEVICE_ID).token}`]) {
      const headers = { ...('headers' in bad && bad.headers), ...(authorization && { authorization }) };
      const result = await call({ operation: agentEcho, params: { id: 'a' }, ...bad, headers });
      expect(problemIn(result).code).toBe('unauthenticated');
    }
    expect(handled).toEqual([]);
  });

  it.each(BAD_BODIES)('whether you may comes before $code', async ({ code: _, ...bad }) => {
    const result = await call({ operation: FOR_ROLE.admin, claims: claimsOf('viewer'), ...bad });
    expect(problemIn(result).code).toBe('forbidden');
  });

  it.each(BAD_BODIES)('$code comes before the handler', async ({ code, ...bad }) => {
    for (const result of [
      await asAgent({ ...bad, headers: { ...AGENT, ...('headers' in bad && bad.headers) } }),
      await call({ operation: FOR_ROLE.admin, claims: claimsOf('admin'), ...bad }),
      await call({ operation: publicEcho, ...bad }),
    ]) {
      expect(problemIn(result).code).toBe(code);
    }
    expect(handled).toEqual([]);
  });

  it('who you are comes before whether you may', async () => {
    const { sub: _, ...nobody } = claimsOf('admin');
    expect(problemIn(await call({ operation: FOR_ROLE.admin, claims: nobody })).code).toBe('unauthenticated');
  });

  it('is the idempotency key after the request itself, before the handler', async () => {
    const headers = { 'idempotency-key': 'ä' };
    expect(problemIn(await call({ operation: publicEcho, headers, body: { x: 1 } })).errors).toMatchObject([
      { path: '/x' },
    ]);
    expect(problemIn(await call({ operation: publicEcho, headers })).errors).toEqual([
      { path: '/headers/idempotency-key', message: 'must be 1 to 255 printable ASCII characters' },
    ]);
    expect(handled).toEqual([]);
  });
});

describe('the size of a body', () => {
  /** A JSON body of exactly so many bytes. */
  const bodyOf = (bytes: number, fill = 'x'): string => {
    const around = Buffer.byteLength('{"text":""}');
    const whole = Math.floor((bytes - around) / Buffer.byteLength(fill));
    return `{"text":"${fill.repeat(whole)}${'x'.repeat(bytes - around - whole * Buffer.byteLength(fill))}"}`;
  };

  it.each(['x', 'ä', '✓', '🖥'])('counts bytes, not characters: %s', async (fill) => {
    const most = bodyOf(64 * 1024, fill);
    expect(Buffer.byteLength(most)).toBe(65_536);
    expect((await asAgent({ body: most })).statusCode).toBe(200);
    const result = await asAgent({ body: bodyOf(64 * 1024 + 1, fill) });
    expect(result.statusCode).toBe(413);
    expect(problemIn(result).code).toBe('body_too_large');
  });

  it('counts what a base64 body stands for', async () => {
    const base64Of = (bytes: number) => Buffer.from(bodyOf(bytes)).toString('base64');
    expect((await asAgent({ body: base64Of(65_536), base64: true })).statusCode).toBe(200);
    expect((await asAgent({ body: base64Of(65_537), base64: true })).statusCode).toBe(413);
  });

  it('comes before the media type and the JSON', async () => {
    const headers = { ...AGENT, 'content-type': 'text/plain' };
    expect((await asAgent({ body: 'x'.repeat(65_537), headers })).statusCode).toBe(413);
  });
});

describe('the media type of a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/problem+json'])(
    'may be %s',
    async (type) => {
      expect((await asAgent({ body: '{}', headers: { ...AGENT, 'content-type': type } })).statusCode).toBe(200);
    },
  );

  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'text/json',
    'xapplication/json',
  ])('may not be %j', async (type) => {
    const result = await asAgent({ body: '{}', headers: { ...AGENT, 'content-type': type } });
    expect(result.statusCode).toBe(415);
    expect(problemIn(result).code).toBe('unsupported_media_type');
  });

  it('is nothing to a request without a body, whose members all have defaults', async () => {
    for (const body of [undefined, '']) {
      const result = await asAgent({
        ...(body !== undefined && { body }),
        headers: { ...AGENT, 'content-type': 'text/plain' },
      });
      expect(jsonOf(result)).toEqual({ count: 3 });
    }
  });
});

describe('a body that is not JSON', () => {
  it.each(['{', '{"text":}', 'text', '{}{}', "{'text':'a'}", '{"text":"a",}', ' ', '\ufeff\ufeff{}', 'NaN'])(
    'is refused: %j',
    async (body) => {
      expect(problemIn(await asAgent({ body }))).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: '', message: 'is not JSON in UTF-8' }],
      });
    },
  );

  it('is refused where it is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(problemIn(await asAgent({ body: body.toString('base64'), base64: true })).code).toBe('invalid_request');
  });

  it.each(['{"text":"a\\ud800"}', '{"text":"\\uDFFFa"}'])('is refused for half a surrogate pair: %s', async (body) => {
    expect(problemIn(await asAgent({ body })).code).toBe('invalid_request');
  });

  it('may write a whole surrogate pair as escapes', async () => {
    expect(problemIn(await asAgent({ body: '{"unheardOf":"\\ud83d\\ude00"}' })).errors).toContainEqual({
      path: '/unheardOf',
      message: 'is not known',
    });
  });

  it.each(['null', '[]', '"text"', '1', 'true'])('is refused where it is no object: %s', async (body) => {
    const { errors = [] } = problemIn(await asAgent({ body }));
    expect(errors).toMatchObject([{ path: '' }]);
    expect(errors[0]?.message).toContain('object');
  });
});

describe('a request of nothing but faults', () => {
  it('is answered with the first of them, in a shorter text than it was', async () => {
    const many = `{${Array.from({ length: 5000 }, (_, i) => `"${i}":0`).join(',')}}`;
    const refused = await asAgent({ body: many });
    const { errors = [] } = problemIn(refused);
    expect(errors).toHaveLength(21);
    expect(errors[0]).toEqual({ path: '/0', message: 'is not known' });
    expect(errors.at(-1)).toEqual({ path: '', message: 'has 4980 more faults' });
    expect(refused.body?.length).toBeLessThan(many.length / 10);
    const long = `{"${'🙂'.repeat(10_000)}":0}`;
    expect((await asAgent({ body: long })).body?.length).toBeLessThan(1500);
  });
});

describe('unknown members', () => {
  it('are refused, each named by a JSON pointer', async () => {
    const body = { zwei: 1, inner: { list: [{ n: 1 }, { n: 2, drei: 1 }], vier: 1 }, eins: 1 };
    const { code, errors = [] } = problemIn(await asAgent({ body }));
    expect(code).toBe('invalid_request');
    expect(errors.map(({ path }) => path).sort()).toEqual(['/eins', '/inner/list/1/drei', '/inner/vier', '/zwei']);
    for (const { message } of errors) expect(message).toBe('is not known');
  });

  it('are pointed at as RFC 6901 writes it', async () => {
    const { errors = [] } = problemIn(await asAgent({ body: { 'a/b': 1, 'c~d': 1, '': 1 } }));
    expect(errors.map(({ path }) => path).sort()).toEqual(['/', '/a~1b', '/c~0d']);
  });

  it.each(['__proto__', 'constructor', 'toString', 'prototype', 'hasOwnProperty'])(
    'that every object seems to have are refused too: %s',
    async (name) => {
      const result = await asAgent({ body: `{"${name}":{"admin":true}}` });
      expect(problemIn(result).errors).toEqual([{ path: `/${name}`, message: 'is not known' }]);
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    },
  );

  it('of the wrong kind say what they must be', async () => {
    const { errors } = problemIn(await asAgent({ body: { text: 1, count: 11, inner: { list: [{ n: 1.5 }] } } }));
    expect(errors).toEqual([
      { path: '/text', message: 'must be given, as a string' },
      { path: '/inner/list/0/n', message: 'must be given, as an int' },
      { path: '/count', message: 'must be at most 10' },
    ]);
  });
});

describe('the body of an operation that takes no members', () => {
  it('may be absent or empty, and is held to the same limits as any other', async () => {
    for (const body of [undefined, '', {}]) expect((await call({ operation: bare, body })).statusCode).toBe(200);
    for (const [body, code] of [
      [{ later: true }, 'invalid_request'],
      ['not JSON', 'invalid_request'],
      [' '.repeat(MAX_BODY_BYTES + 1), 'body_too_large'],
    ] as const) {
      expect(problemIn(await call({ operation: bare, body })).code).toBe(code);
    }
    const headers = { 'content-type': 'text/plain' };
    expect(problemIn(await call({ operation: bare, body: '{}', headers })).code).toBe('unsupported_media_type');
    expect(handled).toHaveLength(3);
  });
});

describe('a query', () => {
  const query = (given: Record<string, string>) => call({ operation: list, claims: claimsOf('viewer'), query: given });

  it.each(['1', '99', '100'])('may ask for %s', async (limit) => {
    expect(jsonOf(await query({ limit }))).toMatchObject({ items: [`${limit} `] });
  });

  it('without a limit asks for 50', async () => {
    expect(jsonOf(await query({}))).toMatchObject({ items: ['50 '] });
  });

  it.each(['0', '101', 'abc', '-1', '1.5', '', ' 1', '1e1', '0x10', '007'])('may not ask for %j', async (limit) => {
    expect(problemIn(await query({ limit }))).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: '/limit', message: 'must be a whole number from 1 to 100' }],
    });
  });

  it('names what it does not know', async () => {
    expect(problemIn(await query({ limt: '1' })).errors).toEqual([{ path: '/limt', message: 'is not known' }]);
    expect(problemIn(await query({ state: 'shut' })).errors).toEqual([{ path: '/state', message: 'must be open' }]);
  });

  it('goes on with its own cursor, and with no other', async () => {
    const { nextCursor } = jsonOf(await query({})) as { nextCursor: string };
    expect(jsonOf(await query({ cursor: nextCursor }))).toMatchObject({ items: ['50 position'] });
    for (const given of [
      { cursor: nextCursor, state: 'open' },
      { cursor: `${nextCursor}A` },
      { cursor: 'x' },
      { cursor: '' },
    ]) {
      expect(problemIn(await query(given)).code).toBe('invalid_cursor');
    }
  });
});

describe('roles', () => {
  const may = (role: Role, required: Role) => ROLES.indexOf(role) >= ROLES.indexOf(required);

  it.each(ROLES.flatMap((role) => ROLES.map((required) => ({ role, required, allowed: may(role, required) }))))(
    '$role may what needs $required: $allowed',
    async ({ role, required, allowed }) => {
      const result = await call({ operation: FOR_ROLE[required], claims: claimsOf(role) });
      expect(result.statusCode).toBe(allowed ? 200 : 403);
      expect(handled).toHaveLength(allowed ? 1 : 0);
      if (!allowed) expect(problemIn(result).code).toBe('forbidden');
    },
  );

  const claims = (groups: unknown) => ({ ...claimsOf(), [ROLES_CLAIM]: groups });
  const statusOf = async (role: Role, sent: Partial<Sent>, rules?: RoleRules) =>
    (await call({ operation: FOR_ROLE[role], ...sent }, rules)).statusCode;

  it.each([[['viewer', 'operator']], ['operator'], [['operator']], [['other', 'operator', 'more']]])(
    'come as %j',
    async (groups) => {
      expect(await statusOf('operator', { claims: claims(groups) })).toBe(200);
      expect(await statusOf('admin', { claims: claims(groups) })).toBe(403);
    },
  );

  it.each([undefined, null, '', '[]', [], {}, 7, 'Admin', 'admins', 'administrator', 'constructor', '__proto__'])(
    'that are none open nothing: %j',
    async (groups) => {
      expect(await statusOf('viewer', { claims: claims(groups) })).toBe(403);
    },
  );

  it.each([
    [['Site admin']],
    [['x,admin']],
    [['admin (read only)']],
    [[' admin']],
    [['admin ']],
    [['admin\n']],
    [['[admin]']],
    [[['admin']]],
    [[{ admin: 'admin' }]],
    ['[admin]'],
    ['viewer admin'],
    ['viewer,admin'],
    ['"admin"'],
    [{ 0: 'admin', length: 1 }],
  ])('are whole values, and no part of one: %j', async (groups) => {
    expect(await statusOf('viewer', { claims: claims(groups) })).toBe(403);
    const rules: RoleRules = { claim: ROLES_CLAIM, mapping: { admin: 'admin', viewer: 'viewer' } };
    expect(await statusOf('viewer', { claims: claims(groups) }, rules)).toBe(403);
  });

  it('that are missing are refused with the reason, and without what the claim has', async () => {
    const refusal = async (groups: unknown) =>
      problemIn(await call({ operation: FOR_ROLE.viewer, claims: claims(groups) }));
    const unmapped = await refusal(['Secret group']);
    expect(unmapped).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('(noMappedValue)') });
    expect(unmapped.rolesProblem).toEqual({ code: 'noMappedValue', claim: ROLES_CLAIM });
    expect(JSON.stringify(unmapped)).not.toContain('Secret group');
    expect((await refusal(undefined)).rolesProblem).toEqual({ code: 'claimAbsent', claim: ROLES_CLAIM });
  });

  it('that are too low are no problem of the token', async () => {
    const refusal = problemIn(await call({ operation: FOR_ROLE.admin, claims: claimsOf('viewer') }));
    expect(refusal.code).toBe('forbidden');
    expect(refusal).not.toHaveProperty('rolesProblem');
  });

  it('come from the configured claim only', async () => {
    const elsewhere = { ...claimsOf(), groups: ['admin'], roles: ['admin'] };
    expect(await statusOf('viewer', { claims: elsewhere })).toBe(403);
  });

  it('are decided on the token, and not on what the gateway renders of it', async () => {
    const event = httpEvent({ operation: FOR_ROLE.viewer, claims: claims([]) });
    const rendered = event.requestContext.authorizer?.jwt?.claims ?? {};
    rendered[ROLES_CLAIM] = '[admin]';
    expect((await invoke(handlerFor(), event)).statusCode).toBe(403);
  });

  const mapped: RoleRules = {
    claim: 'groups',
    mapping: {
      '6f1c-ops': 'operator',
      'RemoteAssist.Admin': 'admin',
      '6f1c-read': 'viewer',
      'IT Help Desk': 'helpdesk',
    },
  };
  const inGroups = (groups: unknown) => ({ ...claimsOf(), groups });

  it.each([
    [['6f1c-ops'], ['operator']],
    [
      ['other', '6f1c-read', '6f1c-ops'],
      ['viewer', 'operator'],
    ],
    ['RemoteAssist.Admin', ['admin']],
    [['IT Help Desk'], ['helpdesk']],
  ])('come from what the stage maps: %j', async (groups, roles) => {
    await call({ operation: FOR_ROLE.viewer, claims: inGroups(groups) }, mapped);
    expect(handled[0]?.['admin']).toMatchObject({ roles });
  });

  it.each([['admin'], 'operator', 'remoteassist.admin', 'IT Help', 'constructor', '__proto__', '', null, [null], [7]])(
    'are none for what the stage does not map, be it a role’s name: %j',
    async (groups) => {
      expect(await statusOf('viewer', { claims: inGroups(groups) }, mapped)).toBe(403);
    },
  );

  it('belong to nobody in a function that does not know how to read them', async () => {
    const serve = caller(httpFunction({ audit: trail, routes: routes() }));
    const sent = { operation: FOR_ROLE.viewer, claims: { ...claims(['admin']), '': ['admin'] } };
    expect((await serve(sent)).statusCode).toBe(403);
  });

  it.each([
    [{ username: 'anna', email: 'anna@example.com' }, 'anna'],
    [{ preferred_username: 'anna@corp.example', email: 'anna@example.com' }, 'anna@corp.example'],
    [{ email: 'anna@example.com' }, 'anna@example.com'],
    [{}, 'sub-anna'],
  ])('belong to an admin with a name: %j', async (named, name) => {
    const { username: _, ...unnamed } = claims(['viewer']);
    await call({ operation: FOR_ROLE.viewer, claims: { ...unnamed, ...named } });
    expect(handled[0]?.['admin']).toMatchObject({ id: 'sub-anna', name });
  });
});

describe('an admin’s token', () => {
  const refusal = async (sent: Partial<Sent>) =>
    problemIn(await call({ operation: FOR_ROLE.viewer, claims: claimsOf('viewer'), ...sent }));

  it.each([{ token_use: 'id' }, { typ: 'ID' }, { at_hash: 'x' }, { c_hash: 'x' }, { nonce: 'x' }])(
    'is not an ID token: %j',
    async (mark) => {
      const { code, detail } = await refusal({ claims: { ...claimsOf('admin'), ...mark } });
      expect(code).toBe('unauthenticated');
      expect(detail).toMatch(/^This is an ID token \(.+\): send the access token\.$/);
    },
  );

  it.each([{ nonce: 'x', scope: '' }, { nonce: 'x', scp: [] }, { token_use: 'access' }, { typ: 'Bearer' }])(
    'may look like this: %j',
    async (more) => {
      const result = await call({ operation: FOR_ROLE.viewer, claims: { ...claimsOf('viewer'), ...more } });
      expect(result.statusCode).toBe(200);
    },
  );

  it.each([undefined, null, '', 7, 'x'.repeat(256)])('names somebody: %j', async (sub) => {
    const { code, detail } = await refusal({ claims: { ...claimsOf('viewer'), sub } });
    expect(code).toBe('unauthenticated');
    expect(detail).toContain('`sub`');
  });

  it.each([undefined, '2000000000', 1e300])('ends some day: %j', async (exp) => {
    const { code, detail } = await refusal({ claims: { ...claimsOf('viewer'), exp } });
    expect(code).toBe('unauthenticated');
    expect(detail).toContain('`exp`');
  });

  const good = tokenOf(claimsOf('viewer'));
  const [head, payload, signature] = good.split('.') as [string, string, string];
  const withPayload = (text: string | Buffer) =>
    `Bearer ${head}.${Buffer.from(text).toString('base64url')}.${signature}`;

  it.each([
    ['none', ''],
    ['a bare one', good],
    ['of another scheme', `Basic ${good}`],
    ['two in one header', `Bearer ${good} ${good}`],
    ['two headers, which API Gateway joins', `Bearer ${good},Bearer ${good}`],
    ['two headers, joined with a space', `Bearer ${good}, Bearer ${good}`],
    ['of two parts', `Bearer ${head}.${payload}`],
    ['of five parts', `Bearer ${good}.x.y`],
    ['in padded base64', `Bearer ${head}.${payload}=.${signature}`],
    ['with a space inside', `Bearer ${head}.${payload.slice(0, 8)} ${payload.slice(8)}.${signature}`],
    ['with bits that base64 drops', `Bearer ${head}.${Buffer.from('{}').toString('base64url').replace(/.$/, 'R')}.x`],
    ['that is no JSON', withPayload('{')],
    ['that is a list', withPayload('[]')],
    ['that is null', withPayload('null')],
    ['that is not UTF-8', withPayload(Buffer.from([0x7b, 0xff, 0x7d]))],
  ])('is exactly one Bearer token of one JSON object; this is refused: %s', async (_what, authorization) => {
    expect((await refusal({ headers: { authorization } })).code).toBe('unauthenticated');
    expect(handled).toEqual([]);
  });

  it('may have its scheme in lower case', async () => {
    const headers = { authorization: `bearer ${good}` };
    expect((await call({ operation: FOR_ROLE.viewer, claims: claimsOf('viewer'), headers })).statusCode).toBe(200);
  });

  it.each([
    `"${ROLES_CLAIM}":["viewer"],"${ROLES_CLAIM}":["admin"]`,
    `"${ROLES_CLAIM}":["admin"],"\\u0063ognito:groups":["viewer"]`,
    `"sub":"sub-ben"`,
    `"realm_access":{"roles":[],"roles":["admin"]}`,
  ])('means the same to whoever reads it: %s twice is refused', async (members) => {
    const authorization = withPayload(`${JSON.stringify(claimsOf('viewer')).slice(0, -1)},${members}}`);
    expect((await refusal({ headers: { authorization } })).code).toBe('unauthenticated');
  });

  it.each([{ iss: 'https://other.example' }, { sub: 'sub-ben' }, { iss: undefined }])(
    'is the one that the gateway verified: %j is not',
    async (other) => {
      const headers = bearer(tokenOf({ ...claimsOf('admin'), ...other }));
      expect(await refusal({ headers })).toMatchObject({
        code: 'unauthenticated',
        detail: 'The token is not the one that the gateway verified.',
      });
    },
  );

  it('is needed, whatever else there is', async () => {
    expect((await call({ operation: FOR_ROLE.viewer })).statusCode).toBe(401);
    expect((await call({ operation: FOR_ROLE.viewer, headers: bearer(good) })).statusCode).toBe(401);
  });
});

describe('an agent', () => {
  it('is known by its token, for one read', async () => {
    expect((await asAgent({})).statusCode).toBe(200);
    expect(handled[0]?.['device']).toMatchObject({ id: DEVICE_ID });
    expect(handled[0]?.params).toEqual({ id: 'a' });
    expect(reads).toBe(1);
  });

  it('is refused without its token, or with one of another kind, for no read at all', async () => {
    const wrong = [undefined, 'Bearer x', bearer(issueToken('enrollment', id('enr', 'a')).token).authorization];
    for (const authorization of wrong) {
      const result = await asAgent({ headers: authorization === undefined ? {} : { authorization } });
      expect(result.statusCode).toBe(401);
      expect(result.headers?.['www-authenticate']).toBe('Bearer');
    }
    expect(reads).toBe(0);
  });

  it("is not an admin, nor an admin an agent: the other's credential opens nothing", async () => {
    expect((await call({ operation: FOR_ROLE.viewer, headers: AGENT })).statusCode).toBe(401);
    const jwt = bearer('eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl');
    expect((await asAgent({ headers: jwt, claims: claimsOf('admin') })).statusCode).toBe(401);
  });
});

describe('an answer', () => {
  const everyKind = async () => [
    await asAgent({}),
    await asAgent({ body: '{' }),
    await call({ operation: agentEcho }),
    await call({ operation: failing }),
    await call({ operation: publicEcho, headers: { 'idempotency-key': 'k' } }),
  ];

  it('names its request, whatever it is, and is not to be stored', async () => {
    for (const { headers } of await everyKind()) {
      expect(headers).toMatchObject({ 'x-request-id': REQUEST_ID, 'cache-control': 'no-store' });
    }
  });

  it('without a body has no media type', async () => {
    const [nothing] = [
      await caller(httpFunction({ audit: trail, routes: [route(failing, async () => answer(204, undefined, 42))] }))({
        operation: failing,
      }),
    ];
    expect(nothing).toMatchObject({ statusCode: 204, headers: { 'retry-after': '42' } });
    expect(nothing).not.toHaveProperty('body');
    expect(nothing?.headers).not.toHaveProperty('content-type');
  });

  it('to a key that was used says that it is the first one again', async () => {
    const keep = route(publicEcho, async ({ remember }) => {
      const made = { number: store.answers.size };
      const record = remember?.({ status: 201, body: made });
      if (record) store.answers.set(record.id, record);
      return answer(201, made);
    });
    const serve = caller(
      httpFunction({ audit: trail, routes: [keep], idempotency: { store: answersIn(store), clock: settableClock() } }),
    );
    const sent = { operation: publicEcho, headers: { 'idempotency-key': 'k' } };
    const first = await serve(sent);
    const again = await serve(sent);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
    expect({ status: again.statusCode, body: again.body }).toEqual({ status: first.statusCode, body: first.body });
    expect(problemIn(await serve({ ...sent, body: { count: 4 } }))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  it('to a key that was used is the first one again only where the route lets it be given', async () => {
    let isAllowed = true;
    const keep = route(
      publicEcho,
      async ({ remember }) => {
        const record = remember?.({ status: 201, body: { number: 1 } });
        if (record) store.answers.set(record.id, record);
        return answer(201, { number: 1 });
      },
      async () => {
        if (!isAllowed) throw new ProblemError('unauthenticated', 'No more.');
      },
    );
    const serve = caller(
      httpFunction({ audit: trail, routes: [keep], idempotency: { store: answersIn(store), clock: settableClock() } }),
    );
    const sent = { operation: publicEcho, headers: { 'idempotency-key': 'k' } };
    const first = await serve(sent);
    expect((await serve(sent)).body).toBe(first.body);
    isAllowed = false;
    expect(problemIn(await serve(sent))).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});

describe('a problem', () => {
  it.each(Object.keys(PROBLEMS) as ProblemCode[])('%s is a document of its status and code', async (code) => {
    failure = new ProblemError(code, 'What happened.', {
      currentState: 'somewhere',
      errors: [{ path: '/a', message: 'b' }],
      retryAfterSeconds: 7,
    });
    const result = await call({ operation: failing });
    expect(result.statusCode).toBe(PROBLEMS[code].status);
    expect(result.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '7' });
    expect(jsonOf(result)).toEqual({
      type: 'about:blank',
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      detail: 'What happened.',
      instance: REQUEST_ID,
      code,
      currentState: 'somewhere',
      errors: [{ path: '/a', message: 'b' }],
    });
  });

  it.each([
    new Error('the secret cause'),
    new TypeError('the secret cause'),
    Object.assign(new Error('the secret cause'), { name: 'ProblemError', code: 'the secret cause' }),
    'the secret cause',
    undefined,
  ])('that nobody expected shows nothing of its cause: %s', async (cause) => {
    failure = cause;
    const result = await call({ operation: failing });
    expect(result.statusCode).toBe(500);
    expect(problemIn(result)).toMatchObject({ code: 'internal_error', instance: REQUEST_ID });
    expect(result.body).not.toContain('secret');
    expect(logged.join('')).toContain(REQUEST_ID);
    if (cause !== undefined) expect(logged.join('')).toContain('the secret cause');
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ level: 'ERROR' });
  });

  it('is a page to who looks at it in a browser, and as silent about its cause', async () => {
    const page = {
      ...failing,
      id: 'page',
      path: '/v1/page',
      answers: () => ({ 200: z.string() }),
      html: true,
    } as const;
    const throws = async (thrown: unknown) =>
      caller(
        httpFunction({
          audit: trail,
          routes: [
            route(page, async () => {
              throw thrown;
            }),
          ],
        }),
      )({ operation: page });
    const unexpected = await throws(new Error('the secret cause'));
    expect(unexpected.statusCode).toBe(500);
    expect(unexpected.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-request-id': REQUEST_ID,
    });
    expect(unexpected.body).toContain('<h1>Internal error</h1>');
    expect(unexpected.body).toContain(REQUEST_ID);
    expect(unexpected.body).not.toContain('secret');
    const expected = await throws(new ProblemError('invalid_request', 'No <b>such</b> code.'));
    expect(expected.statusCode).toBe(400);
    expect(expected.body).toContain('No &lt;b&gt;such&lt;/b&gt; code.');
  });

  it('that was expected is logged as no error, and without what the caller sent', async () => {
    await asAgent({ body: { password: 'the secret body' } });
    await call({ operation: agentEcho, headers: bearer('the-secret-token') });
    expect(logged).toHaveLength(2);
    for (const line of logged) {
      expect(JSON.parse(line)).toMatchObject({ level: 'INFO', requestId: REQUEST_ID });
      expect(line).not.toContain('secret');
      expect(line).not.toContain('password');
    }
  });

  it('is internal where the stack sends a request that the function does not serve', async () => {
    const elsewhere = { ...failing, path: '/v1/elsewhere' } as const;
    expect((await call({ operation: elsewhere })).statusCode).toBe(500);
  });
});

describe('a success', () => {
  it('is not logged: an empty poll costs no line', async () => {
    await asAgent({});
    expect(logged).toEqual([]);
  });
});

describe('a path', () => {
  it('of an id that is longer than any there is, or empty, finds nothing, before anything is looked up', async () => {
    for (const thing of ['x'.repeat(3000), '']) {
      expect(problemIn(await asAgent({ params: { id: thing } })).code).toBe('not_found');
      expect(problemIn(await asAgent({ params: { id: thing }, body: '{' })).code).toBe('invalid_request');
    }
    expect(handled).toEqual([]);
    expect((await asAgent({ params: { id: 'x'.repeat(128) } })).statusCode).toBe(200);
  });
});
