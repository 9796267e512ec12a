/** Purging: what the agent has made goes, and nothing else does, wherever its files were put among those of others. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Context } from '../../../agent/cli/context.ts';
import { uninstall } from '../../../agent/cli/uninstall.ts';
import { carryOutAll } from '../../../agent/install/carry-out.ts';
import { purge, type Step } from '../../../agent/install/plan.ts';
import { added, type InstallRecord, NOTHING_MADE, recordFile } from '../../../agent/install/record.ts';
import { createLog } from '../../../agent/log.ts';
import { rotatingFile } from '../../../agent/log-file.ts';
import { isOwnFile } from '../../../agent/state/own-files.ts';
import { agent, build, FakeServer, removeBuilt, start } from './command.ts';

let dir: string;
let left: string[];
let record: InstallRecord;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'agent-purge-'));
  left = [];
  record = NOTHING_MADE;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const carryOut = (steps: readonly Step[]) =>
  carryOutAll(steps, {
    run: async () => '',
    makeDirectory: async (path) => void mkdirSync(path, { recursive: true }),
    made: async (directories) => {
      record = added(record, { directories });
    },
    left: (paths) => left.push(...paths),
  });

/** Everything below a directory. */
const tree = (at = dir): string[] => readdirSync(at, { recursive: true, encoding: 'utf8' }).sort();

const logTo = (path: string, lines: number): void => {
  const write = rotatingFile(path, { maxBytes: 200, keep: 3, otherwise: () => expect.fail('was not written') });
  const log = createLog(write, () => 0);
  for (let line = 0; line < lines; line++) log.info('agent started', { line });
};

describe('a log among the files of others', () => {
  test('goes alone, with its older parts', async () => {
    const logs = join(dir, 'var/log');
    mkdirSync(logs, { recursive: true });
    const others = ['syslog', 'agent.log.gz', 'agent.log.bak', 'other-agent.log', 'agent.log.2000'];
    for (const name of others) writeFileSync(join(logs, name), '{"at":"a","level":"info","message":"m"}\n');
    mkdirSync(join(logs, 'journal'));
    const path = join(logs, 'agent.log');
    await carryOut([{ do: 'make', directory: logs }]);
    logTo(path, 12);
    expect(readdirSync(logs)).toContain('agent.log.3');
    await carryOut(purge(join(dir, 'state'), added(record, { logFiles: [path] })));
    expect(readdirSync(logs).sort()).toEqual([...others, 'journal'].sort());
    expect(left).toEqual([]);
  });

  test('goes with the directories that were made for it, and those of others stay', async () => {
    mkdirSync(join(dir, 'srv'));
    await carryOut([{ do: 'make', directory: join(dir, 'srv/a/b') }]);
    expect(record.directories).toEqual([join(dir, 'srv/a'), join(dir, 'srv/a/b')]);
    logTo(join(dir, 'srv/a/b/agent.log'), 1);
    await carryOut(purge(join(dir, 'state'), added(record, { logFiles: [join(dir, 'srv/a/b/agent.log')] })));
    expect(tree()).toEqual(['srv']);
  });

  test('is left where it is no log of the agent, and a link is not followed', async () => {
    writeFileSync(join(dir, 'passwd'), 'root:x:0:0\n');
    logTo(join(dir, 'real.log'), 1);
    symlinkSync(join(dir, 'real.log'), join(dir, 'linked.log'));
    const logFiles = ['passwd', 'linked.log', 'missing.log'].map((name) => join(dir, name));
    await carryOut(purge(join(dir, 'state'), added(record, { logFiles })));
    expect(tree()).toEqual(['linked.log', 'passwd', 'real.log']);
    expect(left).toEqual([join(dir, 'passwd'), join(dir, 'linked.log')]);
  });
});

describe('a state directory', () => {
  test('that others use too keeps what is theirs, and they are told of', async () => {
    const state = join(dir, 'state');
    await carryOut([{ do: 'make', directory: state }]);
    for (const name of ['device.json', 'lock.12', 'history.jsonl', 'device.json.damaged-0123456789ab']) {
      writeFileSync(join(state, name), '');
    }
    for (const name of ['notes.txt', 'device.json.mine', 'provision.json']) writeFileSync(join(state, name), '');
    mkdirSync(join(state, 'task.json'));
    await carryOut(purge(state, record));
    expect(tree(state)).toEqual(['device.json.mine', 'notes.txt', 'provision.json', 'task.json']);
    expect(left.sort()).toEqual(tree(state).map((name) => join(state, name)));
  });

  test('that was there before stays, empty', async () => {
    const state = join(dir, 'state');
    mkdirSync(state);
    await carryOut([{ do: 'make', directory: state }]);
    writeFileSync(join(state, 'device.json'), '');
    await carryOut(purge(state, record));
    expect(tree()).toEqual(['state']);
  });

  test('is not looked for behind a link', async () => {
    mkdirSync(join(dir, 'theirs/commands'), { recursive: true });
    writeFileSync(join(dir, 'theirs/device.json'), '');
    writeFileSync(join(dir, 'theirs/commands/0123456789.json'), '');
    symlinkSync(join(dir, 'theirs'), join(dir, 'state'));
    mkdirSync(join(dir, 'own'));
    symlinkSync(join(dir, 'theirs/commands'), join(dir, 'own/commands'));
    for (const name of ['state', 'own']) {
      await carryOut(purge(join(dir, name), { directories: [join(dir, name)], logFiles: [] }));
    }
    expect(tree(join(dir, 'theirs'))).toEqual(['commands', 'commands/0123456789.json', 'device.json']);
  });
});

