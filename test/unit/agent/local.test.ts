/** The local socket: another account asks for help through the agent, does only what is its own, and never sees the credential. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Accounts, proofPath } from '../../../agent/local/accounts.ts';
import { accountDir, socketAddress } from '../../../agent/local/address.ts';
import { bySocket } from '../../../agent/local/exchange.ts';
import { Gate } from '../../../agent/local/gate.ts';
import { keepListening } from '../../../agent/local/keep-listening.ts';
import { Limits } from '../../../agent/local/limits.ts';
import { listen } from '../../../agent/local/listener.ts';
import { greet, introduce, throughAgent } from '../../../agent/local/through-agent.ts';
import { posixDirectories } from '../../../agent/platform/posix-directory.ts';
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
let rustdeskId: string | undefined;
let gate: Gate;
let stop: () => void;
/** Whose the directories are by which accounts show who they are. */
let owners: Map<string, string>;
let accounts: Accounts;

const start = async (): Promise<() => void> =>
  (await listen(path, { answer: (local) => gate.answer(local), openPipe })).stop;

const ann = (asks = true) => throughAgent({ path }, { ticket: 'ticket of ann', user: 'ann', asks });
const ben = () => throughAgent({ path }, { ticket: 'ticket of ben', user: 'ben', asks: true });
const call = { message: 'Help', requester: { name: 'Ann', email: 'ann@example.org' }, rustdeskId: '666' };
const openPipe = async () => undefined;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'agent-local-'));
  path = join(dir, 'open', 'agent.sock');
  server = new Server();
  now = 0;
  asked = undefined;
  ownRequest = undefined;
  made = 0;
  rustdeskId = '123';
  owners = new Map();
  accounts = new Accounts(async (name) => owners.get(name));
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
    platform: { rustdeskId: async () => rustdeskId },
    clock: { now: () => now, monotonic: () => now },
    accounts,
    limits: new Limits({ monotonic: () => now }),
    deviceId: 'dev_1',
    made: () => void made++,
  });
  stop = await start();
});
afterEach(() => {
  stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('an account', () => {
  test('does not say which RustDesk the admin connects to, also where the PC has none', async () => {
    rustdeskId = undefined;
    const { rustdeskId: _, ...sent } = call;
    const line = { op: 'request', ticket: 't', idempotencyKey: 'k', message: 'M', name: 'Ann', rustdeskId: '666' };
    await bySocket(path, `${JSON.stringify(line)}\n`);
    expect(server.calls[0]?.[1]).toEqual({ message: 'M', requester: { name: 'Ann' } });
    server.open = undefined;
    await ann().request(call, 'key-1');
    expect(server.calls[1]?.[1]).toEqual(sent);
  });

  test('asks, follows, consents and ends, with the PC’s own RustDesk id', async () => {
    expect(await greet({ path })).toBe('dev_1');
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
    stop = await start();
    expect(await greet({ path })).toBe('dev_1');
    left.close();
    stop();
    writeFileSync(join(dir, 'file'), 'mine');
    await expect(listen(join(dir, 'file'), { answer: async () => undefined, openPipe })).rejects.toThrow('EADDRINUSE');
    expect(statSync(join(dir, 'file')).size).toBe(4);
  });

  test('that nobody listens on', async () => {
    stop();
    await expect(greet({ path })).rejects.toThrow();
  });
});

describe('an account that asks too much', () => {
  /** As a process of that account does before its first call. */
  const introduced = async (ticket: string, account: string) => {
    await introduce({ path }, ticket, (name) => {
      owners.set(name, account);
      // Where it really makes the directory; here the test says whose it is.
      return join(dir, name);
    });
    return throughAgent({ path }, { ticket, user: account, asks: true });
  };
  /** Reads wait until they are let go. */
  const holdReads = () => {
    const held = Promise.withResolvers<void>();
    const { read } = server;
    let waiting = 0;
    server.read = async (id) => {
      waiting++;
      await held.promise;
      return read(id);
    };
    return { letGo: held.resolve, waiting: () => waiting };
  };

  test('is known by the directory that it made, which is gone then, and nobody else by that', async () => {
    await introduced('ticket of ann', '1000');
    expect(accounts.of('ticket of ann')).toBe('1000');
    expect(accounts.of('ticket of ben')).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['open']);
    const names = [...owners.keys()];
    await introduced('ticket of ben', '1001');
    expect(accounts.of('ticket of ann')).toBe('1000');
    expect([...owners.keys()]).not.toEqual(names);
  });

  test('has a few calls at once, and keeps none of another account’s from being answered', async () => {
    const annHere = await introduced('ticket of ann', '1000');
    const benHere = await introduced('ticket of ben', '1001');
    await annHere.request(call, 'key-1');
    const reads = holdReads();
    const held = Array.from({ length: 4 }, () => annHere.read('req_1'));
    await vi.waitFor(() => expect(reads.waiting()).toBe(4));
    await expect(annHere.read('req_1')).rejects.toThrow('as many calls of this account under way as it takes');
    await expect(benHere.read('req_1')).rejects.toThrow('was not made by this account');
    server.open = undefined;
    expect((await benHere.request(call, 'key-2')).body.id).toBe('req_2');
    reads.letGo();
    await Promise.all(held);
    await annHere.read('req_1').catch((error: unknown) => expect(error).toBeInstanceOf(Refusal));
  });

  test('asks for help ten times an hour, and others still can', async () => {
    const annHere = await introduced('ticket of ann', '1000');
    const benHere = await introduced('ticket of ben', '1001');
    for (let n = 0; n < 10; n++) {
      server.open = undefined;
      await annHere.request(call, `key-${n}`);
    }
    server.open = undefined;
    await expect(annHere.request(call, 'key-11')).rejects.toThrow('10 times within an hour');
    // Other tickets are of the same account.
    const again = await introduced('another ticket of ann', '1000');
    await expect(again.request(call, 'key-12')).rejects.toThrow('10 times within an hour');
    expect((await benHere.request(call, 'key-13')).body.state).toBe('pending');
    // Who does not show their account has an allowance with all others who do not.
    server.open = undefined;
    const stranger = throughAgent({ path }, { ticket: 'of nobody known', user: 'cy', asks: true });
    expect((await stranger.request(call, 'key-14')).body.state).toBe('pending');
    server.open = undefined;
    now += 3_600_000;
    expect((await annHere.request(call, 'key-15')).body.state).toBe('pending');
  });

  test('is the owner of a real directory', async () => {
    const { ownerOf } = posixDirectories(0);
    const real = new Accounts((name) => ownerOf(join(dir, name)));
    await real.learn('ticket');
    expect(real.of('ticket')).toBeUndefined();
    mkdirSync(join(dir, real.proofOf('ticket')));
    await real.learn('another ticket');
    await real.learn('ticket');
    expect(real.of('ticket')).toBe(String(process.getuid?.()));
    expect(real.of('another ticket')).toBeUndefined();
    symlinkSync(dir, join(dir, real.proofOf('a third')));
    await real.learn('a third');
    expect(real.of('a third')).toBeUndefined();
  });

  test('with ever new tickets crowds out its own alone', async () => {
    let whose = '1001';
    const crowded = new Accounts(async () => whose);
    await crowded.learn('of ben');
    whose = '1000';
    for (let n = 0; n < 100; n++) await crowded.learn(`of ann ${n}`);
    expect([crowded.of('of ben'), crowded.of('of ann 0'), crowded.of('of ann 99')]).toEqual([
      '1001',
      undefined,
      '1000',
    ]);
  });

  test('cannot have a directory made elsewhere by who asks', async () => {
    expect(proofPath('linux', {}, `remote-assist-${'0'.repeat(32)}`)).toBe(`/tmp/remote-assist-${'0'.repeat(32)}`);
    expect(proofPath('win32', { ProgramData: 'D:\\Data' }, `remote-assist-${'a'.repeat(32)}`)).toMatch(
      /^D:\\Data\\remote-assist-a/,
    );
    for (const name of ['../x', 'remote-assist-x', `/remote-assist-${'0'.repeat(32)}`]) {
      expect(proofPath('linux', {}, name)).toBeUndefined();
    }
  });
});

describe('who connects and is silent', () => {
  const connect = () =>
    new Promise<{ socket: Socket; closed: Promise<void> }>((resolve) => {
      const socket = createConnection(path);
      socket.on('error', () => undefined);
      const closed = new Promise<void>((done) => socket.once('close', () => done()));
      socket.once('connect', () => resolve({ socket, closed }));
      closed.then(() => resolve({ socket, closed }));
    });

  test('gives way, longest silent first, and does not keep others from being heard', async () => {
    const silent: Awaited<ReturnType<typeof connect>>[] = [];
    for (let n = 0; n < 40; n++) silent.push(await connect());
    await Promise.all(silent.slice(0, 8).map(({ closed }) => closed));
    expect((await ann().request(call, 'key-1')).body.id).toBe('req_1');
    await vi.waitFor(() => expect(silent.filter(({ socket }) => !socket.destroyed)).toHaveLength(32));
    expect(silent.slice(8).every(({ socket }) => !socket.destroyed)).toBe(true);
    for (const { socket } of silent) socket.destroy();
  });

  test('in any number, without an end, keeps nobody from asking', async () => {
    // A process of its own, as another account's would be: opens a new connection for each that it is hung up on.
    const flood = `const open = () => require('net').connect(process.argv[1]).on('error', () => {})
      .on('connect', function () { this.write('{"op":'); process.send('connected'); }).on('close', () => setImmediate(open));
      for (let n = 0; n < 300; n++) open();`;
    const stdio: ('ignore' | 'ipc')[] = ['ignore', 'ignore', 'ignore', 'ipc'];
    const flooding = spawn(process.execPath, ['-e', flood, path], { stdio });
    await new Promise((resolve) => flooding.once('message', resolve));
    expect(await greet({ path })).toBe('dev_1');
    expect((await ann().request(call, 'key-1')).body.id).toBe('req_1');
    for (let n = 0; n < 20; n++) await ann().read('req_1');
    flooding.kill('SIGKILL');
  });

  test('while it is served is not hung up on', async () => {
    await ann().request(call, 'key-1');
    const held = Promise.withResolvers<void>();
    const { read } = server;
    server.read = async (id) => {
      await held.promise;
      return read(id);
    };
    const reading = ann().read('req_1');
    const silent: Awaited<ReturnType<typeof connect>>[] = [];
    for (let n = 0; n < 40; n++) silent.push(await connect());
    await silent[0]?.closed;
    held.resolve();
    expect((await reading).body.id).toBe('req_1');
    for (const { socket } of silent) socket.destroy();
  });
});

describe('listening', () => {
  const log = { info: () => undefined, error: () => undefined, warn: (message: string) => void warned.push(message) };
  let warned: string[];
  beforeEach(() => {
    warned = [];
  });

  test('is tried again where the system does not let it, and where it was lost', async () => {
    const stopped = new AbortController();
    const happened: string[] = [];
    let tries = 0;
    let there = true;
    const keeping = keepListening(
      {
        listen: async () => {
          if (++tries === 2 || tries === 3) throw new Error('EADDRINUSE');
          happened.push('listening');
          there = true;
          return {
            isThere: async () => there,
            lost: new Promise(() => undefined),
            stop: () => void happened.push('stopped'),
          };
        },
        clock: {
          sleep: async () => {
            there = false;
            if (happened.length > 3) stopped.abort();
          },
        },
        random: () => 0,
        log,
      },
      stopped.signal,
    );
    await keeping;
    expect(happened).toEqual(['listening', 'stopped', 'listening', 'stopped', 'listening', 'stopped']);
    expect(warned.filter((message) => message.includes('cannot ask'))).toHaveLength(1);
  });

  test('knows that its socket was swept away, or that another one is in its place', async () => {
    stop();
    const listening = await listen(path, { answer: async () => undefined, openPipe });
    expect(await listening.isThere()).toBe(true);
    rmSync(path);
    expect(await listening.isThere()).toBe(false);
    const other = createServer().listen(path);
    await vi.waitFor(() => expect(statSync(path).isSocket()).toBe(true));
    expect(await listening.isThere()).toBe(false);
    listening.stop();
    await listening.lost;
    await new Promise((resolve) => other.close(resolve));
  });

  test('is refused in a directory where another account can put a socket of its own', async () => {
    const shared = join(dir, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    const there = join(shared, 'agent.sock');
    await expect(listen(there, { answer: async () => undefined, openPipe })).rejects.toThrow('Another account can put');
    chmodSync(shared, 0o1777);
    (await listen(there, { answer: async () => undefined, openPipe })).stop();
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
