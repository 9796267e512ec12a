/** The adapters: which programs they run, with what, and what they make of the answers. Nothing is really run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Log } from '../../../agent/log.ts';
import { CommandFailed, type RunCommand, runCommand } from '../../../agent/platform/command.ts';
import { currentPlatform } from '../../../agent/platform/current.ts';
import { dryRun } from '../../../agent/platform/dry-run.ts';
import { linux } from '../../../agent/platform/linux.ts';
import { macos } from '../../../agent/platform/macos.ts';
import { nativeHost } from '../../../agent/platform/native-host.ts';
import type { Platform } from '../../../agent/platform/platform.ts';
import { windows } from '../../../agent/platform/windows.ts';
import { oneLine, plainText } from '../../../agent/text.ts';

type Call = { file: string; args: readonly string[]; input?: string | undefined };

/** @param answers what a program writes, by a part of its name */
const recorder = (answers: Record<string, string | Error> = {}) => {
  const calls: Call[] = [];
  const run: RunCommand = async (file, args, options) => {
    calls.push({ file, args, ...(options?.input !== undefined && { input: options.input }) });
    const answer = Object.entries(answers).find(([part]) => `${file} ${args.join(' ')}`.includes(part))?.[1] ?? '';
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { calls, run };
};

const missing = Object.assign(new Error('gone'), { code: 'ENOENT' });
const files: Record<string, string> = {
  '/proc/sys/kernel/random/boot_id': '3a5f8c3e-0000-4000-8000-000000000001\n',
  '/proc/stat': 'cpu 1 2 3\nbtime 1767225600\nprocesses 9\n',
  '/proc/42/stat': `42 (a ) b) S ${Array.from({ length: 18 }, (_, n) => n).join(' ')} 12345 99`,
};
const read = async (path: string): Promise<string> => {
  const text = files[path];
  if (text === undefined) throw missing;
  return text;
};

describe('Linux', () => {
  test('has the boot from the kernel', async () => {
    expect(await linux(recorder().run, read).boot()).toEqual({
      bootId: '3a5f8c3e-0000-4000-8000-000000000001',
      uptimeSeconds: expect.any(Number),
      bootedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  test.each([
    [true, false, ['systemctl', 'reboot']],
    [true, true, ['systemctl', 'reboot', '--ignore-inhibitors']],
    [false, true, ['shutdown', '-r', 'now']],
  ])('restarts by one command (systemd %s, force %s)', async (systemd, force, command) => {
    const { calls, run } = recorder();
    await linux(run, read, async () => systemd).restart({ force });
    expect(calls.map(({ file, args }) => [file, ...args])).toEqual([command]);
  });

  test('passes on what the system says against it, and tries nothing else', async () => {
    const { calls, run } = recorder({ systemctl: new CommandFailed('Access denied', { exitCode: 1 }) });
    await expect(linux(run, read, async () => true).restart({ force: false })).rejects.toThrow('Access denied');
    expect(calls).toHaveLength(1);
  });

  test('shows a message by its input, without control characters, and never fails', async () => {
    const { calls, run } = recorder({ wall: new Error('no') });
    await linux(run, read).notify('/etc/shadow\u001b[2J\u0007');
    expect(calls[0]).toEqual({ file: 'wall', args: [], input: '/etc/shadow[2J\n' });
  });

  test('tells processes apart by boot and start', async () => {
    const { processIdentity } = linux(recorder().run, read);
    expect(await processIdentity(42)).toBe('3a5f8c3e-0000-4000-8000-000000000001 12345');
    expect(await processIdentity(43)).toBeUndefined();
  });

  test('asks RustDesk for its id, if it is there', async () => {
    expect(await linux(recorder({ rustdesk: '123456789\n' }).run, read).rustdeskId()).toBe('123456789');
    expect(await linux(recorder({ rustdesk: 'a warning\n123456789\n' }).run, read).rustdeskId()).toBe('123456789');
    expect(await linux(recorder({ rustdesk: 'error: no display' }).run, read).rustdeskId()).toBeUndefined();
    expect(await linux(recorder({ rustdesk: missing }).run, read).rustdeskId()).toBeUndefined();
  });
});

describe('the serial number', () => {
  const machine = (text: string) =>
    JSON.stringify({ serialNumber: text.trim() || null, systemUuid: null, machineGuid: null });
  const IOREG = (number: string) =>
    `  | {\n  |   "IOPlatformUUID" = "0"\n  |   "IOPlatformSerialNumber" = "${number}"\n  | }\n`;
  const reading = (text: string | Error): [string, Platform][] => {
    const file = async (path: string): Promise<string> => {
      if (path !== '/sys/class/dmi/id/product_serial' || text instanceof Error) throw text;
      return text;
    };
    return [
      ['linux', linux(recorder().run, file)],
      [
        'windows',
        windows({ host: nativeHost(recorder({ machine: text instanceof Error ? text : machine(text) }).run, 'host') }),
      ],
      ['macos', macos(recorder({ IOPlatformExpertDevice: text instanceof Error ? text : IOREG(text.trim()) }).run)],
    ];
  };

  test.each(reading('PF2ABCDE\n'))('is read on %s', async (_name, platform) => {
    expect(await platform.serialNumber()).toBe('PF2ABCDE');
  });

  test.each([
    ...reading('To be filled by O.E.M.\r\n'),
    ...reading('0'),
    ...reading('\n'),
    ...reading(new CommandFailed('Access denied', { exitCode: 1 })),
  ])('is none where the maker set none, or it cannot be read, on %s', async (_name, platform) => {
    expect(await platform.serialNumber()).toBeUndefined();
  });

  test('is one line that the server takes, whatever the firmware says', async () => {
    for (const [, platform] of reading(`A\u0007\tB${'9'.repeat(200)}`)) {
      expect(await platform.serialNumber()).toBe(`A B${'9'.repeat(125)}`);
    }
  });

  test('is none where the system says something else', async () => {
    expect(await macos(recorder({ ioreg: 'no such class' }).run).serialNumber()).toBeUndefined();
  });
});

describe('macOS', () => {
  test('has the boot from the kernel, and restarts', async () => {
    const { calls, run } = recorder({
      'kern.boottime': '{ sec = 1767225600, usec = 0 } Thu Jan  1 00:00:00 2026',
      'kern.bootsessionuuid': '3A5F8C3E-0000-4000-8000-000000000001\n',
    });
    expect(await macos(run).boot()).toEqual({
      bootId: '3A5F8C3E-0000-4000-8000-000000000001',
      uptimeSeconds: expect.any(Number),
      bootedAt: '2026-01-01T00:00:00.000Z',
    });
    await macos(run).restart({ force: false });
    expect(calls.at(-1)).toEqual({ file: '/sbin/shutdown', args: ['-r', 'now'] });
  });

  test('knows a process that is gone', async () => {
    const gone = recorder({ '/bin/ps': new CommandFailed('', { exitCode: 1 }) });
    expect(await macos(gone.run).processIdentity(1)).toBeUndefined();
  });
});

test('a system without an adapter is refused', () => {
  expect(() => currentPlatform('aix', '/agent')).toThrow('does not run on aix');
  expect(['linux', 'win32', 'darwin'].map((name) => currentPlatform(name as NodeJS.Platform, '/agent').name)).toEqual([
    'linux',
    'windows',
    'macos',
  ]);
});

test('a dry run changes its boot id instead of restarting, and remembers it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-dry-run-'));
  const { calls, run } = recorder();
  const logged: string[] = [];
  const write = (message: string) => void logged.push(message);
  const log: Log = { info: write, warn: write, error: write };
  const pretended = () => dryRun(linux(run, read), dir, { now: () => 0 }, log);
  const before = await pretended().boot();
  expect(await pretended().boot()).toEqual(before);
  await pretended().restart({ force: true });
  await pretended().notify('bye');
  expect((await pretended().boot()).bootId).not.toBe(before.bootId);
  expect(calls).toEqual([]);
  expect(logged).toEqual(['pretended to restart', 'would show a message']);
  rmSync(dir, { recursive: true });
});

describe('a command', () => {
  const node = process.execPath;

  test('gets its input and gives its output', async () => {
    const echo = 'process.stdin.pipe(process.stdout)';
    expect(await runCommand(node, ['-e', echo], { input: '$(id); `id`' })).toBe('$(id); `id`');
  });

  test('that fails says so in its own words', async () => {
    const failing = runCommand(node, ['-e', 'console.error("not\\nallowed"); process.exit(3)']);
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('not allowed'), exitCode: 3 });
  });

  test('that writes as a console of Windows does is readable in what it says', async () => {
    const said = 'Zugriff verweigert f\\x81r M\\x81ller.(5)';
    const failing = runCommand(node, [
      '-e',
      `process.stderr.write(Buffer.from('${said}', 'latin1')); process.exitCode = 5`,
    ]);
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('für Müller'), exitCode: 5 });
    expect(await runCommand(node, ['-e', 'process.stdout.write("für 山田")'])).toBe('für 山田');
  });

  test('that is missing, or killed, is told apart', async () => {
    await expect(runCommand('/no/such/program', [])).rejects.toMatchObject({ killed: false, exitCode: undefined });
    const killed = runCommand(node, ['-e', 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 5000)']);
    await expect(killed).rejects.toMatchObject({ killed: true, exitCode: undefined });
  });
});

test('text of others is shown without what controls a terminal', () => {
  expect(plainText('a\r\nb\u001b]0;x\u0007\u009b1m\u202ec\t')).toBe('a\nb]0;x1mc ');
  expect(oneLine(' a\n\n b ', 3)).toBe('a b');
});
