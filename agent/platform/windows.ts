/** Windows: what Windows knows and shows through `native-host.ts`, restarts through `shutdown.exe`. */
import { uptime } from 'node:os';
import { win32 } from 'node:path';
import { ANSWER_WITHIN_MS } from '../local/protocol.ts';
import { oneLine, plainText } from '../text.ts';
import { type RunCommand, runCommand } from './command.ts';
import { launch as launchProgram } from './launch.ts';
import { machineMarks } from './machine-marks.ts';
import { askInMessageBox, confirmInMessageBox, type Warn } from './message-box.ts';
import type { NativeHost } from './native-host.ts';
import type { Boot, Platform } from './platform.ts';
import { rustdeskId } from './rustdesk.ts';
import { serialNumber } from './serial-number.ts';
import { windowsDirectories } from './windows-directory.ts';
import { windowsFiles } from './windows-file.ts';

/** "Application: maintenance (planned)", for the event log. */
const REASON = 'p:4:1';

export type WindowsPorts = {
  host: NativeHost;
  /** Is told what Windows did not do for the person. */
  warn?: Warn;
  run?: RunCommand;
  env?: NodeJS.ProcessEnv;
  launch?: typeof launchProgram;
};

export const windows = ({
  host,
  warn = () => undefined,
  run = runCommand,
  env = process.env,
  launch = launchProgram,
}: WindowsPorts): Platform => {
  // Full paths: Windows would look for the program in the current directory first.
  const system32 = win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32');
  const programFiles = env['ProgramFiles'] ?? 'C:\\Program Files';
  // The answer cannot change while this process lives.
  let known: Boot | undefined;

  return {
    name: 'windows',
    boot: async () => {
      if (!known) {
        const { bootId, bootedAt } = await host.boot();
        known = { bootId, bootedAt };
      }
      return { ...known, uptimeSeconds: uptime() };
    },
    restart: async ({ force }) => {
      const args = ['/r', '/t', '0', ...(force ? ['/f'] : []), '/d', REASON];
      await run(win32.join(system32, 'shutdown.exe'), args);
    },
    abortRestart: async () => {
      await run(win32.join(system32, 'shutdown.exe'), ['/a']).catch(() => undefined);
    },
    notify: async (text) => {
      await host.message(plainText(text)).catch((error: unknown) => warn('a message could not be shown', error));
    },
    ask: (question, signal) => askInMessageBox({ host, warn }, question, signal),
    confirm: (question, signal) => confirmInMessageBox({ host, warn }, question, signal),
    openLink: async (link, user) => {
      // A session with a screen has a name. What SYSTEM opens by itself, nobody sees.
      if (!env['SESSIONNAME']) {
        return host.openLink(link, user === undefined ? undefined : oneLine(user)).catch((error: unknown) => {
          warn('a link could not be opened', error);
          return false;
        });
      }
      // Not `start`, which is the shell's own, and would take `&` in a link for the next command.
      return launch(win32.join(system32, 'rundll32.exe'), ['url.dll,FileProtocolHandler', link]);
    },
    rustdeskId: () => rustdeskId(run, [win32.join(programFiles, 'RustDesk\\rustdesk.exe')]),
    serialNumber: () => serialNumber(async () => (await host.machine()).serialNumber),
    machineMarks: () =>
      machineMarks(
        async () => (await host.machine()).machineGuid,
        async () => (await host.machine()).systemUuid,
      ),
    openPipe: (path) => host.openPipe(path),
    // Node asks for more than it needs, which is not given to other accounts.
    exchange: (path, line) => host.callPipe(path, line, ANSWER_WITHIN_MS),
    ...windowsFiles(host),
    ...windowsDirectories({ host, icacls: (args) => run(win32.join(system32, 'icacls.exe'), args) }),
    processIdentity: (pid) => host.process(pid),
  };
};
