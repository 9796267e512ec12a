/** Whether what lies in the state directory can be trusted: who owns it, who can change it, and links, on each system. */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { nativeHost } from '../../../agent/platform/native-host.ts';
import { type DirectoryFileSystem, posixDirectories } from '../../../agent/platform/posix-directory.ts';
import { windowsDirectories } from '../../../agent/platform/windows-directory.ts';
import { readText } from '../../../agent/state/json-file.ts';
import { makeStateDir, trustStateDir } from '../../../agent/state/state-dir.ts';
import { agent, build, FakeServer, removeBuilt } from './command.ts';

const STATE = '/var/lib/remote-assist';

describe('on Linux and macOS', () => {
  type Entry = { uid?: number; mode?: number; link?: string; file?: true };

  /** A file system of the test's own. What is not named belongs to root, and only root can write to it. */
  const at = (uid: number, entries: Record<string, Entry | Error>) => {
    const changed: [string, number][] = [];
    const all: Record<string, Entry | Error> = { '/var': {}, '/var/lib': {}, [STATE]: { mode: 0o700 }, ...entries };
    const found = (path: string): Entry => {
      const entry = all[path] ?? Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      if (entry instanceof Error) throw entry;
      return entry;
    };
    const fs: DirectoryFileSystem = {
      lstat: async (path) => {
        const { uid: owner = 0, mode = 0o755, link, file } = found(path);
        const isSymbolicLink = () => link !== undefined;
        return { uid: owner, mode, isSymbolicLink, isDirectory: () => link === undefined && !file };
      },
      readlink: async (path) => found(path).link ?? '',
      readdir: async (path) => {
        found(path);
        return Object.keys(all).flatMap((name) => (name.startsWith(`${path}/`) ? name.slice(path.length + 1) : []));
      },
      chmod: async (path, mode) => {
        if (found(path).uid === 666) throw new Error('read-only');
        changed.push([path, mode]);
      },
    };
    return { changed, distrust: (path = STATE) => posixDirectories(uid, fs).distrust(path) };
  };
  const closed = Object.assign(new Error('closed'), { code: 'EACCES' });

  test.each<[string, number, Record<string, Entry | Error>]>([
    ['root’s own, closed', 0, {}],
    ['one that is not there', 0, { [STATE]: Object.assign(new Error(), { code: 'ENOENT' }) }],
    [
      'one with the agent’s own files',
      0,
      { [`${STATE}/device.json`]: { mode: 0o600, file: true }, [`${STATE}/commands`]: {} },
    ],
    ['root’s, for an account that may not look into it', 1000, { [`${STATE}`]: closed }],
    ['an account’s own, for itself', 1000, { [STATE]: { uid: 1000, mode: 0o700 } }],
    ['one in a folder where each account has its own', 0, { '/var/lib': { mode: 0o1777 } }],
    [
      'one behind a link that root made',
      0,
      { '/var/lib': { link: '../srv/lib' }, '/srv': {}, '/srv/lib': {}, '/srv/lib/remote-assist': { mode: 0o700 } },
    ],
    [
      'one in a folder that an account shares with its group',
      1000,
      { '/var/lib': { uid: 1000, mode: 0o775 }, [STATE]: { uid: 1000, mode: 0o770 } },
    ],
  ])('%s is used', async (_, uid, entries) => {
    expect(await at(uid, entries).distrust()).toBeUndefined();
  });

  test.each<[string, number, Record<string, Entry>, string]>([
    [
      'another account’s, made beforehand',
      0,
      { [STATE]: { uid: 1000, mode: 0o700 } },
      `${STATE} belongs to the account 1000, and not to root`,
    ],
    [
      'another account’s, for an ordinary one',
      1001,
      { [STATE]: { uid: 1000, mode: 0o755 } },
      'belongs to the account 1000, and not to the account 1001',
    ],
    ['a link', 0, { [STATE]: { link: '/tmp/x' } }, `${STATE} is a link`],
    ['a file', 0, { [STATE]: { file: true } }, 'is not a directory'],
    ['one in another account’s folder', 0, { '/var/lib': { uid: 1000 } }, '/var/lib belongs to the account 1000'],
    [
      'one in a folder that everybody can change',
      1000,
      { '/var/lib': { mode: 0o777 }, [STATE]: { uid: 1000 } },
      'Other accounts can change /var/lib, in which',
    ],
    [
      'one in a folder that a group can change',
      0,
      { '/var/lib': { mode: 0o775 } },
      'Other accounts can change /var/lib',
    ],
    [
      'one behind a link of another account',
      0,
      { '/var/lib': { link: '/srv', uid: 1000 } },
      '/var/lib belongs to the account 1000',
    ],
    [
      'one behind a link to another account’s folder',
      0,
      { '/var/lib': { link: '/home/ann' }, '/home': {}, '/home/ann': { uid: 1000 } },
      '/home/ann belongs to',
    ],
    ['one behind links in a circle', 0, { '/var/lib': { link: '/var/lib' } }, 'leads in a circle'],
    [
      'one with a link in it',
      0,
      { [`${STATE}/history.jsonl`]: { link: '/etc/shadow' } },
      `${STATE}/history.jsonl is a link`,
    ],
    [
      'one with another account’s file in it',
      0,
      { [`${STATE}/device.json`]: { uid: 1000, file: true } },
      'device.json belongs to the account 1000',
    ],
    ['root’s, which everybody can change', 1000, { [STATE]: { mode: 0o777 } }, `Other accounts can change ${STATE}`],
  ])('%s is refused', async (_, uid, entries, why) => {
    expect(await at(uid, entries).distrust()).toContain(why);
  });

  test('its own that is open to others is closed', async () => {
    const open = at(0, { [STATE]: { mode: 0o777 } });
    expect(await open.distrust()).toBeUndefined();
    expect(open.changed).toEqual([[STATE, 0o700]]);
  });

  test.each<[string, Entry, Record<string, Entry>, string | undefined]>([
    ['one of other things too', { mode: 0o755 }, { [`${STATE}/hosts`]: { file: true } }, undefined],
    [
      'one of other things too that others can change',
      { mode: 0o777 },
      { [`${STATE}/hosts`]: { file: true } },
      'Other accounts can change',
    ],
    ['one where each account has its own', { mode: 0o1777 }, {}, 'Other accounts can change'],
    [
      'one in which others could have changed how to enrol',
      { mode: 0o777 },
      { [`${STATE}/provision.json`]: { file: true } },
      'Other accounts can change',
    ],
  ])('%s is closed to nobody', async (_, entry, entries, why) => {
    const open = at(0, { [STATE]: entry, ...entries });
    const found = await open.distrust();
    expect(open.changed).toEqual([]);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(why);
  });

  test('a refusal says what to do', async () => {
    const platform = at(0, { [STATE]: { uid: 1000 } });
    await expect(trustStateDir(STATE, platform)).rejects.toThrow(
      /Nothing is read from .* or written to it\. An administrator/,
    );
  });
});

