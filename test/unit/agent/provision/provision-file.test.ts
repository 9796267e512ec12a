/** `provision.json`: believed where nobody but an administrator can have written it, and understood or refused in words. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nativeHost } from '../../../../agent/platform/native-host.ts';
import { posixFiles } from '../../../../agent/platform/posix-file.ts';
import { windowsFiles } from '../../../../agent/platform/windows-file.ts';
import {
  findProvision,
  provisionPaths,
  readProvision,
  removeToken,
} from '../../../../agent/provision/provision-file.ts';
import { Refusal } from '../../../../agent/refusal.ts';

describe('on Linux and macOS a file is believed', () => {
  type Entry = { uid?: number; mode?: number; link?: true; directory?: true };
  const FILE = '/var/lib/remote-assist/provision.json';

  /** What is not named belongs to root, who alone can write to it. */
  const at = (entries: Record<string, Entry>) =>
    posixFiles(async (path) => {
      const { uid = 0, mode = 0o755, link, directory } = entries[path] ?? {};
      return { uid, mode, isSymbolicLink: () => link === true, isFile: () => !link && !directory };
    }).distrustFile(FILE);

  test.each<[string, Record<string, Entry>]>([
    ['that is root’s, as all its folders are', { [FILE]: { mode: 0o600 }, '/var/lib/remote-assist': { mode: 0o700 } }],
    ['that everybody can read', { [FILE]: { mode: 0o644 } }],
    ['in a folder of root’s where each account has its own folders', { '/var/lib': { mode: 0o1777 } }],
  ])('%s', async (_, entries) => {
    expect(await at(entries)).toBeUndefined();
  });

  test.each<[string, Record<string, Entry>, string]>([
    ['of another account', { [FILE]: { uid: 1000 } }, `${FILE} belongs to the account 1000, and not to root`],
    [
      'in a folder of another account',
      { '/var/lib/remote-assist': { uid: 1000 } },
      '/var/lib/remote-assist belongs to',
    ],
    ['below a folder of another account', { '/var': { uid: 1000 } }, '/var belongs to the account 1000'],
    ['that a group can write', { [FILE]: { mode: 0o664 } }, `Others than root can change ${FILE}`],
    ['that everybody can write', { [FILE]: { mode: 0o646 } }, `Others than root can change ${FILE}`],
    [
      'in a folder that a group can write',
      { '/var/lib/remote-assist': { mode: 0o775 } },
      'can change /var/lib/remote-',
    ],
    [
      'in a folder where each account has its own',
      { '/var/lib/remote-assist': { mode: 0o1777 } },
      'can change /var/lib',
    ],
    ['below a folder that everybody can write', { '/var': { mode: 0o777 } }, 'can change /var'],
    ['that is a link', { [FILE]: { link: true } }, `${FILE} is a link`],
    ['behind a link', { '/var/lib': { link: true } }, '/var/lib is a link'],
    ['that is a folder', { [FILE]: { directory: true } }, `${FILE} is not a file`],
  ])('not %s', async (_, entries, why) => {
    expect(await at(entries)).toContain(why);
  });
});

describe('on Windows a file is believed', () => {
  const FILE = 'C:\\ProgramData\\remote-assist\\provision.json';
  const good = {
    ...{ exists: true, isDirectory: false, isLink: false, owner: 'S-1-5-18', trustedOwner: true },
    ...{ othersCanWrite: false, othersCanRead: true },
  };
  const at = (facts: Record<string, object>, links: string[] = []) => {
    const host = nativeHost(
      async (_program, [, , path = '']) => JSON.stringify({ ...good, ...facts[path] }),
      'host.exe',
    );
    return windowsFiles(host, async (path) => ({ isSymbolicLink: () => links.includes(path) })).distrustFile(FILE);
  };

  test('that is the system’s or the administrators’, as its folder is', async () => {
    expect(await at({})).toBeUndefined();
  });

  test.each<[string, Record<string, object>, string]>([
    ['of an account', { [FILE]: { trustedOwner: false, owner: 'S-1-5-21-1' } }, 'belongs to the account S-1-5-21-1'],
    [
      'in a folder of an account',
      { 'C:\\ProgramData\\remote-assist': { trustedOwner: false } },
      'remote-assist belongs',
    ],
    ['that others can write', { [FILE]: { othersCanWrite: true } }, `can change ${FILE}`],
    ['in a folder that others can write', { 'C:\\ProgramData\\remote-assist': { othersCanWrite: true } }, 'can change'],
    ['that is a junction', { [FILE]: { isLink: true } }, `${FILE} is a link`],
    ['that is a folder', { [FILE]: { isDirectory: true } }, `${FILE} is not a file`],
  ])('not %s', async (_, facts, why) => {
    expect(await at(facts)).toContain(why);
  });

  test('not behind a link, wherever that is', async () => {
    expect(await at({}, ['C:\\ProgramData'])).toBe('C:\\ProgramData is a link');
  });
});

