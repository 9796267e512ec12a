/**
 * A disk that takes nothing: nothing restarts without its record, and everything else goes on. First simulated, with the disk full
 * from any moment on; then real processes on a small file system that is full, or read-only.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  appendDurably,
  removeLeftBehind,
  temporaryName,
  writeFileAtomically,
} from '../../../agent/state/atomic-file.ts';
import { openHistory } from '../../../agent/state/history.ts';
import { jsonFile } from '../../../agent/state/json-file.ts';
import { keptFile } from '../../../agent/state/kept-file.ts';
import { Lock } from '../../../agent/state/lock.ts';
import { NotSaved } from '../../../agent/state/not-saved.ts';
import { agent, build, FakeServer, removeBuilt, start, startWith } from './command.ts';
import { MINUTE, problem, World } from './world.ts';

const HOUR = 60 * MINUTE;

describe('in the simulation, a full disk', () => {
  const fullAt = (effect: string, world = new World()): World => {
    world.kill = (_n, name) => {
      if (name === effect) world.diskIsFull = true;
      return undefined;
    };
    return world;
  };

  test('leaves a task unacknowledged, polls on, and takes it once there is room again', async () => {
    const world = new World();
    world.diskIsFull = true;
    const task = world.order({ grace: 300 });
    await world.live(10 * MINUTE);
    expect(task).toMatchObject({ state: 'queued', restarts: 0 });
    expect(world.logged).toContain('a task cannot be saved, so it is not acknowledged');
    expect(world.logged).not.toContain('the poll failed');
    expect(world.effects.filter((name) => name === 'poll').length).toBeGreaterThan(10);
    world.diskIsFull = false;
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test.each(['write acknowledged', 'history restarting'])(
    'from %s on fails the task, with its reason, and restarts nothing',
    async (effect) => {
      const world = fullAt(effect);
      const task = world.order();
      await world.live(5 * MINUTE);
      expect(task).toMatchObject({ state: 'failed', restarts: 0, error: { code: 'restart_not_recorded' } });
      expect(task.error?.message).toContain('no space left');
      world.diskIsFull = false;
      await world.live(HOUR);
      expect(task.restarts).toBe(0);
      expect(world.disk?.task).toBeUndefined();
    },
  );

  test('during the grace lets the person put it off, and cancelling be heard', async () => {
    const world = new World();
    const first = world.order({ grace: 600, maxPostponements: 1 });
    world.later(2 * MINUTE, () => {
      world.diskIsFull = true;
      world.choose({ kind: 'postpone', minutes: 60 });
    });
    await world.live(30 * MINUTE);
    expect(first).toMatchObject({ state: 'scheduled', postponements: 1 });

    const other = new World();
    const task = other.order({ grace: 600 });
    other.later(2 * MINUTE, () => {
      other.diskIsFull = true;
    });
    other.later(4 * MINUTE, () => other.cancel(task));
    await other.live(30 * MINUTE);
    expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
  });

  test('after the restart does not hide that it succeeded', async () => {
    const world = fullAt('restart');
    const task = world.order();
    await world.live(10 * MINUTE);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test('from any effect on, or for a while, with kills, restarts nothing twice and loses no task', async () => {
    const count = async (): Promise<number> => {
      const world = new World();
      world.order({ grace: 60 });
      await world.live(HOUR);
      return world.effects.length;
    };
    const total = Math.min(await count(), 40);
    for (let full = 1; full <= total; full++) {
      for (const lasting of [1, 4, 1_000]) {
        for (const killAfter of [0, 2]) {
          const world = new World();
          const task = world.order({ grace: 60 });
          world.kill = (effect) => {
            world.diskIsFull = effect >= full && effect < full + lasting;
            return killAfter > 0 && effect === full + killAfter ? 'after' : undefined;
          };
          await world.live(HOUR);
          world.kill = () => undefined;
          world.diskIsFull = false;
          await world.live(6 * HOUR);
          const what = `full at ${full} for ${lasting}, killed ${killAfter} later: ${world.effects.slice(0, 50)}`;
          expect(world.violations, what).toEqual([]);
          expect(task.restarts, what).toBeLessThanOrEqual(1);
          expect(['succeeded', 'failed', 'timedOut', 'expired'], what).toContain(task.state);
          expect(world.disk?.task, what).toBeUndefined();
        }
      }
    }
  });
});

describe('a file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'agent-disk-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const parse = (value: unknown) => value as { n: number };

  test('that cannot be written says which and why', async () => {
    const path = join(dir, 'none', 'file');
    const failing = writeFileAtomically(path, 'x');
    await expect(failing).rejects.toThrow(NotSaved);
    await expect(appendDurably(path, 'x')).rejects.toMatchObject({ message: `${path} cannot be saved`, noRoom: false });
  });

  test('that is kept in memory is given back, and saved with the next write', async () => {
    let full = true;
    const saved: unknown[] = [];
    const unsaved: NotSaved[] = [];
    const file = keptFile(
      {
        read: async () => saved.at(-1),
        write: async (value: unknown) => {
          if (full) throw new NotSaved('file', Object.assign(new Error(), { code: 'ENOSPC' }));
          saved.push(value);
        },
      },
      (reason) => void unsaved.push(reason),
    );
    await file.write(1);
    expect([await file.read(), saved.length, unsaved[0]?.noRoom]).toEqual([1, 0, true]);
    full = false;
    await file.write(2);
    expect([await file.read(), saved, unsaved.length]).toEqual([2, [2], 1]);
  });

  test('is written under a name that is new each time, and what a killed process left is taken away later', async () => {
    const path = join(dir, 'file.json');
    expect(temporaryName(path)).not.toBe(temporaryName(path));
    const left = temporaryName(path);
    writeFileSync(left, 'half');
    await removeLeftBehind(dir, Date.now());
    expect(readFileSync(left, 'utf8')).toBe('half');
    writeFileSync(join(dir, 'mine.tmp'), 'mine');
    await removeLeftBehind(dir, Date.now() + 2 * 3_600_000);
    expect(() => readFileSync(left)).toThrow('ENOENT');
    expect(readFileSync(join(dir, 'mine.tmp'), 'utf8')).toBe('mine');
  });

  test('is written only under the lock, which is taken once', async () => {
    const lock = new Lock(dir, async (pid) => `process ${pid}`);
    const file = lock.guarding(jsonFile(join(dir, 'a.json'), parse));
    await file.write({ n: 1 });
    await file.write({ n: 2 });
    expect(await file.read()).toEqual({ n: 2 });
    const other = new Lock(dir, async (pid) => `process ${pid}`);
    await expect(other.guarding(jsonFile(join(dir, 'a.json'), parse)).write({ n: 3 })).rejects.toThrow('Another agent');
    expect(await file.read()).toEqual({ n: 2 });
  });

  test('of the history that cannot be written waits in memory, but for a restart', async () => {
    let room = false;
    const beforeWrite = async (): Promise<void> => {
      if (!room) throw new NotSaved('history.jsonl', Object.assign(new Error(), { code: 'EROFS' }));
    };
    const ended = { event: 'ended', taskId: 't1', at: 1, outcome: 'canceled', error: undefined } as const;
    const restarting = {
      event: 'restarting',
      taskId: 't2',
      at: 2,
      bootId: 'boot-0001',
      serverAt: 2,
      dryRun: false,
    } as const;
    const history = await openHistory(dir, { now: 0, beforeWrite });
    await history.note(ended);
    await expect(history.add(restarting)).rejects.toThrow(NotSaved);
    await history.settle();
    expect(history.all().map(({ event }) => event)).toEqual(['opened', 'ended', 'restarting']);
    room = true;
    await history.settle();
    await history.note({ ...ended, taskId: 't2' });
    const events = (await openHistory(dir, { now: 0 })).all().map(({ event, taskId }) => `${event} ${taskId}`.trim());
    expect(events).toEqual(['opened', 'ended t1', 'restarting t2', 'ended t2']);
  });
});

const mounts = (): boolean => {
  const probe = mkdtempSync(join(tmpdir(), 'agent-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
};

describe.skipIf(!mounts())('on a small file system', () => {
  let server: FakeServer;
  let disk: string;
  let here: string[];
  const at = '2026-01-01T00:00:00Z';
  const POLL = 'POST /v1/agent/poll';
  const ACK = 'POST /v1/agent/tasks/tsk_1/ack';
  const ROTATE = 'POST /v1/agent/credentials/rotate';
  const ASK = 'POST /v1/agent/assistance-requests';
  const device = { id: 'dev_1', name: 'PC', platform: 'linux', agentVersion: '0', groupIds: [], enrolledAt: at };
  const pending = {
    id: 'req_1',
    deviceId: 'dev_1',
    deviceName: 'PC',
    message: 'full',
    requester: { name: 'Ann' },
    state: 'pending',
    createdAt: at,
  };

  const fill = (): void => {
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(300 * 1024));
    } catch {
      // That it ran out of room is what it is for.
    }
  };
  const makeRoom = (): void => rmSync(join(disk, 'filler'));
  const enroll = (...more: string[]) =>
    agent('enroll', '--api', server.url, '--enrollment-token', 'rae_T', ...here, ...more);
  const ask = () => agent('request-help', '--message', 'full', '--name', 'Ann', ...here);

  beforeAll(build);
  afterAll(removeBuilt);
  beforeEach(async () => {
    server = await new FakeServer().listen();
    disk = join(server.stateDir, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    here = ['--state-dir', join(disk, 'state')];
    server.routes = {
      'POST /v1/enrollments': () => ({ status: 201, body: { deviceId: 'dev_1', deviceToken: 'rad_T', device } }),
      [POLL]: () => ({ status: 204, headers: { 'retry-after': '1' } }),
      [ASK]: () => ({ status: 201, body: pending }),
      [ROTATE]: () => ({ status: 201, body: { deviceToken: 'rad_NEXT' } }),
    };
  });
  afterEach(async () => {
    execFileSync('umount', [disk]);
    await server.close();
  });
  vi.setConfig({ testTimeout: 60_000 });

  test('that is full: it polls, help is asked for, nothing is acknowledged; with room it goes on', async () => {
    await enroll();
    fill();
    expect(await ask()).toMatchObject({ code: 0, stdout: 'req_1\n', stderr: expect.stringContaining('no space left') });

    const order = {
      id: 'tsk_1',
      jobId: 'job_1',
      deviceId: 'dev_1',
      deviceName: 'PC',
      graceSeconds: 0,
      createdAt: at,
      acknowledgeBy: '2999-01-01T00:00:00Z',
      postponements: 0,
      maxPostponements: 0,
      mayReject: false,
      force: false,
    };
    const begun = {
      ...order,
      state: 'inProgress',
      acknowledgedAt: '2998-01-01T00:00:00Z',
      returnBy: '2998-01-01T01:00:00Z',
    };
    const reported = Promise.withResolvers<unknown>();
    const polledThrice = Promise.withResolvers<void>();
    server.routes[POLL] = () => {
      if (server.count(POLL) === 3) polledThrice.resolve();
      return { status: 200, body: { tasks: [{ ...order, state: 'queued', receipt: 'r' }], pollAfterSeconds: 1 } };
    };
    server.routes[ACK] = () => ({ status: 200, body: begun });
    server.routes['POST /v1/agent/tasks/tsk_1/result'] = ({ body }) => {
      reported.resolve(body['outcome']);
      return { status: 200, body: { ...begun, state: 'succeeded' } };
    };
    const running = start('run', '--dry-run', ...here);
    await polledThrice.promise;
    expect(server.count(ACK)).toBe(0);
    makeRoom();
    expect(await reported.promise).toBe('succeeded');
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot be saved') });
    expect(readFileSync(join(disk, 'state/history.jsonl'), 'utf8')).toContain('"restarting"');
    expect((await agent('run', '--dry-run', '--once', ...here)).code).toBe(0);
  });

  test('that is full, for everybody: an account asks through the agent that runs, and follows', async () => {
    await enroll();
    fill();
    const socket = ['--socket', join(server.stateDir, 'agent.sock')];
    const polled = Promise.withResolvers<void>();
    server.routes[POLL] = () => {
      polled.resolve();
      return { status: 204, headers: { 'retry-after': '60' } };
    };
    const declined = { ...pending, state: 'declined', declineReason: 'Delete something.' };
    server.routes['GET /v1/agent/assistance-requests/req_1'] = () => ({ status: 200, body: declined });
    const running = start('run', '--dry-run', ...socket, ...here);
    await polled.promise;
    const home = join(disk, 'home of ann');
    const theirs = ['--state-dir', join(server.stateDir, 'none'), ...socket];
    const env = { HOME: home, XDG_STATE_HOME: home };
    const asked = startWith(env, 'request-help', '--message', 'full', '--name', 'Ann', '--wait', ...theirs);
    expect(await asked.ended).toMatchObject({
      code: 0,
      stdout: 'req_1\n',
      stderr: expect.stringContaining('Declined: Delete something.'),
    });
    running.child.kill('SIGTERM');
    await running.ended;
  });

  test('that is read-only: it polls, and help is asked for', async () => {
    await enroll();
    await agent('run', '--dry-run', '--once', ...here);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(await ask()).toMatchObject({ code: 0, stdout: 'req_1\n', stderr: expect.stringContaining('read-only') });
    const before = server.count(POLL);
    expect((await agent('run', '--dry-run', '--once', ...here)).code).toBe(0);
    expect(server.count(POLL)).toBe(before + 1);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
  });

  test('that is full: no credential is asked for that could not be kept', async () => {
    fill();
    expect(await enroll()).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be saved') });
    expect(server.received).toEqual([]);
    makeRoom();
    await enroll();
    fill();
    expect(await agent('rotate-credential', ...here)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be saved'),
    });
    expect(await enroll('--force')).toMatchObject({ code: 1 });
    expect([server.count(ROTATE), server.count('POST /v1/enrollments')]).toEqual([0, 1]);
    makeRoom();
    server.routes['GET /v1/agent/assistance-requests/req_00000000000000000000000000'] = () => {
      const { problem: body, status } = problem('not_found');
      return { status, body };
    };
    expect(await agent('rotate-credential', ...here)).toMatchObject({ code: 0 });
  });
});