describe('on Windows', () => {
  const PATH = 'C:\\ProgramData\\remote-assist';
  const good = {
    exists: true,
    isDirectory: true,
    isLink: false,
    owner: 'S-1-5-32-544',
    trustedOwner: true,
    othersCanWrite: false,
    othersCanRead: false,
  };

  /** @param facts what the host says, one after the other */
  const at = (facts: object[], { names = [] as string[] | Error, links = [] as string[] } = {}) => {
    const calls: string[] = [];
    const host = nativeHost(async (_program, [command = '', ...args]) => {
      calls.push([command, ...args].join(' '));
      return JSON.stringify(command === 'directory' ? (facts.length > 1 ? facts.shift() : facts[0]) : { made: true });
    }, 'host.exe');
    const icacls = async (args: readonly string[]) => {
      calls.push(`icacls ${args.slice(0, 2).join(' ')}`);
      return '';
    };
    const fs = {
      readdir: async () => {
        if (names instanceof Error) throw names;
        return names;
      },
      lstat: async (path: string) => ({ isSymbolicLink: () => links.includes(path) }),
      mkdir: async (path: string) => void calls.push(`mkdir ${path}`),
    };
    return { calls, ...windowsDirectories({ host, icacls, fs }) };
  };

  test('one that the system or an administrator owns, and nobody else can read or change, is used', async () => {
    const { calls, distrust } = at([good], { names: ['device.json'] });
    expect(await distrust(PATH)).toBeUndefined();
    expect(calls).toEqual([`directory --path ${PATH}`]);
    expect(await at([{ ...good, exists: false }]).distrust(PATH)).toBeUndefined();
  });

  test.each<[string, object, string]>([
    [
      'made beforehand by an account',
      { trustedOwner: false, owner: 'S-1-5-21-1-2-3-1001' },
      'belongs to the account S-1-5-21-1-2-3-1001',
    ],
    ['a junction', { isLink: true }, 'is a link'],
    ['a file', { isDirectory: false }, 'is not a directory'],
    ['open to others, which cannot be changed', { othersCanWrite: true }, 'Other accounts can read or change'],
  ])('one that is %s is refused', async (_, facts, why) => {
    expect(await at([{ ...good, ...facts }]).distrust(PATH)).toContain(why);
  });

  test('one that an administrator left open is closed', async () => {
    const { calls, distrust } = at([{ ...good, othersCanRead: true }, good]);
    expect(await distrust(PATH)).toBeUndefined();
    expect(calls).toContain(`icacls ${PATH} /inheritance:r`);
  });

  test.each([
    ['of other things too', { othersCanRead: true }, 'Documents'],
    ['in which others could have changed how to enrol', { othersCanWrite: true }, 'provision.json'],
  ])('one %s is refused, and closed to nobody', async (_, facts, name) => {
    const { calls, distrust } = at([{ ...good, ...facts }], { names: ['device.json', name] });
    expect(await distrust(PATH)).toContain('Other accounts can read or change');
    expect(calls).toEqual([`directory --path ${PATH}`]);
  });

  test('a link in it is refused, and one that is closed to this account is not looked at', async () => {
    const planted = at([good], { names: ['history.jsonl'], links: [`${PATH}\\history.jsonl`] });
    expect(await planted.distrust(PATH)).toContain('history.jsonl is a link');
    const { calls, distrust } = at([], { names: Object.assign(new Error(), { code: 'EPERM' }) });
    expect(await distrust(PATH)).toBeUndefined();
    expect(calls).toEqual([]);
  });

  test('it is made closed from its first moment on, and looked at before and after', async () => {
    const platform = at([{ ...good, exists: false }, good]);
    await makeStateDir(PATH, platform);
    expect(platform.calls).toEqual([
      `directory --path ${PATH}`,
      'mkdir C:\\ProgramData',
      `make-directory --path ${PATH}`,
      `directory --path ${PATH}`,
    ]);
  });
});

