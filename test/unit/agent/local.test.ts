/** The local socket: another account asks for help through the agent, does only what is its own, and never sees the credential. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { accountDir, socketAddress } from '../../../agent/local/address.ts';
import { Gate } from '../../../agent/local/gate.ts';
import { listen } from '../../../agent/local/listener.ts';
import { greet, throughAgent } from '../../../agent/local/through-agent.ts';
import { Refusal } from '../../../agent/refusal.ts';
import type { AssistanceServer } from '../../../agent/server.ts';
import type { AskedState } from '../../../agent/state/asked-file.ts';
import type { AgentAssistanceRequest } from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { problem } from './world.ts';

const requestWith = (id: string, more: Partial<AgentAssistanceRequest> = {}): AgentAssistanceRequest => ({
  id,
  deviceId: 'dev_1',
  deviceName: 'PC',
  message: 'Help',
  requester: { name: 'Ann' },
  state: 'pending',
  createdAt: '2026-01-01T00:00:00Z',
  ...more,
});

/** The server behind the agent: one open request at a time, each call under its key. */
class Server implements AssistanceServer {
  open: AgentAssistanceRequest | undefined;
  readonly calls: unknown[][] = [];
  faults: (Error | undefined)[] = [];
  #made = 0;
  readonly #byKey = new Map<string, AgentAssistanceRequest>();

  /** @param fault after the server has done it */
  #answer(body: AgentAssistanceRequest) {
    const fault = this.faults.shift();
    if (fault) throw fault;
    return { body };
  }

  request: AssistanceServer['request'] = async (body, key) => {
    this.calls.push(['request', body, key]);
    const before = this.#byKey.get(key);
    if (before) return this.#answer(before);
    if (this.open) {
      const { status, problem: details, message } = problem('already_exists');
      throw new ApiError(status, details && { ...details, existingId: this.open.id }, message);
    }
    this.open = requestWith(`req_${++this.#made}`, { message: body.message });
    this.#byKey.set(key, this.open);
    return this.#answer(this.open);
  };
  #change = async (op: string, id: string, ...more: unknown[]) => {
    this.calls.push([op, id, ...more]);
    return this.#answer(requestWith(id, { state: op === 'consent' ? 'connected' : 'pending' }));
  };
  read = (id: string) => this.#change('read', id);
  consent = (id: string, decision: 'accepted' | 'refused') => this.#change('consent', id, decision);
  withdraw = (id: string) => this.#change('withdraw', id);
  end = (id: string) => this.#change('end', id);
}

let dir: string;
let path: string;
let server: Server;
let now: number;
let asked: AskedState | undefined;
let ownRequest: string | undefined;
let made: number;
let gate: Gate;
let stop: () => void;

