/** The command line as a process: exit codes, what stands on stdout, and that the credential stands nowhere. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { requestFile } from '../../../agent/state/request-file.ts';
import { taskFile } from '../../../agent/state/task-file.ts';
import { AGENT_VERSION } from '../../../agent/version.ts';
import { agent, build, FakeServer, removeBuilt, start, startWith } from './command.ts';
import { problem } from './world.ts';

const TOKEN = 'rad_SECRET';
let server: FakeServer;
let here: string[];

const at = '2026-01-01T00:00:00Z';
const device = { id: 'dev_1', name: 'PC', platform: 'linux', agentVersion: '0.1.0', groupIds: [], enrolledAt: at };
const enrolled = { status: 201, body: { deviceId: 'dev_1', deviceToken: TOKEN, device } };
const refused = (code: Parameters<typeof problem>[0]) => {
  const { problem: body, status } = problem(code);
  return { status, body };
};
const enroll = (...more: string[]) =>
  agent('enroll', '--api', server.url, '--enrollment-token', 'rae_T', ...here, ...more);

beforeAll(build);
afterAll(removeBuilt);
beforeEach(async () => {
  server = await new FakeServer().listen();
  server.routes = { 'POST /v1/enrollments': () => enrolled };
  here = ['--state-dir', server.stateDir];
});
afterEach(() => server.close());
// Each starts processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

test('the version is the package’s', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  expect(AGENT_VERSION).toBe(version);
});

describe.concurrent('wrong usage', () => {
  test.each(
    [
      [],
      ['dance'],
      ['run', '--fast'],
      ['run', '--start-within', 'soon'],
      ['enroll', '--api', 'http://example.com', '--enrollment-token', 'T'],
      ['request-help', '--message', 'M'],
      ['request-help', '--message', 'M', '--name', 'N', '--consent', 'perhaps'],
    ].map((args) => ({ args })),
  )('$args is 2, with the usage on stderr alone', async ({ args }) => {
    const { code, stdout, stderr } = await agent(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: agent COMMAND');
  });
});

test('help is on stdout, and 0', async () => {
  const { code, stdout, stderr } = await agent('--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Usage: agent COMMAND');
});

describe('enroll', () => {
  test('prints the id alone, and keeps the credential for the owner', async () => {
    expect(await enroll('--name', 'PC')).toEqual({ code: 0, stdout: 'dev_1\n', stderr: '' });
    expect(server.received[0]?.body).toMatchObject({
      enrollmentToken: 'rae_T',
      name: 'PC',
      agentVersion: AGENT_VERSION,
    });
    const kept = readFileSync(join(server.stateDir, 'device.json'), 'utf8');
    expect(JSON.parse(kept).enrolled).toMatchObject({ deviceToken: TOKEN, apiUrl: server.url });
    expect(kept).not.toContain('rae_T');
  });

  test('ends well though nobody reads what it prints any more', async () => {
    const closed = Promise.withResolvers<void>();
    server.routes['POST /v1/enrollments'] = async () => {
      await closed.promise;
      return enrolled;
    };
    const enrolling = start('enroll', '--api', server.url, '--enrollment-token', 'rae_T', ...here);
    await vi.waitFor(() => expect(server.received).toHaveLength(1), { timeout: 20_000 });
    for (const output of [enrolling.child.stdout, enrolling.child.stderr]) {
      output.once('close', () => closed.resolve());
      output.destroy();
    }
    expect(await enrolling.ended).toMatchObject({ code: 0 });
    expect(JSON.parse((await agent('status', '--json', ...here)).stdout)).toMatchObject({ deviceId: 'dev_1' });
  });

  test('again is refused, and with --force it is not', async () => {
    await enroll();
    const again = await enroll();
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('dev_1');
    expect(server.received).toHaveLength(1);
    expect(await enroll('--force')).toMatchObject({ code: 0, stdout: 'dev_1\n' });
  });

  test('whose answer is lost goes under the same key again', async () => {
    server.routes = { 'POST /v1/enrollments': () => (server.received.length === 1 ? 'hang up' : enrolled) };
    expect(await enroll()).toMatchObject({ code: 0, stdout: 'dev_1\n' });
    const [first, second] = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(first).toMatch(/^[\w-]{36}$/);
    expect(second).toBe(first);
  });

  test('that the server refuses is 1, with its problem on stderr, and leaves an earlier credential', async () => {
    await enroll();
    server.routes = { 'POST /v1/enrollments': () => refused('invalid_request') };
    const { code, stdout, stderr } = await enroll('--force');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('invalid_request');
    expect(JSON.parse(readFileSync(join(server.stateDir, 'device.json'), 'utf8')).enrolled.deviceToken).toBe(TOKEN);
  });
});

describe('run', () => {
  const task = {
    id: 'tsk_1',
    jobId: 'job_1',
    deviceId: 'dev_1',
    deviceName: 'PC',
    state: 'queued',
    graceSeconds: 3600,
    createdAt: at,
    acknowledgeBy: '2999-01-01T00:00:00Z',
    postponements: 0,
    maxPostponements: 0,
    mayReject: false,
    force: false,
  };
  const acknowledged = {
    ...task,
    state: 'inProgress',
    acknowledgedAt: '2998-01-01T00:00:00Z',
    returnBy: '2998-01-01T01:20:00Z',
  };
  const once = () => agent('run', '--dry-run', '--once', ...here);
  const withTask = () => {
    server.routes = {
      ...server.routes,
      'POST /v1/agent/poll': () => ({ status: 200, body: { tasks: [{ ...task, receipt: 'r' }], pollAfterSeconds: 5 } }),
      'POST /v1/agent/tasks/tsk_1/ack': () => ({ status: 200, body: acknowledged }),
      'POST /v1/agent/tasks/tsk_1/result': () => ({ status: 200, body: { ...acknowledged, state: 'succeeded' } }),
    };
  };

  test('without enrolment is 1', async () => {
    const { code, stderr } = await once();
    expect(code).toBe(1);
    expect(stderr).toContain('enroll');
  });

  test('--once with nothing waiting polls once', async () => {
    await enroll();
    server.routes['POST /v1/agent/poll'] = () => ({ status: 204, headers: { 'retry-after': '60' } });
    expect(await once()).toMatchObject({ code: 0, stdout: '' });
    expect(server.count('POST /v1/agent/poll')).toBe(1);
    expect(server.received.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test('--dry-run --once acknowledges, pretends and proves in one go, and never twice', async () => {
    await enroll();
    withTask();
    const ran = await once();
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(ran.stderr).not.toContain(TOKEN);
    const bodies = server.received.slice(1).map(({ route, body }) => [route.split('/').at(-1), body['bootId']]);
    const [before, , after] = bodies.map(([, bootId]) => bootId);
    expect(bodies).toEqual([
      ['poll', before],
      ['ack', before],
      ['result', after],
    ]);
    expect(after).not.toBe(before);
    expect(server.received.at(-1)?.body).toMatchObject({ outcome: 'succeeded' });

    expect(await once()).toMatchObject({ code: 0 });
    expect(server.count('POST /v1/agent/tasks/tsk_1/ack')).toBe(1);
  });

  test('that is refused is 1, with the problem on stderr, and keeps the credential', async () => {
    await enroll();
    server.routes['POST /v1/agent/poll'] = () => refused('unauthenticated');
    const { code, stdout, stderr } = await once();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('unauthenticated');
    expect(readFileSync(join(server.stateDir, 'device.json'), 'utf8')).toContain(TOKEN);
  });

  test.each(['device.json', 'task.json'])('with a damaged %s restarts nothing and is 1', async (name) => {
    await enroll();
    withTask();
    writeFileSync(join(server.stateDir, name), '{"half":\n');
    const { code, stderr } = await once();
    expect(code).toBe(1);
    expect(stderr).toContain('damaged');
    expect(server.received).toHaveLength(1);
    expect(readdirSync(server.stateDir).some((file) => file.startsWith(`${name}.damaged-`))).toBe(true);
    expect(await enroll('--force')).toMatchObject({ code: 0 });
  });

  test('with a damaged history.jsonl restarts nothing, says so to the server, and is 1', async () => {
    await enroll();
    withTask();
    writeFileSync(join(server.stateDir, 'history.jsonl'), '{"half":\n');
    const { code, stderr } = await once();
    expect(code).toBe(1);
    expect(stderr).toContain('damaged');
    expect(readdirSync(server.stateDir).some((file) => file.startsWith('history.jsonl.damaged-'))).toBe(true);
    expect(server.received.at(-1)?.body).toMatchObject({
      outcome: 'failed',
      error: { code: 'restart_budget_exceeded', message: expect.stringContaining('damaged') },
    });
  });

  test('goes on until it is asked to stop, and a second one is refused meanwhile', async () => {
    await enroll();
    const polled = Promise.withResolvers<void>();
    server.routes['POST /v1/agent/poll'] = () => {
      polled.resolve();
      return { status: 204, headers: { 'retry-after': '60' } };
    };
    const first = start('run', '--dry-run', ...here);
    await polled.promise;
    const second = await once();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0, stdout: '' });
    expect(await once()).toMatchObject({ code: 0 });
  });

  test('--stop-with-input ends well when its input does, and answers what is under way', async () => {
    await enroll();
    withTask();
    const { child, ended } = start('run', '--dry-run', '--honour-grace', '--stop-with-input', ...here);
    server.routes['POST /v1/agent/tasks/tsk_1/ack'] = () => {
      child.stdin.end();
      return { status: 200, body: acknowledged };
    };
    expect(await ended).toMatchObject({ code: 0 });
    // The answer that came while it was ending is on the disk.
    expect(JSON.parse(readFileSync(join(server.stateDir, 'task.json'), 'utf8')).task.stage).toBe('acknowledged');
  });
});

describe('what the person wants of a restart', () => {
  const task = {
    id: 'tsk_1',
    jobId: 'job_1',
    deviceId: 'dev_1',
    deviceName: 'PC',
    state: 'queued',
    graceSeconds: 3600,
    createdAt: at,
    acknowledgeBy: '2999-01-01T00:00:00Z',
    postponements: 0,
    maxPostponements: 1,
    mayReject: false,
    force: false,
  };

  test('reaches the agent that runs, and its answer comes back', async () => {
    await enroll();
    expect(await agent('postpone', ...here)).toMatchObject({ code: 1, stderr: 'No restart is waiting.\n' });

    const times = { acknowledgedAt: '2998-01-01T00:00:00Z', returnBy: '2998-01-01T01:20:00Z' };
    const postponed = vi.fn(() => ({ status: 200, body: { ...task, state: 'scheduled', postponements: 1 } }));
    let polls = 0;
    server.routes = {
      ...server.routes,
      'POST /v1/agent/poll': () =>
        polls++ === 0
          ? { status: 200, body: { tasks: [{ ...task, receipt: 'r' }], pollAfterSeconds: 60 } }
          : { status: 204, headers: { 'retry-after': '60' } },
      'POST /v1/agent/tasks/tsk_1/ack': () => ({ status: 200, body: { ...task, ...times, state: 'inProgress' } }),
      'POST /v1/agent/tasks/tsk_1/postpone': postponed,
    };
    const running = start('run', '--dry-run', '--honour-grace', ...here);
    await vi.waitFor(
      async () => expect((await agent('status', '--json', ...here)).stdout).toContain('"acknowledged"'),
      { timeout: 20_000, interval: 100 },
    );
    expect(await agent('reject', ...here)).toMatchObject({ code: 1, stdout: '' });
    const done = await agent('postpone', '--minutes', '90', ...here);
    expect(done).toEqual({ code: 0, stdout: 'The restart of this PC was put off by 90 minutes.\n', stderr: '' });
    expect(server.received.at(-1)).toMatchObject({
      route: 'POST /v1/agent/tasks/tsk_1/postpone',
      body: { minutes: 90 },
    });
    expect(await agent('restart-now', ...here)).toMatchObject({ code: 1, stderr: 'No restart is waiting.\n' });
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(postponed).toHaveBeenCalledTimes(1);
  });

  test('is refused when no agent runs', async () => {
    await enroll();
    const order = { id: 'tsk_1', deviceId: 'dev_1', dryRun: true, graceSeconds: 60, force: false };
    const received = { stage: 'received', ...order, receipt: 'r', receivedAt: 1, giveUpAt: 2 };
    writeFileSync(join(server.stateDir, 'task.json'), JSON.stringify({ task: received }));
    const { code, stdout, stderr } = await agent('postpone', ...here);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('does not run');
    expect(await agent('postpone', '--minutes', '721', ...here)).toMatchObject({ code: 2 });
  });
});

describe('rotate-credential', () => {
  const NEXT = 'rad_NEXT';
  const kept = () => JSON.parse(readFileSync(join(server.stateDir, 'device.json'), 'utf8')).enrolled;
  beforeEach(async () => {
    await enroll();
    server.routes['POST /v1/agent/credentials/rotate'] = () => ({ status: 201, body: { deviceToken: NEXT } });
    server.routes['GET /v1/agent/assistance-requests/req_00000000000000000000000000'] = () => refused('not_found');
  });

  test('replaces the credential, and prints none', async () => {
    const done = { code: 0, stdout: 'The credential was rotated.\n', stderr: '' };
    expect(await agent('rotate-credential', ...here)).toEqual(done);
    expect(kept()).toMatchObject({ deviceToken: NEXT });
    expect(kept().next).toBeUndefined();
    expect(server.received.at(-1)?.headers.authorization).toBe(`Bearer ${NEXT}`);
  });

  test('is done by the agent that runs', async () => {
    server.routes['POST /v1/agent/poll'] = () => ({ status: 204, headers: { 'retry-after': '60' } });
    const running = start('run', '--dry-run', ...here);
    await vi.waitFor(() => expect(server.count('POST /v1/agent/poll')).toBe(1), { timeout: 20_000 });
    expect(await agent('rotate-credential', ...here)).toMatchObject({ code: 0, stderr: '' });
    expect(kept()).toMatchObject({ deviceToken: NEXT });
    running.child.kill('SIGTERM');
    const { stderr } = await running.ended;
    expect(stderr).toContain('credential rotated');
    expect(stderr).not.toContain('rad_');
  });

  test('that the server refuses is 1, and leaves the credential', async () => {
    server.routes['POST /v1/agent/credentials/rotate'] = () => refused('invalid_request');
    expect(await agent('rotate-credential', ...here)).toMatchObject({ code: 1, stdout: '' });
    expect(kept()).toMatchObject({ deviceToken: TOKEN });
  });
});

describe('request-help', () => {
  const ask = ['request-help', '--message', 'It broke', '--name', 'Ann', '--rustdesk-id', '123'];
  const pending = {
    id: 'req_1',
    deviceId: 'dev_1',
    deviceName: 'PC',
    message: 'It broke',
    requester: { name: 'Ann' },
    state: 'pending',
    createdAt: at,
  };

  /** @returns what resolves once the agent has looked at its request, which waits until it is taken back */
  const serveRequestToWithdraw = (): Promise<void> => {
    const looked = Promise.withResolvers<void>();
    server.routes['POST /v1/agent/assistance-requests'] = () => ({ status: 201, body: pending });
    server.routes['GET /v1/agent/assistance-requests/req_1'] = () => {
      looked.resolve();
      return { status: 200, body: pending };
    };
    server.routes['POST /v1/agent/assistance-requests/req_1/withdraw'] = () => ({
      status: 200,
      body: { ...pending, state: 'withdrawn' },
    });
    return looked.promise;
  };

  test('prints the id alone', async () => {
    await enroll();
    server.routes['POST /v1/agent/assistance-requests'] = () => ({ status: 201, body: pending });
    expect(await agent(...ask, ...here)).toEqual({ code: 0, stdout: 'req_1\n', stderr: '' });
    expect(server.received.at(-1)).toMatchObject({
      body: { message: 'It broke', requester: { name: 'Ann' }, rustdeskId: '123' },
      headers: { 'idempotency-key': expect.any(String) },
    });
    const status = await agent('status', '--json', ...here);
    expect(JSON.parse(status.stdout)).toMatchObject({
      deviceId: 'dev_1',
      assistanceRequest: { id: 'req_1', state: 'pending' },
    });
    expect(status.stdout).not.toContain(TOKEN);
    // What the agent that runs has seen of it since.
    for (const [state, shown] of [
      ['approved', { id: 'req_1', state: 'approved' }],
      ['refused', undefined],
    ] as const) {
      await taskFile(server.stateDir).write({ task: undefined, shown: { requestId: 'req_1', state } });
      const { stdout } = await agent('status', '--json', ...here);
      expect(JSON.parse(stdout).assistanceRequest).toEqual(shown);
    }
  });

  test('while one is open gives that one, and an empty message is one', async () => {
    await enroll();
    await requestFile(server.stateDir).write({
      current: { id: 'req_1', deviceId: 'dev_1', state: 'pending' },
      pending: undefined,
    });
    const conflict = refused('already_exists');
    server.routes['POST /v1/agent/assistance-requests'] = () => ({
      ...conflict,
      body: { ...conflict.body, existingId: 'req_1' },
    });
    server.routes['GET /v1/agent/assistance-requests/req_1'] = () => ({ status: 200, body: pending });
    const { code, stdout, stderr } = await agent('request-help', '--message', ' \n', '--name', 'Ann', ...here);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'req_1\n' });
    expect(stderr.trim().split('\n')).toEqual([
      'The message is empty; the admins are told that you ask for help.',
      'A request for help from this PC is open already, and stands as it was made; this one was not sent.',
    ]);
    expect(server.received[1]?.body).toMatchObject({ message: 'Asks for help, and wrote no message.' });
  });

  test('while one is open that was not made here gives that one, says so, and never answers it', async () => {
    await enroll();
    const conflict = refused('already_exists');
    server.routes['POST /v1/agent/assistance-requests'] = () => ({
      ...conflict,
      body: { ...conflict.body, existingId: 'req_1' },
    });
    let looks = 0;
    const approved = { ...pending, state: 'approved', approvedBy: 'bob' };
    server.routes['GET /v1/agent/assistance-requests/req_1'] = () => ({
      status: 200,
      body: ++looks < 3 ? approved : { ...approved, state: 'refused' },
    });
    const { code, stdout, stderr } = await agent(...ask, '--wait', '--consent', 'accept', ...here);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'req_1\n' });
    expect(stderr).toContain('it was not made here, so it cannot be answered here');
    expect(server.received.map(({ route }) => route)).not.toContain('POST /v1/agent/assistance-requests/req_1/consent');
    expect(await agent('follow-help', ...here)).toMatchObject({ code: 1, stderr: 'No request for help is open.\n' });
  });

  test('from another account goes through the agent, which alone has the credential', async () => {
    await enroll();
    const home = join(server.stateDir, 'home of ann');
    const socket = ['--socket', join(server.stateDir, 'agent.sock')];
    const env = { HOME: home, XDG_STATE_HOME: home };
    const ann = [...socket, '--state-dir', join(server.stateDir, 'none')];
    expect(await startWith(env, ...ask, ...ann).ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The agent on this PC cannot be reached'),
    });

    server.routes['POST /v1/agent/poll'] = () => ({ status: 204, headers: { 'retry-after': '60' } });
    const looked = serveRequestToWithdraw();
    const running = start('run', '--dry-run', ...socket, ...here);
    await vi.waitFor(() => expect(server.count('POST /v1/agent/poll')).toBe(1), { timeout: 20_000 });
    const following = startWith(env, ...ask, '--wait', ...ann);
    await looked;
    following.child.kill('SIGINT');
    expect(await following.ended).toMatchObject({
      code: 0,
      stdout: 'req_1\n',
      stderr: [
        '--rustdesk-id is not sent: the agent that runs knows the RustDesk of this PC itself.',
        'Waiting for an admin.',
        'The request was taken back.\n',
      ].join('\n'),
    });
    expect(server.count('POST /v1/agent/assistance-requests/req_1/withdraw')).toBe(1);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });

    const own = readdirSync(join(home, 'remote-assist')).sort();
    expect(own).toEqual(['request.json', 'ticket.json']);
    for (const name of own) expect(readFileSync(join(home, 'remote-assist', name), 'utf8')).not.toContain('rad_');
  });

  test('that is refused is 1', async () => {
    await enroll();
    server.routes['POST /v1/agent/assistance-requests'] = () => refused('already_exists');
    const { code, stdout, stderr } = await agent(...ask, ...here);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('already_exists');
  });

  test('--wait tells of each change on stderr, and without a terminal nobody connects', async () => {
    await enroll();
    const approved = {
      ...pending,
      state: 'approved',
      approvedBy: 'bob',
      session: { connector: 'rustdesk', code: '123' },
    };
    server.routes['POST /v1/agent/assistance-requests'] = () => ({ status: 201, body: pending });
    server.routes['GET /v1/agent/assistance-requests/req_1'] = () => ({ status: 200, body: approved });
    server.routes['POST /v1/agent/assistance-requests/req_1/consent'] = () => ({
      status: 200,
      body: { ...approved, state: 'refused' },
    });
    const { code, stdout, stderr } = await agent(...ask, '--wait', '--consent-within', '0', ...here);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'req_1\n' });
    expect(stderr.trim().split('\n')).toEqual([
      'bob approved the request. RustDesk will ask you too. Session code: 123',
      expect.stringContaining('bob wants to connect to this PC'),
      'Nobody answered, so nobody connects.',
      'Refused at this PC: nobody connects.',
    ]);
    expect(server.received.at(-1)?.body).toEqual({ decision: 'refused' });
  });

  test('is taken back by Ctrl-C while it is followed', async () => {
    await enroll();
    const looked = serveRequestToWithdraw();
    const following = start(...ask, '--wait', ...here);
    await looked;
    following.child.kill('SIGINT');
    expect(await following.ended).toMatchObject({ code: 0, stdout: 'req_1\n' });
    expect(server.count('POST /v1/agent/assistance-requests/req_1/withdraw')).toBe(1);
    expect(await agent('end-help', ...here)).toMatchObject({ code: 1 });
  });
});