describe('what is purged', () => {
  const shown = async (options: { 'log-file'?: string }): Promise<{ steps: string[]; told: string[] }> => {
    const steps: string[] = [];
    const told: string[] = [];
    const context = {
      stateDir: dir,
      env: {},
      platform: () => ({ name: 'linux' }),
      print: (line: string) => steps.push(line),
      tell: (line: string) => told.push(line),
    } as unknown as Context;
    await uninstall(context, { purge: true, print: true, ...options });
    return { steps, told };
  };

  test('is what installing wrote down, whatever log the command line names', async () => {
    const made = { directories: ['/srv/logs'], logFiles: ['/srv/logs/agent.log'] };
    await recordFile(dir).write(made);
    const { steps, told } = await shown({ 'log-file': '/etc/hosts' });
    expect(steps.filter((step) => /srv|etc\/hosts|state|files/.test(step))).toEqual([
      "remove the agent's log /srv/logs/agent.log, and its older parts",
      `remove the agent's own files in ${dir}`,
      'remove the directory /srv/logs, if nothing is left in it',
    ]);
    expect(told).toEqual(['The agent that was installed does not log to /etc/hosts, but to /srv/logs/agent.log.']);
  });

  test('is the log that the command line names, where an earlier version has written nothing down', async () => {
    const { steps } = await shown({ 'log-file': '/srv/logs/agent.log' });
    expect(steps).toContain("remove the agent's log /srv/logs/agent.log, and its older parts");
    expect(steps.some((step) => step.includes('directory /srv'))).toBe(false);
  });
});

test('each file that the sources name in a state directory is known for the agent’s own', () => {
  const sources = join(import.meta.dirname, '../../../agent');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const named = files.flatMap((name) => [
    ...readFileSync(join(sources, name), 'utf8').matchAll(/join\(stateDir, '([^']+)'/g),
  ]);
  const names = [...new Set(named.map(([, name = '']) => name))];
  expect(names.length).toBeGreaterThan(8);
  // A directory of files that are known by theirs, one of the log, and what an administrator lays there.
  const others = ['commands', 'logs', 'provision.json'];
  expect(names.filter((name) => !isOwnFile(name) && !others.includes(name) && name !== 'lock')).toEqual([]);
});

describe('an agent that has lived', () => {
  let server: FakeServer;
  beforeAll(build);
  afterAll(removeBuilt);
  beforeEach(async () => {
    server = await new FakeServer().listen();
  });
  afterEach(() => server.close());
  vi.setConfig({ testTimeout: 60_000 });

  test('leaves nothing behind: each of its files is known by its name', async () => {
    const state = join(dir, 'state');
    const log = join(dir, 'logs/agent.log');
    const here = ['--state-dir', state];
    const at = '2026-01-01T00:00:00Z';
    const device = { id: 'dev_1', name: 'PC', platform: 'linux', agentVersion: '1', groupIds: [], enrolledAt: at };
    const request = {
      ...{ id: 'req_1', deviceId: 'dev_1', deviceName: 'PC', message: 'It broke', requester: { name: 'Ann' } },
      ...{ state: 'pending', createdAt: at },
    };
    server.routes = {
      'POST /v1/enrollments': () => ({ status: 201, body: { deviceId: 'dev_1', deviceToken: 'rad_T', device } }),
      'POST /v1/agent/assistance-requests': () => ({ status: 201, body: request }),
      'POST /v1/agent/poll': () => ({
        status: 200,
        headers: { 'retry-after': '60' },
        body: { tasks: [], assistanceRequest: request, pollAfterSeconds: 60 },
      }),
    };
    const api = ['--api', server.url, '--enrollment-token', 'rae_T'];
    expect(await agent('enroll', ...api, '--no-proxy', 'x', ...here)).toMatchObject({ code: 0 });
    expect(await agent('request-help', '--message', 'It broke', '--name', 'Ann', ...here)).toMatchObject({ code: 0 });
    writeFileSync(join(state, 'history.jsonl'), 'damaged\n');
    const running = start('run', '--dry-run', '--log-file', log, ...here);
    await vi.waitFor(() => expect(existsSync(log) && readFileSync(log, 'utf8')).toContain('agent started'), {
      timeout: 20_000,
    });
    expect(await agent('postpone', ...here)).toMatchObject({ code: 1 });
    running.child.kill('SIGTERM');
    await running.ended;
    await recordFile(state).write(NOTHING_MADE);
    expect(readdirSync(state).length).toBeGreaterThan(6);
    await carryOut(purge(state, { directories: [state, join(dir, 'logs')], logFiles: [log] }));
    expect([tree(), left]).toEqual([[], []]);
  });
});
