/** The Windows package: what its tables have Windows Installer do, and what it holds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE_OPTIONS } from '../../agent/package/executable.ts';
import { productCode } from '../../agent/package/msi.ts';
import { VERSION } from '../../agent/package/project.ts';
import { built } from './packages.ts';

const { path: msi, missing } = built('msi');
const windows = built('windows');

/** The rows of a table, by their columns. */
const tableOf = (name: string): Record<string, string>[] => {
  const [columns = '', , , ...rows] = execFileSync('msiinfo', ['export', msi, name], { encoding: 'utf8' }).split(
    /\r?\n/,
  );
  const names = columns.split('\t');
  return rows
    .filter((row) => row !== '')
    .map((row) => Object.fromEntries(row.split('\t').map((value, at) => [names[at] ?? '', value])));
};
const row = (table: string, column: string, value: string): Record<string, string> =>
  tableOf(table).find((found) => found[column] === value) ?? {};

describe.skipIf(missing)('the tables', () => {
  test('name the product, in a version that a later one replaces', () => {
    const properties = Object.fromEntries(tableOf('Property').map(({ Property, Value }) => [Property, Value]));
    expect(properties).toMatchObject({
      ProductName: 'Remote Assist Agent',
      ProductVersion: VERSION,
      ProductCode: `{${productCode(VERSION)}}`,
      UpgradeCode: '{5F7B9C52-1A4E-4B0B-9C6B-1F8E0B6A7C12}',
      ALLUSERS: '1',
      // The token is in no log; what whoever installs says reaches the installer's own process.
      MsiHiddenProperties: 'TOKEN',
      SecureCustomProperties: 'WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;PROVISION;API;TOKEN;PURGE',
    });
    const summary = execFileSync('msiinfo', ['suminfo', msi], { encoding: 'utf8' });
    expect(summary).toContain('Template: x64;1033');
    // The same product again is a repair, and another version another product.
    expect(productCode('1.2.3')).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
    expect(productCode('1.2.3')).not.toBe(productCode('1.2.4'));
  });

  test('replace an older version, and refuse to replace a newer one', () => {
    const [older, newer] = tableOf('Upgrade');
    expect(older).toMatchObject({ VersionMax: VERSION, ActionProperty: 'WIX_UPGRADE_DETECTED' });
    // Bit 2: it is only found, not removed.
    expect(newer).toMatchObject({ VersionMin: VERSION, Attributes: '2', ActionProperty: 'WIX_DOWNGRADE_DETECTED' });
    expect(tableOf('LaunchCondition')).toContainEqual({
      Condition: 'NOT WIX_DOWNGRADE_DETECTED',
      Description: 'A newer version of the agent is installed. Remove it first.',
    });
  });

  test('have each action in its place', () => {
    const at = (action: string) => Number(row('InstallExecuteSequence', 'Action', action)['Sequence']);
    const order = [
      ['FindRelatedProducts', 'LaunchConditions'],
      // The old version goes within the transaction, so that a failure brings it back.
      ['InstallInitialize', 'RemoveExistingProducts', 'ProcessComponents'],
      ['StopServices', 'DeleteServices', 'Purge', 'RemoveFiles'],
      ['InstallFiles', 'Provision', 'InstallServices', 'StartServices', 'InstallFinalize'],
    ];
    for (const actions of order) {
      const places = actions.map(at);
      expect(places.every(Number.isFinite)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
    const condition = (action: string) => row('InstallExecuteSequence', 'Action', action)['Condition'];
    expect(condition('Provision')).toBe('NOT (REMOVE="ALL")');
    expect(condition('Purge')).toBe('REMOVE="ALL" AND PURGE="1" AND NOT UPGRADINGPRODUCTCODE');
  });

  test('run the host as SYSTEM, with its command line in no log', () => {
    const DEFERRED = 0x400;
    const AS_SYSTEM = 0x800;
    const HIDDEN = 0x2000;
    const IGNORED = 0x40;
    /** A program of the package. */
    const PROGRAM = 18;
    expect(tableOf('CustomAction')).toEqual([
      {
        Action: 'Provision',
        Type: String(PROGRAM + DEFERRED + AS_SYSTEM + HIDDEN),
        Source: 'HostExe',
        Target: 'provision --from "[PROVISION]" --api "[API]" --token "[TOKEN]"',
        ExtendedType: '',
      },
      // That something could not be removed keeps nobody from removing the agent.
      {
        Action: 'Purge',
        Type: String(PROGRAM + DEFERRED + AS_SYSTEM + IGNORED),
        Source: 'HostExe',
        Target: 'purge',
        ExtendedType: '',
      },
    ]);
  });

  test('have the service, which starts with Windows and is stopped before its files go', () => {
    expect(row('ServiceInstall', 'Name', 'remote-assist-agent')).toMatchObject({
      ServiceType: '16',
      StartType: '2',
      StartName: 'LocalSystem',
      Arguments: 'service',
      Component_: 'Host',
    });
    // Started when it is installed; stopped then, and when it is uninstalled; deleted when it is uninstalled; waited for.
    expect(row('ServiceControl', 'Name', 'remote-assist-agent')).toMatchObject({
      Event: String(1 + 2 + 32 + 128),
      Wait: '1',
    });
    expect(row('Component', 'Component', 'Host')['KeyPath']).toBe('HostExe');
  });

  test('have versions, so that an upgrade replaces the programs', () => {
    for (const file of ['AgentExe', 'HostExe']) {
      expect(row('File', 'File', file)).toMatchObject({ Version: `${VERSION}.0`, Language: '1033' });
    }
    const names = tableOf('File').map(({ FileName }) => FileName);
    expect(names).toEqual(['RAAGENT.EXE|remote-assist-agent.exe', 'RAHOST.EXE|remote-assist-host.exe', 'LICENCES.txt']);
  });

  test('have the entry of the Start menu and the source of the event log', () => {
    expect(tableOf('Shortcut')).toEqual([
      expect.objectContaining({
        Directory_: 'ProgramMenuFolder',
        Name: 'GETHELP|Get help',
        // The window stays until it was read.
        Target: '[System64Folder]cmd.exe',
        Arguments: '/d /c ""[#AgentExe]" request-help --wait & pause"',
      }),
    ]);
    const source = 'SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\remote-assist-agent';
    expect(row('Registry', 'Name', 'EventMessageFile')).toMatchObject({
      Root: '2',
      Key: source,
      Value: '#%%SystemRoot%\\System32\\EventCreate.exe',
    });
  });
});

describe.skipIf(missing)('what it holds', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'remote-assist-msi-'));
    execFileSync('msiextract', ['--directory', folder, msi]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are the programs that were built, and the licences', () => {
    const installed = join(folder, 'Remote Assist');
    for (const name of ['remote-assist-agent.exe', 'remote-assist-host.exe']) {
      expect(readFileSync(join(installed, name)).equals(readFileSync(join(windows.path, name)))).toBe(true);
    }
    expect(readFileSync(join(installed, 'LICENCES.txt'), 'utf8')).toContain('Node.js is licensed');
  });
});