test('status says who it is, before and after enrolling', async () => {
  expect(JSON.parse((await agent('status', '--json', ...here)).stdout)).toMatchObject({ enrolled: false });
  await enroll('--name', 'PC');
  const { code, stdout } = await agent('status', ...here);
  expect(code).toBe(0);
  expect(stdout).toContain('Device dev_1, "PC"');
  expect(stdout).not.toContain(TOKEN);
});

describe('a copy of another machine’s state', () => {
  const path = () => join(server.stateDir, 'device.json');
  const bound = () => JSON.parse(readFileSync(path(), 'utf8')).enrolled;
  /** As on a machine with the same disk and another id. */
  const copy = () => {
    const state = JSON.parse(readFileSync(path(), 'utf8'));
    const machine = { installation: 'a'.repeat(32), hardware: 'b'.repeat(32) };
    writeFileSync(path(), JSON.stringify({ ...state, enrolled: { ...state.enrolled, machine } }));
  };

  test.skipIf(!existsSync('/etc/machine-id'))(
    'is not used: every command says what to do, and --force enrols it',
    async () => {
      await enroll('--name', 'PC');
      const machineId = readFileSync('/etc/machine-id', 'utf8').trim();
      expect(bound().machine.installation).toMatch(/^[0-9a-f]{32}$/);
      expect(readFileSync(path(), 'utf8')).not.toContain(machineId);
      copy();
      const commands = [
        ['run', '--dry-run', '--once'],
        ['request-help', '--message', 'M', '--name', 'Ann'],
        ['rotate-credential'],
      ];
      for (const command of commands) {
        const { code, stdout, stderr } = await agent(...command, ...here);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain('made on another machine, as device dev_1 ("PC")');
        expect(stderr).toContain('"enroll --force"');
      }
      expect(server.received).toHaveLength(1);
      const { stdout } = await agent('status', '--json', ...here);
      expect(JSON.parse(stdout)).toMatchObject({ enrolled: true, problem: { code: 'anotherMachine' } });
      expect((await agent('status', ...here)).stdout).toContain('made on another machine');

      expect(await enroll('--force')).toMatchObject({ code: 0 });
      server.routes['POST /v1/agent/poll'] = () => ({ status: 204 });
      expect(await agent('run', '--dry-run', '--once', ...here)).toMatchObject({ code: 0 });
    },
  );

  test('is not known for one where the state of an earlier version has no id: it is bound with the first run', async () => {
    await enroll();
    const state = JSON.parse(readFileSync(path(), 'utf8'));
    const before = state.enrolled.machine;
    delete state.enrolled.machine;
    writeFileSync(path(), JSON.stringify(state));
    server.routes['POST /v1/agent/poll'] = () => ({ status: 204 });
    expect(await agent('run', '--dry-run', '--once', ...here)).toMatchObject({ code: 0 });
    expect(bound().machine ?? {}).toEqual(before);
  });
});

