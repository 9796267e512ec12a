/** The agent's files: atomic, checked, never silently reset. */
import {
  appendFileSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TaskSlot } from '../../../agent/restart/task-slot.ts';
import { type FileSystem, nodeFileSystem, writeFileAtomically } from '../../../agent/state/atomic-file.ts';
import { deviceFile } from '../../../agent/state/device-file.ts';
import { isFollowed, noteFollower } from '../../../agent/state/follower-file.ts';
import { openHistory } from '../../../agent/state/history.ts';
import { DamagedState } from '../../../agent/state/json-file.ts';
import { takeLock } from '../../../agent/state/lock.ts';
import { pendingCall } from '../../../agent/state/pending-call.ts';
import { defaultStateDir } from '../../../agent/state/state-dir.ts';
import { taskFile } from '../../../agent/state/task-file.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'agent-state-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const task = {
  stage: 'received',
  id: 'tsk_1',
  deviceId: 'dev_1',
  dryRun: false,
  graceSeconds: 5,
  force: false,
  message: undefined,
  postponements: undefined,
  maxPostponements: undefined,
  mayReject: undefined,
  correlationId: undefined,
  receipt: 'r',
  warned: undefined,
  receivedAt: 1,
  giveUpAt: 2,
} as const;

describe('a write', () => {
  /** Fails at the nth call, as a process that dies there, leaving what it did. */
  const failing = (at: number): FileSystem => {
    let calls = 0;
    const step = async <T>(act: () => Promise<T>): Promise<T> => {
      if (++calls >= at) throw new Error('died');
      return act();
    };
    return {
      open: async (...args) => {
        const file = await step(() => nodeFileSystem.open(...args));
        return {
          writeFile: (text: unknown) => step(() => file.writeFile(text as string)),
          sync: () => step(() => file.sync()),
          close: () => file.close(),
        };
      },
      rename: (from, to) => step(() => nodeFileSystem.rename(from, to)),
      remove: (path) => step(() => nodeFileSystem.remove(path)),
    };
  };

  test('that dies anywhere leaves the old text or the new one, whole', async () => {
    const path = join(dir, 'file');
    const seen: string[] = [];
    for (let at = 1; at <= 8; at++) {
      await writeFileAtomically(path, 'old');
      await writeFileAtomically(path, 'new', failing(at)).catch(() => undefined);
      seen.push(readFileSync(path, 'utf8'));
    }
    expect(seen).toEqual(['old', 'old', 'old', 'old', 'new', 'new', 'new', 'new']);
  });

  test('goes to a new file, and never into one that somebody has laid there', async () => {
    const opened: { name: string; flags: number }[] = [];
    const open: FileSystem['open'] = (path, flags, mode) => {
      opened.push({ name: basename(path), flags });
      return nodeFileSystem.open(path, flags, mode);
    };
    await writeFileAtomically(join(dir, 'file'), 'text', { ...nodeFileSystem, open });
    const { O_EXCL, O_CREAT, O_NOFOLLOW } = constants;
    expect(opened[0]?.name).toMatch(/^file\.[0-9a-f-]{36}\.tmp$/);
    expect((opened[0]?.flags ?? 0) & (O_EXCL | O_CREAT | O_NOFOLLOW)).toBe(O_EXCL | O_CREAT | O_NOFOLLOW);
  });

  test('is for the owner alone', async () => {
    await taskFile(dir).write({ task, shown: undefined });
    expect(statSync(join(dir, 'task.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['task.json']);
  });
});

describe('a file', () => {
  test('gives back what was written', async () => {
    await taskFile(dir).write({ task, shown: { requestId: 'req_1', state: 'approved' } });
    expect(await taskFile(dir).read()).toEqual({ task, shown: { requestId: 'req_1', state: 'approved' } });
  });

  test('that was never written is nothing', async () => {
    expect(await deviceFile(dir).read()).toBeUndefined();
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"task":{}}',
    '{"task":{"stage":"toString"}}',
    '{"task":{"stage":"received","id":7}}',
  ])('that holds %j is refused, stays, and is copied once', async (text) => {
    const path = join(dir, 'task.json');
    writeFileSync(path, text);
    await expect(taskFile(dir).read()).rejects.toThrow(DamagedState);
    await expect(taskFile(dir).read()).rejects.toThrow('enroll --force');
    expect(readFileSync(path, 'utf8')).toBe(text);
    const copies = readdirSync(dir).filter((name) => name.startsWith('task.json.damaged-'));
    expect(copies.map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual([text]);
  });
});

describe('the task in hand', () => {
  test('of another device is dropped', async () => {
    await taskFile(dir).write({ task, shown: undefined });
    const slot = await TaskSlot.open(taskFile(dir), 'dev_2', false);
    expect(slot.task).toBeUndefined();
    expect((await taskFile(dir).read())?.task).toBeUndefined();
  });

  test('that was taken without --dry-run is not gone on with under it', async () => {
    await taskFile(dir).write({ task, shown: undefined });
    await expect(TaskSlot.open(taskFile(dir), 'dev_1', true)).rejects.toThrow('without --dry-run');
  });
});

describe('the history', () => {
  const entry = { event: 'restarting', taskId: 'tsk_1', at: 1, bootId: 'boot-0001' } as const;
  const begun = { ...entry, serverAt: 1, dryRun: false };
  const path = () => join(dir, 'history.jsonl');
  const open = (warned: string[] = []) => openHistory(dir, { now: 0, warn: (problem) => void warned.push(problem) });
  /** How many restarts it has lost track of. */
  const lostIn = async (warned: string[] = []): Promise<number> =>
    (await open(warned)).all().reduce((sum, known) => sum + (known.event === 'damaged' ? known.restarts : 0), 0);

  test('remembers', async () => {
    const history = await open();
    await history.add(begun);
    await history.add({ event: 'ended', taskId: 'tsk_1', at: 2, outcome: 'succeeded', error: undefined });
    const again = await open();
    expect(again.of('tsk_1').map(({ event }) => event)).toEqual(['restarting', 'ended']);
    expect(again.of('tsk_2')).toEqual([]);
  });

  test('of an earlier version is understood', async () => {
    writeFileSync(path(), `${JSON.stringify(entry)}\n`);
    expect((await open()).of('tsk_1')).toEqual([{ ...begun, serverAt: undefined, dryRun: undefined }]);
    expect(readFileSync(path(), 'utf8')).toBe(`${JSON.stringify(entry)}\n`);
  });

  test('takes away an append that was cut off, and goes on behind what is whole', async () => {
    await (await open()).add(begun);
    appendFileSync(path(), '{"event":"restarti');
    const history = await open();
    expect(history.of('tsk_1')).toHaveLength(1);
    await history.add({ ...begun, taskId: 'tsk_2' });
    expect((await open()).of('tsk_2')).toHaveLength(1);
    expect(await lostIn()).toBe(0);
  });

  test('counts each line that cannot be understood as a restart, once, and keeps the others and a copy', async () => {
    const text = `${JSON.stringify(entry)}\ngarbage\n{"event":"other"}\n${JSON.stringify({ ...entry, taskId: 'tsk_2' })}\n`;
    writeFileSync(path(), text);
    const warned: string[] = [];
    expect(await lostIn(warned)).toBe(2);
    expect(warned.join()).toContain('damaged');
    expect(await lostIn()).toBe(2);
    const history = await open();
    expect(['tsk_1', 'tsk_2'].map((id) => history.of(id).length)).toEqual([1, 1]);
    const copies = readdirSync(dir).filter((name) => name.includes('.damaged-'));
    expect(copies.map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual([text]);
  });

  test.each([
    ['emptied', ''],
    ['zeroed', '\0\0\0\0'],
    ['garbage', 'garbage\n'],
    ['cut off at its start', '{"event'],
  ])('that is %s has lost track of everything', async (_, text) => {
    writeFileSync(path(), text);
    expect(await lostIn()).toBeGreaterThan(1_000);
    await (await open()).add(begun);
    expect((await open()).of('tsk_1')).toHaveLength(1);
  });

  test('that was never written has lost nothing', async () => {
    expect(await lostIn()).toBe(0);
    expect(await lostIn()).toBe(0);
  });

  test('that cannot be read is refused', async () => {
    mkdirSync(path());
    await expect(open()).rejects.toThrow('cannot be read');
  });

  test('keeps the newest when it grows', async () => {
    const lines = Array.from({ length: 1_001 }, (_, n) => JSON.stringify({ ...entry, taskId: `tsk_${n}` }));
    writeFileSync(path(), `${lines.join('\n')}\n`);
    await (await open()).add({ ...begun, taskId: 'tsk_new' });
    expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(502);
    expect((await open()).of('tsk_1000')).toHaveLength(1);
    expect((await open()).of('tsk_new')).toHaveLength(1);
  });
});

describe('the lock', () => {
  const processes = new Map([
    [1, 'first'],
    [2, 'second'],
  ]);
  const identityOf = async (pid: number) => processes.get(pid);

  test('refuses a second agent while the first one runs', async () => {
    await takeLock(dir, identityOf, 1);
    await expect(takeLock(dir, identityOf, 2)).rejects.toThrow('process 1');
  });

  test('passes on when the first one is gone, also where its number is in use again', async () => {
    await takeLock(dir, identityOf, 1);
    processes.set(1, 'a later one');
    await takeLock(dir, identityOf, 2);
    processes.delete(2);
    await takeLock(dir, identityOf, 1);
    expect(readdirSync(dir)).toEqual(['lock.3']);
  });

  test('goes to one of many that find it free at once', async () => {
    const agents = Array.from({ length: 20 }, (_, n) => takeLock(dir, async (pid) => `p${pid}`, n + 1));
    const taken = (await Promise.allSettled(agents)).filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
  });

  test('is not taken when the system does not say who holds it', async () => {
    await takeLock(dir, async () => 'p1', 1);
    const silent = async () => Promise.reject(new Error('no answer'));
    await expect(takeLock(dir, silent, 2)).rejects.toThrow('no answer');
  });
});

test('an idempotency key serves the same call again, and no other, for less than a day', () => {
  const first = pendingCall(undefined, ['a'], 1_000);
  expect(pendingCall(first, ['a'], 2_000)).toBe(first);
  expect(pendingCall(first, ['b'], 2_000).idempotencyKey).not.toBe(first.idempotencyKey);
  expect(pendingCall(first, ['a'], 24 * 3_600_000).idempotencyKey).not.toBe(first.idempotencyKey);
  expect(pendingCall(first, ['a'], 0).idempotencyKey).not.toBe(first.idempotencyKey);
});

test('each platform has its place', () => {
  expect(defaultStateDir('linux', {})).toBe('/var/lib/remote-assist');
  expect(defaultStateDir('darwin', {})).toBe('/Library/Application Support/remote-assist');
  expect(defaultStateDir('win32', { ProgramData: 'D:\\Data' })).toBe('D:\\Data\\remote-assist');
});

test('a follower counts while its process runs, for its request alone', async () => {
  let running: string | undefined = 'started at 1';
  const identityOf = async () => running;
  const followed = (id = 'req_1') => isFollowed(dir, id, identityOf);
  expect(await followed()).toBe(false);
  const end = await noteFollower(dir, 'req_1', identityOf);
  expect(await followed()).toBe(true);
  expect(await followed('req_2')).toBe(false);
  running = 'another with the same id';
  expect(await followed()).toBe(false);
  running = 'started at 1';
  await end();
  expect(await followed()).toBe(false);
  writeFileSync(join(dir, 'follower.json'), '{');
  expect(await followed()).toBe(false);
});
