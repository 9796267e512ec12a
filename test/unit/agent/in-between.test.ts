/**
 * Something between the PC and the server answers in its place: a proxy's error page, a captive portal, a gateway. Whatever
 * status that has, it is not the server's word, and it costs no work, no request, no key and no credential.
 */
import { describe, expect, test } from 'vitest';
import { follow } from '../../../agent/assistance/follow.ts';
import { requestHelp } from '../../../agent/assistance/request.ts';
import { rotate } from '../../../agent/credential/rotation.ts';
import { enrollDevice } from '../../../agent/enrollment.ts';
import { Accounts } from '../../../agent/local/accounts.ts';
import { Gate } from '../../../agent/local/gate.ts';
import { Limits } from '../../../agent/local/limits.ts';
import { type AssistanceServer, createServer, isOutage, isRefusal, isUnknown } from '../../../agent/server.ts';
import type { AskedState } from '../../../agent/state/asked-file.ts';
import type { DeviceState } from '../../../agent/state/device-file.ts';
import type { RequestState } from '../../../agent/state/request-file.ts';
import type { AgentAssistanceRequest } from '../../../lib/api/assistance.ts';
import type { Send } from '../../../lib/api/client.ts';
import { PROBLEMS, type ProblemCode } from '../../../lib/api/problem.ts';

type Reply = { status: number; body?: string; headers?: Record<string, string> };

const answering =
  (reply: () => Reply, sent: Parameters<Send>[] = []): Send =>
  async (...call) => {
    sent.push(call);
    const { status, body = '', headers = {} } = reply();
    return { status, headers: new Headers(headers), text: async () => body };
  };

const PAGE = '<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>';
const page = (status: number, headers = {}): Reply => ({
  status,
  body: PAGE,
  headers: { 'content-type': 'text/html', ...headers },
});
const problemOf = (code: ProblemCode, more: object = {}): string => {
  const { status, title } = PROBLEMS[code];
  return JSON.stringify({ type: 'about:blank', title, status, detail: title, instance: 'r', code, ...more });
};
const OWN = { 'content-type': 'application/problem+json', 'x-request-id': 'r' };

const LOOKALIKES: [string, Reply][] = [
  ...[200, 201, 401, 403, 404, 407, 409, 410, 422, 429, 451, 500, 502, 503, 511].map((status): [string, Reply] => [
    `a page with ${status}`,
    page(status),
  ]),
  ['nothing, with 200', { status: 200 }],
  ['nothing, with 204', { status: 204 }],
  ['nothing and a pace, with 204', { status: 204, headers: { 'retry-after': '60' } }],
  ['other JSON, with 200', { status: 200, body: '{"status":"ok"}', headers: { 'x-request-id': 'r' } }],
  ['a redirect to a portal', page(302, { location: 'http://portal.example/login' })],
  ['a redirect that keeps the method', page(307, { location: 'https://portal.example/login' })],
  ['the gateway’s own 401', { status: 401, body: '{"message":"Unauthorized"}' }],
  ['the gateway’s own 404', { status: 404, body: '{"message":"Not Found"}' }],
  ['a problem of another service', { status: 409, body: '{"title":"Conflict","status":409}', headers: OWN }],
  [
    'a problem without the request’s id',
    { status: 410, body: problemOf('expired'), headers: { ...OWN, 'x-request-id': '' } },
  ],
  [
    'a problem that is no problem document',
    { status: 409, body: problemOf('invalid_state'), headers: { 'x-request-id': 'r' } },
  ],
  [
    'a problem with a code of no list',
    { status: 409, body: problemOf('invalid_state', { code: 'conflict' }), headers: OWN },
  ],
  ['a problem of another status', { status: 401, body: problemOf('not_found'), headers: OWN }],
];

const BOOT = { bootId: 'boot-0001', bootedAt: '2026-01-01T00:00:00Z' };
const CALLS: Record<string, (server: ReturnType<typeof createServer>) => Promise<unknown>> = {
  poll: (server) => server.poll({ ...BOOT, agentVersion: '1' }),
  acknowledge: (server) => server.acknowledge('tsk_1', { receipt: 'r', bootId: BOOT.bootId }),
  postpone: (server) => server.postpone('tsk_1', { minutes: 5 }),
  report: (server) => server.report('tsk_1', { outcome: 'succeeded', ...BOOT }),
  request: (server) => server.request({ message: 'Help', requester: { name: 'Ann' } }, 'key-1'),
  read: (server) => server.read('req_1'),
  consent: (server) => server.consent('req_1', 'accepted'),
  withdraw: (server) => server.withdraw('req_1'),
  end: (server) => server.end('req_1'),
  rotate: (server) => server.rotate('key-1'),
  probe: (server) => server.probe(),
};

test('each call that the agent makes is looked at here', () => {
  const server = createServer(
    'https://api.example.com',
    { tokens: async () => [], worked: async () => undefined },
    answering(() => page(200)),
  );
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(server).sort());
});

describe.each(Object.entries(CALLS))('%s', (_name, call) => {
  test.each(LOOKALIKES)('takes %s for no answer', async (_what, reply) => {
    const sent: Parameters<Send>[] = [];
    const worked: string[] = [];
    const credential = {
      tokens: async () => ['next', 'old'],
      worked: async (token: string) => void worked.push(token),
    };
    const server = createServer(
      'https://api.example.com',
      credential,
      answering(() => reply, sent),
    );
    const error = await call(server).then(
      () => expect.fail('was taken for an answer'),
      (reason: unknown) => reason,
    );
    expect({ refusal: isRefusal(error), unknown: isUnknown(error), outage: isOutage(error) }).toEqual({
      refusal: false,
      unknown: false,
      outage: true,
    });
    // Neither credential is taken for one that the server knows, or for one that it does not.
    expect([worked, sent.length]).toEqual([[], 1]);
  });

  test('takes the server’s own word', async () => {
    const reply = { status: 404, body: problemOf('not_found'), headers: OWN };
    const server = createServer(
      'https://api.example.com',
      { tokens: async () => ['t'], worked: async () => undefined },
      answering(() => reply),
    );
    // For `probe`, that the server knows the device is all that is asked.
    const error = await call(server).catch((reason: unknown) => reason);
    expect(error === undefined || isRefusal(error)).toBe(true);
  });
});

