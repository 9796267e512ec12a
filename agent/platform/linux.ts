/** Linux: boot id from the kernel, restart through systemd where it runs, messages through `wall`, choices through `desktop.ts`. */
import { access, readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { plainText } from '../text.ts';
import { type RunCommand, runCommand } from './command.ts';
import { askOnDesktop, confirmOnDesktop, openOnDesktop, tellOnDesktops } from './desktop.ts';
import { launch as launchProgram } from './launch.ts';
import { machineMarks } from './machine-marks.ts';
import type { Platform } from './platform.ts';
import { posixDirectories } from './posix-directory.ts';
import { posixFiles } from './posix-file.ts';
import { rustdeskId } from './rustdesk.ts';
import { serialNumber } from './serial-number.ts';

type ReadText = (path: string) => Promise<string>;

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');

export const linux = (
  run: RunCommand = runCommand,
  read: ReadText = (path) => readFile(path, 'utf8'),
  hasSystemd: () => Promise<boolean> = () =>
    access('/run/systemd/system').then(
      () => true,
      () => false,
    ),
  launch = launchProgram,
  uid = process.getuid?.() ?? 0,
): Platform => {
  const screens = { run, launch, uid };
  const bootId = async () => (await read('/proc/sys/kernel/random/boot_id')).trim();

  const onTerminals = async (text: string): Promise<void> => {
    // By its input: an argument that is the name of a file would show the file.
    await run('wall', [], { input: `${plainText(text)}\n` }).catch(() => undefined);
  };

  return {
    name: 'linux',
    ...posixDirectories(uid),
    openPipe: async () => undefined,
    exchange: undefined,
    ...posixFiles(),
    boot: async () => {
      const seconds = /^btime (\d+)$/m.exec(await read('/proc/stat'))?.[1];
      if (seconds === undefined) throw new Error('/proc/stat does not say when the system started.');
      return {
        bootId: await bootId(),
        bootedAt: new Date(Number(seconds) * 1000).toISOString(),
        uptimeSeconds: uptime(),
      };
    },
    restart: async ({ force }) => {
      // One program, chosen beforehand: trying a second one after a failure could restart twice. What `force` overrides
      // are the programs that hold a restart up; `systemctl --force` would kill services without stopping them.
      if (await hasSystemd()) await run('systemctl', force ? ['reboot', '--ignore-inhibitors'] : ['reboot']);
      else await run('shutdown', ['-r', 'now']);
    },
    abortRestart: async () => {
      await run('shutdown', ['-c']).catch(() => undefined);
    },
    notify: async (text) => {
      await Promise.all([onTerminals(text), tellOnDesktops(screens, text)]);
    },
    ask: (question, signal) => askOnDesktop(screens, question, signal, () => onTerminals(question.text)),
    confirm: (question, signal) => confirmOnDesktop(screens, question, signal),
    // A browser that runs as root is one that nobody should use.
    openLink: (link, user) => (uid === 0 ? openOnDesktop(screens, link, user) : launch('xdg-open', [link])),
    rustdeskId: () => rustdeskId(run, ['rustdesk']),
    // Only root may read it.
    serialNumber: () => serialNumber(() => read('/sys/class/dmi/id/product_serial')),
    machineMarks: () =>
      machineMarks(
        () => read('/etc/machine-id'),
        () => read('/sys/class/dmi/id/product_uuid'),
      ),
    processIdentity: async (pid) => {
      try {
        const stat = await read(`/proc/${pid}/stat`);
        // After the name, which may hold anything but ends with the last bracket, the 20th field is the start time.
        const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
        return `${await bootId()} ${startTime}`;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
};