const ann = (asks = true) => throughAgent(path, { ticket: 'ticket of ann', user: 'ann', asks });
const ben = () => throughAgent(path, { ticket: 'ticket of ben', user: 'ben', asks: true });
const call = { message: 'Help', requester: { name: 'Ann', email: 'ann@example.org' }, rustdeskId: '666' };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'agent-local-'));
  path = join(dir, 'open', 'agent.sock');
  server = new Server();
  now = 0;
  asked = undefined;
  ownRequest = undefined;
  made = 0;
  gate = new Gate({
    server,
    own: {
      read: async () => ({
        current: ownRequest === undefined ? undefined : { id: ownRequest, deviceId: 'dev_1', state: 'pending' },
        pending: undefined,
      }),
    },
    file: {
      read: async () => structuredClone(asked),
      write: async (state) => {
        asked = structuredClone(state);
      },
    },
    platform: { rustdeskId: async () => '123' },
    clock: { now: () => now, monotonic: () => now },
    deviceId: 'dev_1',
    made: () => void made++,
  });
  stop = await listen(path, (local) => gate.answer(local));
});
afterEach(() => {
  stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('an account', () => {
  test('asks, follows, consents and ends, with the PC’s own RustDesk id', async () => {
    expect(await greet(path)).toBe('dev_1');
    const { body } = await ann().request(call, 'key-1');
    expect(body).toEqual(requestWith('req_1'));
    await ann().read('req_1');
    expect((await ann().consent('req_1', 'accepted')).body.state).toBe('connected');
    await ann().end('req_1');
    await ann().withdraw('req_1');
    expect(server.calls).toEqual([
      ['request', { ...call, rustdeskId: '123' }, 'key-1'],
      ['read', 'req_1'],
      ['consent', 'req_1', 'accepted'],
      ['end', 'req_1'],
      ['withdraw', 'req_1'],
    ]);
    expect(await gate.userOf('req_1')).toBe('ann');
    expect(await gate.userOf('req_2')).toBeUndefined();
    expect(JSON.stringify(asked)).not.toContain('ticket of ann');
    expect(made).toBe(1);
  });

  test('may do nothing about what another one asked for', async () => {
    await ann().request(call, 'key-1');
    const attempts = [
      () => ben().read('req_1'),
      () => ben().consent('req_1', 'accepted'),
      () => ben().withdraw('req_1'),
      () => ben().end('req_1'),
      () => ann().read('req_2'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(Refusal);
    await expect(ben().request(call, 'key-2')).rejects.toThrow('Somebody else at this PC has asked for help');
    expect(server.calls.map(([op]) => op)).toEqual(['request', 'request']);
    expect((await ann().read('req_1')).body.id).toBe('req_1');
  });

  test('finds its own request again, and after that one may ask anew', async () => {
    await ann().request(call, 'key-1');
    expect((await ann().request({ ...call, message: 'More' }, 'key-2')).body).toMatchObject({ id: 'req_1' });
    server.open = undefined;
    expect((await ben().request(call, 'key-3')).body.id).toBe('req_2');
    await expect(ann().read('req_1')).rejects.toThrow(Refusal);
  });

  test('whose answer was lost finds the request under other words too, and nobody else does', async () => {
    server.faults = [new TypeError('fetch failed')];
    await expect(ann().request(call, 'key-1')).rejects.toThrow('fetch failed');
    await expect(ben().request(call, 'key-2')).rejects.toThrow('Somebody else');
    expect((await ann().request({ ...call, message: 'More' }, 'key-3')).body.id).toBe('req_1');
    expect((await ann().read('req_1')).body.id).toBe('req_1');
  });

  test('does not get what was asked for without the agent', async () => {
    server.faults = [new TypeError('fetch failed')];
    await expect(ann().request(call, 'key-1')).rejects.toThrow('fetch failed');
    ownRequest = 'req_1';
    await expect(ann().request(call, 'key-3')).rejects.toThrow('Somebody else');
  });

  test('that asks at the same moment as another one: one of them has it', async () => {
    const both = await Promise.allSettled([ann().request(call, 'key-1'), ben().request(call, 'key-2')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is told what the server said, as the agent was', async () => {
    server.faults = [new ApiError(429, undefined, 'slow down', 7)];
    const refused = await ann()
      .request(call, 'key-1')
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ApiError', status: 429, retryAfterSeconds: 7 });
    await ann().request(call, 'key-1');
    server.faults = [problem('expired')];
    await expect(ann().read('req_1')).rejects.toMatchObject({ status: 410, problem: { code: 'expired' } });
  });

  test('is taken to follow while it looks where it can be asked', async () => {
    await ann().request(call, 'key-1');
    await ann(false).read('req_1');
    expect(gate.isFollowed('req_1')).toBe(false);
    await expect(ben().read('req_1')).rejects.toThrow(Refusal);
    expect(gate.isFollowed('req_1')).toBe(false);
    await ann().read('req_1');
    expect(gate.isFollowed('req_1')).toBe(true);
    expect(gate.isFollowed('req_2')).toBe(false);
    now = 20_000;
    expect(gate.isFollowed('req_1')).toBe(false);
  });
});

describe('the socket', () => {
  const say = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let heard = '';
      const socket = createConnection(path, () => socket.write(text));
      socket.setEncoding('utf8').on('data', (chunk) => {
        heard += chunk;
      });
      socket.on('error', () => undefined).on('close', () => resolve(heard));
    });

  test('is open to every account, in a directory that only the agent’s own can change', () => {
    expect(statSync(path).mode & 0o066).toBe(0o066);
    expect(statSync(join(dir, 'open')).mode & 0o777).toBe(0o755);
  });

  test.each(['{"op":"poll"}\n', '{"op":"read","id":"req_1"}\n', 'nonsense\n', '[]\n', '{"op":"__proto__"}\n'])(
    'does nothing about %j',
    async (text) => {
      expect(await say(text)).toMatch(/^\{"error":/);
      expect(server.calls).toEqual([]);
    },
  );

  test('hangs up on who says too much', async () => {
    expect(await say('x'.repeat(70_000))).toBe('');
  });

  test('takes the place of one that an agent left behind, and of nothing else', async () => {
    stop();
    const left = createServer().listen(path);
    await vi.waitFor(() => expect(statSync(path).isSocket()).toBe(true));
    stop = await listen(path, (local) => gate.answer(local));
    expect(await greet(path)).toBe('dev_1');
    left.close();
    stop();
    writeFileSync(join(dir, 'file'), 'mine');
    await expect(listen(join(dir, 'file'), (local) => gate.answer(local))).rejects.toThrow('EADDRINUSE');
    expect(statSync(join(dir, 'file')).size).toBe(4);
  });

  test('that nobody listens on', async () => {
    stop();
    await expect(greet(path)).rejects.toThrow();
  });
});

test('each state directory has its own address, which says nothing of it', () => {
  expect(socketAddress('linux', '/var/lib/remote-assist')).toMatch(/^\/run\/remote-assist\/[0-9a-f]{16}\.sock$/);
  expect(socketAddress('darwin', '/a')).toMatch(/^\/var\/run\/remote-assist\//);
  expect(socketAddress('linux', '/a/')).toBe(socketAddress('linux', '/a'));
  expect(socketAddress('linux', '/a')).not.toBe(socketAddress('linux', '/b'));
  expect(socketAddress('win32', 'C:\\Data')).toMatch(/^\\\\\.\\pipe\\remote-assist-[0-9a-f]{16}$/);
  expect(socketAddress('win32', 'c:\\data')).toBe(socketAddress('win32', 'C:\\Data'));
});

test('each account keeps its side where the system has that', () => {
  expect(accountDir('linux', {}, '/home/ann')).toBe('/home/ann/.local/state/remote-assist');
  expect(accountDir('linux', { XDG_STATE_HOME: '/x' }, '/home/ann')).toBe('/x/remote-assist');
  expect(accountDir('darwin', {}, '/Users/ann')).toBe('/Users/ann/Library/Application Support/remote-assist');
  expect(accountDir('win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\Users\\ann')).toBe('C:\\L\\remote-assist');
});
