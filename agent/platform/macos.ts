/** macOS: boot id and time from `sysctl`, restart through `shutdown`, messages through `wall`. */
import { uptime } from 'node:os';
import { plainText } from '../text.ts';
import { CommandFailed, type RunCommand, runCommand } from './command.ts';
import { launch as launchProgram } from './launch.ts';
import { machineMarks } from './machine-marks.ts';
import type { Platform } from './platform.ts';
import { posixDirectories } from './posix-directory.ts';
import { posixFiles } from './posix-file.ts';
import { rustdeskId } from './rustdesk.ts';
import { serialNumber } from './serial-number.ts';

const ofDevice = async (run: RunCommand, property: string): Promise<string | undefined> => {
  const device = await run('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']);
  return new RegExp(`"${property}" = "([^"]*)"`).exec(device)?.[1];
};

export const macos = (
  run: RunCommand = runCommand,
  launch = launchProgram,
  uid = process.getuid?.() ?? 0,
): Platform => ({
  name: 'macos',
  ...posixDirectories(uid),
  openPipe: async () => undefined,
  exchange: undefined,
  ...posixFiles(),
  boot: async () => {
    const seconds = /sec = (\d+)/.exec(await run('/usr/sbin/sysctl', ['-n', 'kern.boottime']))?.[1];
    if (seconds === undefined) throw new Error('kern.boottime does not say when the system started.');
    const bootId = (await run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])).trim();
    return { bootId, bootedAt: new Date(Number(seconds) * 1000).toISOString(), uptimeSeconds: uptime() };
  },
  restart: async () => {
    // `shutdown` asks no program; there is no gentler way without somebody logged in.
    await run('/sbin/shutdown', ['-r', 'now']);
  },
  abortRestart: async () => {
    await run('/usr/bin/killall', ['shutdown']).catch(() => undefined);
  },
  notify: async (text) => {
    await run('/usr/bin/wall', [], { input: `${plainText(text)}\n` }).catch(() => undefined);
  },
  // A daemon cannot show a window in somebody's session without a helper there; the command line is left.
  ask: async () => 'unavailable',
  confirm: async () => 'unavailable',
  openLink: (link) => launch('/usr/bin/open', [link]),
  rustdeskId: () => rustdeskId(run, ['/Applications/RustDesk.app/Contents/MacOS/RustDesk']),
  serialNumber: () => serialNumber(() => ofDevice(run, 'IOPlatformSerialNumber')),
  // What a disk image brings along, macOS keeps nowhere that could be asked.
  machineMarks: () =>
    machineMarks(
      async () => undefined,
      () => ofDevice(run, 'IOPlatformUUID'),
    ),
  processIdentity: async (pid) => {
    try {
      const started = await run('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', TZ: 'UTC' } });
      return started.trim() || undefined;
    } catch (error) {
      if (error instanceof CommandFailed && error.exitCode === 1) return undefined;
      throw error;
    }
  },
});