describe('the file', () => {
  const believed = { distrustFile: async () => undefined };
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'provision-'));
    path = join(dir, 'provision.json');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const read = (content: unknown) => {
    writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
    return readProvision(path, believed);
  };
  const least = { api: 'https://api.example.com/', enrollmentToken: ' rae_SECRET\n' };

  test('says where and by what this PC is enrolled', async () => {
    expect(await read(least)).toEqual({
      ...{ path, apiUrl: 'https://api.example.com', enrollmentToken: 'rae_SECRET', name: undefined },
      network: { proxy: undefined, caFile: undefined },
    });
    const all = { ...least, name: ' Kiosk 7 ', proxy: 'http://p:1', caFile: 'ca.pem' };
    expect(await read(all)).toMatchObject({
      name: 'Kiosk 7',
      network: { proxy: 'http://p:1', caFile: join(dir, 'ca.pem') },
    });
    expect(await read({ ...least, api: 'http://127.0.0.1:3000' })).toMatchObject({ apiUrl: 'http://127.0.0.1:3000' });
  });

  test.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${JSON.stringify(least)}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${JSON.stringify(least)}`, 'utf16le')],
  ])('may be in %s, as Windows’ programs write it', async (_, bytes) => {
    expect(await read(bytes)).toMatchObject({ enrollmentToken: 'rae_SECRET' });
  });

  test.each([
    ['no JSON', '{"api":"https://x","enrollmentToken":"rae_SECRET"', 'it is not JSON'],
    ['no object', [], 'expected an object'],
    ['no address', { enrollmentToken: 'rae_SECRET' }, 'api: expected a string'],
    ['http', { ...least, api: 'http://api.example.com' }, 'api must be an https URL'],
    ['a password in the address', { ...least, api: 'https://a:b@api.example.com' }, 'api must be an https URL'],
    ['no token any more', { api: least.api }, 'it has no enrollmentToken, which is removed once it was used'],
    ['a blank token', { ...least, enrollmentToken: ' ' }, 'it has no enrollmentToken'],
    ['a mistyped member', { ...least, enrolmentToken: 'x' }, 'members that are not known: enrolmentToken'],
    ['another kind of name', { ...least, name: 7 }, 'name: expected a string'],
    ['a name of two lines', { ...least, name: 'a\nb' }, 'name must have 1 to 128 characters'],
    ['no end', `{"api":"${'x'.repeat(70_000)}"}`, 'it is longer than 65536 bytes'],
  ])('with %s is refused in words, which hold no token', async (_, content, why) => {
    const error = await read(content).then(
      () => expect.fail('was understood'),
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(Refusal);
    expect(error.message).toContain(`${path} cannot be used: `);
    expect(error.message).toContain(why);
    expect(error.message).not.toContain('SECRET');
  });

  test('that must not be believed is not read, nor one whose certificates must not', async () => {
    writeFileSync(path, JSON.stringify({ ...least, caFile: '/tmp/ca.pem' }));
    const looked: string[] = [];
    const distrust = (wrong: string) => ({
      distrustFile: async (at: string) => {
        looked.push(at);
        return at === wrong ? `${at} belongs to the account 1000` : undefined;
      },
    });
    await expect(readProvision(path, distrust(path))).rejects.toThrow(`${path} belongs to the account 1000. What is`);
    expect(looked).toEqual([path]);
    await expect(readProvision(path, distrust('/tmp/ca.pem'))).rejects.toThrow('/tmp/ca.pem belongs to');
  });

  test('is not read through a link that was laid after it was looked at', async () => {
    writeFileSync(join(dir, 'other'), JSON.stringify(least));
    symlinkSync(join(dir, 'other'), path);
    await expect(readProvision(path, believed)).rejects.toThrow('ELOOP');
  });

  test('loses its token, and nothing else, once it was used', async () => {
    writeFileSync(path, JSON.stringify({ ...least, name: 'PC', proxy: 'http://p:1' }), { mode: 0o644 });
    await removeToken(path, believed);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ api: least.api, name: 'PC', proxy: 'http://p:1' });
    const { mtimeMs, ino } = statSync(path);
    await removeToken(path, believed);
    expect(statSync(path)).toMatchObject({ mtimeMs, ino });
    rmSync(path);
    await removeToken(path, believed);
    await expect(
      (async () => {
        writeFileSync(path, JSON.stringify(least));
        await removeToken(path, { distrustFile: async () => 'It is a link' });
      })(),
    ).rejects.toThrow('It is a link');
    expect(readFileSync(path, 'utf8')).toContain('SECRET');
  });

  test('is looked for in the state directory, and where administrators configure', async () => {
    expect(provisionPaths('/srv/state', 'linux', {})).toEqual([
      '/srv/state/provision.json',
      '/etc/remote-assist/provision.json',
    ]);
    mkdirSync(join(dir, 'a'));
    const paths = [join(dir, 'a/provision.json'), path];
    expect(await findProvision(paths)).toBeUndefined();
    writeFileSync(path, '');
    expect(await findProvision(paths)).toBe(path);
    writeFileSync(join(dir, 'a/provision.json'), '');
    expect(await findProvision(paths)).toBe(paths[0]);
    expect(await findProvision([join(path, 'below-a-file')])).toBeUndefined();
  });
});