test('a credential that the server replaced is said on the PC, with what to do, until it is taken again', async () => {
  await enroll();
  const replaced = refused('unauthenticated');
  const detail = 'This credential was replaced by a newer one.';
  const answer = { ...replaced, body: { ...replaced.body, detail } };
  server.routes['POST /v1/agent/poll'] = () => answer;
  server.routes['POST /v1/agent/assistance-requests'] = () => answer;
  expect(await agent('run', '--dry-run', '--once', ...here)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('restored from a snapshot'),
  });
  const asked = await agent('request-help', '--message', 'M', '--name', 'Ann', ...here);
  expect(asked).toMatchObject({ code: 1, stdout: '' });
  for (const words of [detail, 'restored from a snapshot', '"enroll --force"']) {
    expect(asked.stderr).toContain(words);
    expect((await agent('status', ...here)).stdout).toContain(words);
  }
  expect(JSON.parse((await agent('status', '--json', ...here)).stdout).problem).toMatchObject({
    code: 'credentialRefused',
    since: expect.any(String),
  });
  server.routes['POST /v1/agent/poll'] = () => ({ status: 204 });
  await agent('run', '--dry-run', '--once', ...here);
  expect(JSON.parse((await agent('status', '--json', ...here)).stdout).problem).toBeUndefined();
});