describe.skipIf(windows.missing)('the programs for Windows', () => {
  const programOf = (name: string) => NtExecutable.from(readFileSync(join(windows.path, name)), { ignoreCert: true });

  test.each(['remote-assist-agent.exe', 'remote-assist-host.exe'])('%s says which version it is', (name) => {
    const { entries } = NtExecutableResource.from(programOf(name));
    const [info] = Resource.VersionInfo.fromEntries(entries);
    const [major = 0, minor = 0, patch = 0] = VERSION.split('.').map(Number);
    expect(info?.fixedInfo).toMatchObject({ fileVersionMS: major * 65_536 + minor, fileVersionLS: patch * 65_536 });
    const strings = info?.getStringValues({ lang: 1033, codepage: 1200 });
    expect(strings).toMatchObject({ ProductName: 'Remote Assist Agent', OriginalFilename: name });
  });

  test('the agent carries itself, its options of Node, and the set fuse', () => {
    const { entries } = NtExecutableResource.from(programOf('remote-assist-agent.exe'));
    const blob = Buffer.from(entries.find(({ id }) => id === 'NODE_SEA_BLOB')?.bin ?? new ArrayBuffer(0));
    expect(blob.includes(`// remote-assist agent ${VERSION}`)).toBe(true);
    for (const option of NODE_OPTIONS) expect(blob.includes(option)).toBe(true);
    const program = readFileSync(join(windows.path, 'remote-assist-agent.exe'));
    expect(program.includes('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1')).toBe(true);
  });

  test('the host needs nothing that Windows does not have', () => {
    const host = join(windows.path, 'remote-assist-host.exe');
    const headers = execFileSync('x86_64-w64-mingw32-objdump', ['-p', host], { encoding: 'utf8' });
    const libraries = [...headers.matchAll(/DLL Name: (\S+)/g)].map(([, name]) => name?.toLowerCase()).sort();
    expect(libraries).toEqual([
      'advapi32.dll',
      'bcrypt.dll',
      'kernel32.dll',
      'msvcrt.dll',
      'userenv.dll',
      'wtsapi32.dll',
    ]);
    for (const hardened of ['HIGH_ENTROPY_VA', 'DYNAMIC_BASE', 'NX_COMPAT']) expect(headers).toContain(hardened);
  });
});
