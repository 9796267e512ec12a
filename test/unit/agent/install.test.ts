/** Installing: what it would do on each system, and that it stops where something fails. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carryOutAll } from '../../../agent/install/carry-out.ts';
import { launchd } from '../../../agent/install/launchd.ts';
import { describeStep, type Installation, type Installer, type Step } from '../../../agent/install/plan.ts';
import { scheduledTask } from '../../../agent/install/scheduled-task.ts';
import { systemd } from '../../../agent/install/systemd.ts';
import { rotatingFile } from '../../../agent/log-file.ts';

const installation: Installation = {
  program: { node: '/opt/node 22/bin/node', source: '/root/remote-assist-agent.cjs' },
  stateDir: '/var/lib/remote-assist',
  logFile: '/var/log/remote-assist/agent.log',
  options: ['--max-restarts-per-day', '2'],
};
const onWindows: Installation = {
  ...installation,
  program: { node: 'C:\\Program Files\\nodejs\\node.exe', source: 'C:\\Temp\\remote-assist-agent.cjs' },
  stateDir: 'C:\\Program Data & more\\remote-assist',
  logFile: 'C:\\ProgramData\\remote-assist\\logs\\agent.log',
};
const windows = scheduledTask({ ProgramFiles: 'C:\\Program Files', SystemRoot: 'C:\\Windows' });

const shown = (steps: readonly Step[]): string[] => steps.map((step) => describeStep(step).split('\n')[0] ?? '');
const written = (steps: readonly Step[]): string =>
  steps.map((step) => (step.do === 'write' ? step.text : '')).join('');

describe('systemd', () => {
  test('has a unit that is enabled and started', () => {
    expect(shown(systemd.install(installation))).toEqual([
      'make the directory /var/lib/remote-assist, for this account alone',
      'make the directory /var/log/remote-assist, for this account alone',
      'copy /root/remote-assist-agent.cjs to /usr/local/lib/remote-assist/remote-assist-agent.cjs',
      'write /etc/systemd/system/remote-assist-agent.service:',
      'run systemctl daemon-reload',
      'run systemctl enable remote-assist-agent.service',
      'run systemctl restart remote-assist-agent.service',
    ]);
  });

  test('the unit runs the installed file, is hardened, and can restart the machine', () => {
    const unit = written(systemd.install(installation)).split('\n');
    expect(unit).toContain(
      'ExecStart="/opt/node 22/bin/node" /usr/local/lib/remote-assist/remote-assist-agent.cjs run' +
        ' --state-dir /var/lib/remote-assist --log-file /var/log/remote-assist/agent.log --max-restarts-per-day 2',
    );
    for (const line of [
      'Restart=always',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ReadWritePaths=/var/lib/remote-assist /var/log/remote-assist',
      'ReadWritePaths=-/etc/remote-assist',
      'WantedBy=multi-user.target',
      // Other accounts find the socket there, whatever the mask.
      'RuntimeDirectory=remote-assist',
      'RuntimeDirectoryMode=0755',
    ]) {
      expect(unit).toContain(line);
    }
    expect(unit.find((line) => line.startsWith('CapabilityBoundingSet'))).toContain('CAP_SYS_BOOT');
    // Each would take from the agent what it needs.
    for (const line of unit) expect(line).not.toMatch(/^(PrivateTmp|PrivateDevices|MemoryDenyWriteExecute|User)=/);
  });

  test('nothing in a path becomes a specifier, a variable or another word', () => {
    const unit = written(systemd.install({ ...installation, stateDir: '/a b/%h/$HOME/"x"\\' }));
    expect(unit).toContain('--state-dir "/a b/%%h/$$HOME/\\"x\\"\\\\" ');
  });
});

describe('a scheduled task', () => {
  test('is registered from a file, and started', () => {
    expect(shown(windows.install(onWindows)).slice(1)).toEqual([
      'run C:\\Windows\\System32\\schtasks.exe /End /TN remote-assist-agent (which may fail)',
      'run C:\\Windows\\System32\\schtasks.exe /Delete /F /TN remote-assist-agent (which may fail)',
      'copy C:\\Temp\\remote-assist-agent.cjs to C:\\Program Files\\remote-assist\\remote-assist-agent.cjs',
      'copy C:\\Temp\\remote-assist-host.exe to C:\\Program Files\\remote-assist\\remote-assist-host.exe',
      'write C:\\Program Files\\remote-assist\\task.xml:',
      "run C:\\Windows\\System32\\schtasks.exe /Create /F /TN remote-assist-agent /XML 'C:\\Program Files\\remote-assist\\task.xml'",
      'run C:\\Windows\\System32\\schtasks.exe /Run /TN remote-assist-agent',
    ]);
  });

  test('runs as SYSTEM from the start on, for ever, and on batteries', () => {
    const xml = written(windows.install(onWindows));
    expect(xml).toContain('<BootTrigger>');
    expect(xml).toContain('<UserId>S-1-5-18</UserId>');
    expect(xml).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
    expect(xml).toContain('<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>');
    expect(xml).toContain('<Command>C:\\Program Files\\nodejs\\node.exe</Command>');
    expect(xml).toContain(
      '<Arguments>&#34;C:\\Program Files\\remote-assist\\remote-assist-agent.cjs&#34; run' +
        ' --state-dir &#34;C:\\Program Data &#38; more\\remote-assist&#34;',
    );
  });
});

describe('a single executable', () => {
  const at = (stateDir: string, source: string): Installation => ({ ...installation, program: { source }, stateDir });

  test('is installed and run as itself, without a Node', () => {
    const steps = systemd.install(at('/var/lib/remote-assist', '/root/agent'));
    expect(shown(steps)).toContain('copy /root/agent to /usr/local/lib/remote-assist/remote-assist-agent');
    expect(written(steps)).toContain('ExecStart=/usr/local/lib/remote-assist/remote-assist-agent run --state-dir ');
    expect(written(launchd.install(at('/s', '/root/agent')))).toContain(
      '<array>\n    <string>/usr/local/lib/remote-assist/remote-assist-agent</string>\n    <string>run</string>',
    );
  });

  test('is so on Windows too', () => {
    const steps = windows.install(at('C:\\state', 'C:\\Temp\\agent.exe'));
    expect(shown(steps)).toContain(
      'copy C:\\Temp\\agent.exe to C:\\Program Files\\remote-assist\\remote-assist-agent.exe',
    );
    const xml = written(steps);
    expect(xml).toContain('<Command>C:\\Program Files\\remote-assist\\remote-assist-agent.exe</Command>');
    expect(xml).toContain('<Arguments>run --state-dir C:\\state');
  });
});

test('launchd has a daemon that is kept alive', () => {
  const steps = launchd.install(installation);
  expect(shown(steps).at(-1)).toBe(
    'run /bin/launchctl bootstrap system /Library/LaunchDaemons/remote-assist-agent.plist',
  );
  expect(written(steps)).toContain('<key>KeepAlive</key><true/>');
  expect(written(steps)).toContain('<string>/opt/node 22/bin/node</string>');
});

test.each<[string, Installer, Installation]>([
  ['systemd', systemd, installation],
  ['a scheduled task', windows, onWindows],
  ['launchd', launchd, installation],
])('%s: uninstalling ends it first, and what the device knows outlives it', (_, installer, { stateDir }) => {
  const steps = installer.uninstall();
  expect(steps[0]).toMatchObject({ do: 'run', mayFail: true });
  const removed = steps.flatMap((step) => (step.do === 'remove' || step.do === 'removeDirectory' ? [step.path] : []));
  expect(removed.length).toBeGreaterThan(2);
  for (const path of removed) expect(path).not.toContain(stateDir);
  // One file each, and directories that are empty: nothing is removed with all that lies in it.
  expect(new Set(steps.map((step) => step.do))).toEqual(new Set(['run', 'remove', 'removeDirectory']));
});

describe('on the disk', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'agent-install-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('steps are carried out in their order, and stop at the first that fails', async () => {
    const ran: string[] = [];
    const made: string[] = [];
    const ports = {
      run: async (file: string) => {
        ran.push(file);
        if (file !== 'works') throw new Error('no');
        return '';
      },
      makeDirectory: async (path: string) => void ran.push(path),
      made: async (directories: readonly string[]) => void made.push(...directories),
      left: () => undefined,
    };
    writeFileSync(join(dir, 'from'), 'program');
    const steps: Step[] = [
      { do: 'make', directory: 'state' },
      { do: 'copy', from: join(dir, 'from'), to: join(dir, 'deep/to') },
      { do: 'copy', from: join(dir, 'from'), to: join(dir, 'from') },
      { do: 'write', path: join(dir, 'deep/er/unit'), text: 'ä', encoding: 'utf16le' },
      { do: 'run', file: 'optional', args: [], mayFail: true },
      { do: 'run', file: 'works', args: [] },
      { do: 'remove', path: join(dir, 'from') },
      { do: 'run', file: 'fails', args: ['now'] },
      { do: 'run', file: 'never', args: [] },
    ];
    await expect(carryOutAll(steps, ports)).rejects.toThrow('Could not run fails now: no');
    expect(ran).toEqual(['state', 'optional', 'works', 'fails']);
    expect(made).toEqual(['state', join(dir, 'deep'), join(dir, 'deep/er')]);
    expect(readFileSync(join(dir, 'deep/to'), 'utf8')).toBe('program');
    expect(readFileSync(join(dir, 'deep/er/unit'))).toEqual(Buffer.from([0xff, 0xfe, 0xe4, 0]));
    expect(() => statSync(join(dir, 'from'))).toThrow();
  });

  test('a program that runs is replaced, and the new one can be run', async () => {
    const from = join(dir, 'from');
    const to = join(dir, 'to');
    copyFileSync('/bin/sleep', to);
    chmodSync(to, 0o755);
    const running = spawn(to, ['60']);
    await once(running, 'spawn');
    writeFileSync(from, '#!/bin/sh\necho new');
    const nothing = async () => undefined;
    const ports = { run: async () => '', makeDirectory: nothing, made: nothing, left: () => undefined };
    await carryOutAll([{ do: 'copy', from, to }], ports);
    expect(running.exitCode).toBeNull();
    running.kill();
    expect(execFileSync(to, { encoding: 'utf8' })).toBe('new\n');
    expect(readdirSync(dir).sort()).toEqual(['from', 'to']);
  });

  test('a log is rotated by its size, and the oldest is thrown away', () => {
    const path = join(dir, 'logs/agent.log');
    const lost: string[] = [];
    const log = (keep: number) => rotatingFile(path, { maxBytes: 10, keep, otherwise: (line) => void lost.push(line) });
    const write = log(2);
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n', 'a line that is longer\n', 'dddd\n', 'eeee\n', 'ffff\n'])
      write(line);
    const read = (suffix = '') => readFileSync(`${path}${suffix}`, 'utf8');
    expect([read(), read('.1'), read('.2')]).toEqual(['ffff\n', 'dddd\neeee\n', 'a line that is longer\n']);
    expect(statSync(path, { throwIfNoEntry: false })?.mode).toBe(0o100600);
    expect(() => read('.3')).toThrow();

    // Another process goes on where the last one was.
    log(2)('gggg\n');
    expect(read()).toBe('ffff\ngggg\n');
    log(0)('hhhh\n');
    expect([read(), read('.1')]).toEqual(['hhhh\n', 'dddd\neeee\n']);
    expect(lost).toEqual([]);
  });

  test('never goes where a link leads that somebody has laid there', () => {
    const lost: string[] = [];
    writeFileSync(join(dir, 'secret'), 'secret');
    symlinkSync(join(dir, 'secret'), join(dir, 'agent.log'));
    const options = { maxBytes: 100, keep: 1, otherwise: (line: string) => void lost.push(line) };
    rotatingFile(join(dir, 'agent.log'), options)('line\n');
    expect(readFileSync(join(dir, 'secret'), 'utf8')).toBe('secret');
    expect(lost).toEqual(['line\n']);
  });

  test('a log that cannot be written is written elsewhere, and stops nothing', () => {
    writeFileSync(join(dir, 'file'), '');
    const lost: string[] = [];
    rotatingFile(join(dir, 'file/agent.log'), { maxBytes: 10, keep: 1, otherwise: (line) => void lost.push(line) })(
      'x\n',
    );
    expect(lost).toEqual(['x\n']);
  });
});
