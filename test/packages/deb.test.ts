/** The Debian packages: what is in them, that lintian and systemd find no fault, and installing, upgrading, removing, purging. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VERSION } from '../../agent/package/project.ts';
import { Chroot, headersOf } from './chroot.ts';
import { built } from './packages.ts';

const deb = built('deb');
const arm64 = built('debArm64');
const next = built('debNext');
const lintian = built('lintian');
const chroots = built('chroot');

const field = (path: string, name: string): string =>
  execFileSync('dpkg-deb', ['-f', path, name], { encoding: 'utf8' }).trim();
const unpack = (path: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-unpacked-'));
  execFileSync('dpkg-deb', ['-R', path, folder]);
  return folder;
};
const PROGRAM = 'usr/lib/remote-assist/remote-assist-agent';

describe.each([
  ['amd64', deb, /X86-64/],
  ['arm64', arm64, /AArch64/],
] as const)('the package for %s', (architecture, { path, missing }, machine) => {
  describe.skipIf(missing)('is built', () => {
    let folder: string;
    beforeAll(() => {
      folder = unpack(path);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('for that architecture, with its own executable, without symbols', () => {
      expect([field(path, 'Architecture'), field(path, 'Version')]).toEqual([architecture, VERSION]);
      const headers = headersOf(join(folder, PROGRAM));
      expect(headers).toMatch(machine);
      expect(headers).not.toContain('.symtab');
      expect(statSync(join(folder, PROGRAM)).mode & 0o777).toBe(0o755);
    });

    test('with a unit that makes its directories, and all owned by root', () => {
      const unit = readFileSync(join(folder, 'usr/lib/systemd/system/remote-assist-agent.service'), 'utf8').split('\n');
      expect(unit).toContain(`ExecStart=/${PROGRAM} run --log-file /var/log/remote-assist/agent.log`);
      for (const line of ['StateDirectory=remote-assist', 'LogsDirectory=remote-assist', 'StateDirectoryMode=0700']) {
        expect(unit).toContain(line);
      }
      const owners = execFileSync('dpkg-deb', ['-c', path], { encoding: 'utf8' }).trim().split('\n');
      for (const line of owners) expect(line).toContain(' root/root ');
    });

    test('with the licences of what it holds', () => {
      const copyright = readFileSync(join(folder, 'usr/share/doc/remote-assist-agent/copyright'), 'utf8');
      for (const text of ['/usr/share/common-licenses/Apache-2.0', 'zod', 'Node.js is licensed', 'OpenSSL', 'ICU']) {
        expect(copyright).toContain(text);
      }
    });
  });
});

test.skipIf(lintian.missing || deb.missing)('lintian finds no error and nothing to warn of', () => {
  const options = ['--allow-root', '--fail-on', 'error,warning'];
  const { status, stdout, stderr } = spawnSync('lintian', [...options, deb.path], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.skipIf(deb.missing || spawnSync('systemd-analyze', ['--version']).error !== undefined)(
  'systemd finds no fault in the unit',
  () => {
    const folder = unpack(deb.path);
    const name = 'remote-assist-agent.service';
    const unit = readFileSync(join(folder, 'usr/lib/systemd/system', name), 'utf8');
    // systemd looks whether the program is there.
    writeFileSync(join(folder, name), unit.replace(`/${PROGRAM}`, join(folder, PROGRAM)));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(folder, name)], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    expect({ status, stderr: stderr.split('\n').filter((line) => line.includes(name)) }).toEqual({
      status: 0,
      stderr: [],
    });
  },
);

describe.skipIf(deb.missing || next.missing || chroots.missing)('on a system', () => {
  let system: Chroot;
  const install = (path: string): void => {
    system.copy(path, 'package.deb');
    system.run('apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 /package.deb >/dev/null');
  };
  /** What the package asked of the service manager, since last asked. */
  const asked = (): string[] => system.run('cat /asked; rm /asked').split('\n');
  /** Those of the paths that are there. */
  const found = (...paths: string[]): string => system.run(`ls -d ${paths.join(' ')} 2>/dev/null || true`);
  const enabled = '/etc/systemd/system/multi-user.target.wants/remote-assist-agent.service';
  const state = '/var/lib/remote-assist/device.json';

  beforeEach(() => {
    system = new Chroot();
    // As if systemd ran, with a stand-in that notes what it is asked to do with the service.
    system.write('/run/systemd/system/.keep', '');
    const stand = `#!/bin/sh\necho "$(basename "$0") $*" >>/asked\n`;
    system.write('/usr/bin/deb-systemd-invoke', stand, 0o755);
  });
  afterEach(() => system.remove());

  test('it is installed and upgraded, and what the device knows outlives all but a purge', () => {
    install(deb.path);
    expect(asked()).toContain('deb-systemd-invoke start remote-assist-agent.service');
    expect(found(enabled)).toBe(`${enabled}\n`);
    const status = JSON.parse(system.run('remote-assist-agent status --json'));
    expect(status).toMatchObject({ enrolled: false, agentVersion: VERSION, stateDir: '/var/lib/remote-assist' });

    system.run(`mkdir -m 700 -p /var/lib/remote-assist /var/log/remote-assist /etc/remote-assist; echo {} >${state}`);
    system.run('echo {} >/etc/remote-assist/provision.json');
    install(next.path);
    expect(asked()).toContain('deb-systemd-invoke restart remote-assist-agent.service');
    expect(system.run('remote-assist-agent status')).toBe('the next version\n');
    expect(found(state)).toBe(`${state}\n`);

    system.run('apt-get remove -y -qq remote-assist-agent >/dev/null');
    expect(asked()).toContain('deb-systemd-invoke stop remote-assist-agent.service');
    expect(found(state, '/usr/lib/remote-assist', '/usr/bin/remote-assist-agent')).toBe(`${state}\n`);

    system.run('apt-get purge -y -qq remote-assist-agent >/dev/null');
    expect(found('/var/lib/remote-assist', '/var/log/remote-assist', '/etc/remote-assist', enabled)).toBe('');
  });

  test('an older version does not take the place of a newer one by itself', () => {
    install(next.path);
    expect(() => install(deb.path)).toThrow('allow-downgrades');
    expect(system.run('remote-assist-agent status')).toBe('the next version\n');
  });

  test('a service that somebody disabled stays so', () => {
    install(next.path);
    system.run('systemctl --root=/ disable remote-assist-agent.service 2>/dev/null');
    system.run('dpkg -i /package.deb >/dev/null');
    expect(found(enabled)).toBe('');
  });
});