describe('as processes', () => {
  let server: FakeServer;
  let state: string;
  const enrollAt = (path: string) =>
    agent('enroll', '--api', server.url, '--enrollment-token', 'rae_T', '--state-dir', path);

  beforeAll(build);
  afterAll(removeBuilt);
  beforeEach(async () => {
    server = await new FakeServer().listen();
    state = join(server.stateDir, 'state');
  });
  afterEach(() => server.close());
  vi.setConfig({ testTimeout: 30_000 });

  const everyCommand = (path: string) => [
    enrollAt(path),
    agent('run', '--dry-run', '--once', '--state-dir', path),
    agent('status', '--state-dir', path),
    agent('request-help', '--message', 'M', '--name', 'Ann', '--state-dir', path),
    agent('postpone', '--state-dir', path),
    agent('rotate-credential', '--state-dir', path),
  ];

  test('every command refuses a link, before it reads or writes', async () => {
    const target = mkdtempSync(join(tmpdir(), 'agent-elsewhere-'));
    symlinkSync(target, state);
    for (const { code, stderr } of await Promise.all(everyCommand(state))) {
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${state} is a link`) });
    }
    expect(readdirSync(target)).toEqual([]);
    expect(server.received).toEqual([]);
    rmSync(target, { recursive: true });
  });

  test.skipIf(process.getuid?.() !== 0)('every command refuses a directory that another account made', async () => {
    mkdirSync(state, { mode: 0o777 });
    writeFileSync(join(state, 'device.json'), '{}');
    chownSync(state, 12345, 12345);
    for (const { code, stderr } of await Promise.all(everyCommand(state))) {
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('belongs to the account 12345') });
    }
    expect(readdirSync(state)).toEqual(['device.json']);
    expect(server.received).toEqual([]);
  });

  test('one that was left open is closed with the first command', async () => {
    mkdirSync(state);
    chmodSync(state, 0o755);
    await agent('status', '--state-dir', state);
    expect(lstatSync(state).mode & 0o777).toBe(0o700);
  });
});

test('a state file that is a link is not followed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-link-'));
  writeFileSync(join(dir, 'secret'), 'secret');
  symlinkSync(join(dir, 'secret'), join(dir, 'device.json'));
  await expect(readText(join(dir, 'device.json'))).rejects.toThrow('cannot be read');
  rmSync(dir, { recursive: true });
});