const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
const random = () => 0;
/** The statuses by which the server itself would end what is under way. */
const ENDING = [401, 404, 409, 410, 422];
const memory = <T>() => {
  const file = {
    value: undefined as T | undefined,
    read: async () => file.value,
    write: async (value: T) => {
      file.value = value;
    },
  };
  return file;
};

describe.each(ENDING)('a page with %i', (status) => {
  test('ends no enrolment: it goes on under the same key', async () => {
    const file = memory<DeviceState>();
    const sent: Parameters<Send>[] = [];
    const ports = { file, clock, random, sender: async () => answering(() => page(status), sent) };
    const enrollment = {
      ...{ apiUrl: 'https://api.example.com', enrollmentToken: 'T', name: 'PC', platform: 'linux' as const },
      force: false,
    };
    for (let time = 0; time < 2; time++)
      await expect(enrollDevice(ports, enrollment)).rejects.toThrow(`HTTP ${status}`);
    expect(file.value?.pending).toBeDefined();
    expect(new Set(sent.map(([, { headers }]) => headers['idempotency-key'])).size).toBe(1);
    expect(sent.length).toBeGreaterThan(2);
  });

  test('drops neither a credential nor a rotation that was begun', async () => {
    const enrolled = {
      ...{ apiUrl: 'https://api.example.com', deviceId: 'dev_1', deviceToken: 'T0', name: 'PC', enrolledAt: 0 },
      ...{ next: undefined, rotating: undefined, rotatedAt: undefined, machine: undefined, hasOwnName: undefined },
    };
    const file = memory<DeviceState>();
    file.value = { enrolled, pending: undefined, maxRestartsPerDay: undefined };
    const credential = { tokens: async () => ['T0'], worked: async () => undefined };
    const server = createServer(
      'https://api.example.com',
      credential,
      answering(() => page(status)),
    );
    await expect(rotate({ file, server, clock })).rejects.toThrow(`HTTP ${status}`);
    const { rotating } = file.value.enrolled ?? {};
    expect(rotating).toBeDefined();
    await expect(rotate({ file, server, clock })).rejects.toThrow(`HTTP ${status}`);
    expect(file.value.enrolled).toMatchObject({ deviceToken: 'T0', rotating });
  });

  const request = (state: AgentAssistanceRequest['state']): AgentAssistanceRequest => ({
    ...{ id: 'req_1', deviceId: 'dev_1', deviceName: 'PC', message: 'Help', requester: { name: 'Ann' } },
    ...{ state, createdAt: '2026-01-01T00:00:00Z' },
  });
  const serverWith = (reply: () => Reply) =>
    createServer(
      'https://api.example.com',
      { tokens: async () => ['T0'], worked: async () => undefined },
      answering(reply),
    );
  const body = { message: 'Help', requester: { name: 'Ann' } };

  test('drops no request that was sent, nor its key', async () => {
    const file = memory<RequestState>();
    const ports = { server: serverWith(() => page(status)), file, clock, random, deviceId: 'dev_1' };
    await expect(requestHelp(ports, body)).rejects.toThrow(`HTTP ${status}`);
    const { pending } = file.value ?? {};
    expect(pending).toBeDefined();
    await expect(requestHelp(ports, body)).rejects.toThrow(`HTTP ${status}`);
    expect(file.value?.pending).toEqual(pending);
  });

  test('ends no request that is followed', async () => {
    let looks = 0;
    const over = { status: 200, body: JSON.stringify(request('withdrawn')), headers: { 'x-request-id': 'r' } };
    const told: string[] = [];
    const { state } = await follow(
      {
        ...{ server: serverWith(() => (++looks < 10 ? page(status) : over)), file: memory<RequestState>() },
        ...{ clock, random, tell: (words: string) => void told.push(words), deviceId: 'dev_1' },
        ...{ ask: async () => undefined, openLink: async () => true },
      },
      'req_1',
      { consentWithinMs: 0, stop: new AbortController().signal },
    );
    expect([state, looks]).toEqual(['withdrawn', 10]);
    expect(told[0]).toContain(`HTTP ${status}: a page ("Sign in to the network") and not the API's answer`);
  });

  test('forgets no account that asked through the agent', async () => {
    const file = memory<AskedState>();
    const gate = new Gate({
      ...{
        server: serverWith(() => page(status)) as AssistanceServer,
        file,
        own: memory<RequestState>(),
        deviceId: 'dev_1',
      },
      ...{ platform: { rustdeskId: async () => undefined }, clock, made: () => undefined },
      ...{ accounts: new Accounts(async () => undefined), limits: new Limits(clock) },
    });
    const asking = {
      op: 'request',
      ticket: 't',
      user: 'ann',
      idempotencyKey: 'k',
      email: undefined,
    } as const;
    await expect(gate.answer({ ...asking, message: 'Help', name: 'Ann' })).rejects.toThrow(`HTTP ${status}`);
    expect(file.value?.trying).toMatchObject({ user: 'ann' });
  });
});
