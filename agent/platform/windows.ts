/** Windows: boot id through PowerShell, restart through `shutdown.exe`, messages through `msg.exe`, choices through `message-box.ts`. */
import { win32 } from 'node:path';
import { plainText } from '../text.ts';
import { type CommandOptions, type RunCommand, runCommand } from './command.ts';
import { launch as launchProgram } from './launch.ts';
import { askInMessageBox, confirmInMessageBox } from './message-box.ts';
import type { Boot, Platform } from './platform.ts';
import { rustdeskId } from './rustdesk.ts';
import { serialNumber } from './serial-number.ts';

/**
 * The boot's identity is when `wininit.exe`, of which each boot starts one, was started. Not `LastBootUpTime`: that is the
 * clock less the time since the start, so it moves when the clock is set, and would "prove" a restart that never was.
 */
const BOOT = `$ErrorActionPreference = 'Stop'
$first = Get-CimInstance Win32_Process -Filter "Name = 'wininit.exe'" | Sort-Object CreationDate | Select-Object -First 1
$first.CreationDate.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")`;

const processStart = (pid: number): string => `$ErrorActionPreference = 'Stop'
$process = Get-CimInstance Win32_Process -Filter "ProcessId = ${Math.trunc(pid)}"
if ($process) { $process.CreationDate.ToUniversalTime().ToString('o') }`;

const SERIAL_NUMBER = `$ErrorActionPreference = 'Stop'
(Get-CimInstance Win32_BIOS).SerialNumber`;

const POWERSHELL_TIMEOUT_MS = 60_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** "Application: maintenance (planned)", for the event log. */
const REASON = 'p:4:1';

export const windows = (
  run: RunCommand = runCommand,
  env: NodeJS.ProcessEnv = process.env,
  launch = launchProgram,
): Platform => {
  // Full paths: Windows would look for the program in the current directory first.
  const system32 = win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32');
  const programFiles = env['ProgramFiles'] ?? 'C:\\Program Files';
  const powershell = (script: string, options: CommandOptions = {}) =>
    run(
      win32.join(system32, 'WindowsPowerShell\\v1.0\\powershell.exe'),
      ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-Command', script],
      { timeoutMs: POWERSHELL_TIMEOUT_MS, ...options },
    );
  // PowerShell takes a second to start, and the answer cannot change while this process lives.
  let known: Boot | undefined;

  return {
    name: 'windows',
    boot: async () => {
      if (known) return known;
      const [started, bootedAt] = (await powershell(BOOT)).trim().split(/\s+/);
      if (!started || !bootedAt || !TIME.test(started) || !TIME.test(bootedAt)) {
        throw new Error('PowerShell does not say when the system started.');
      }
      known = { bootId: `wininit-${started}`, bootedAt };
      return known;
    },
    restart: async ({ force }) => {
      const args = ['/r', '/t', '0', ...(force ? ['/f'] : []), '/d', REASON];
      await run(win32.join(system32, 'shutdown.exe'), args);
    },
    abortRestart: async () => {
      await run(win32.join(system32, 'shutdown.exe'), ['/a']).catch(() => undefined);
    },
    notify: async (text) => {
      // By its input: an argument that begins with a slash would be an option.
      await run(win32.join(system32, 'msg.exe'), ['*'], { input: plainText(text) }).catch(() => undefined);
    },
    ask: (question, signal) => askInMessageBox(powershell, question, signal),
    confirm: (question, signal) => confirmInMessageBox(powershell, question, signal),
    openLink: async (link) => {
      // A session with a screen has a name. What SYSTEM opens, nobody sees.
      if (!env['SESSIONNAME']) return false;
      // Not `start`, which is the shell's own, and would take `&` in a link for the next command.
      return launch(win32.join(system32, 'rundll32.exe'), ['url.dll,FileProtocolHandler', link]);
    },
    rustdeskId: () => rustdeskId(run, [win32.join(programFiles, 'RustDesk\\rustdesk.exe')]),
    serialNumber: () => serialNumber(() => powershell(SERIAL_NUMBER)),
    closeDirectory: async (path) => {
      // What is below ProgramData can be read by everybody. Named by their ids, since names are translated: the system,
      // the administrators, and whoever owns a file.
      const accounts = ['*S-1-5-18', '*S-1-5-32-544', '*S-1-3-4'].flatMap((sid) => ['/grant:r', `${sid}:(OI)(CI)F`]);
      await run(win32.join(system32, 'icacls.exe'), [path, '/inheritance:r', ...accounts]);
    },
    processIdentity: async (pid) => (await powershell(processStart(pid))).trim() || undefined,
  };
};
