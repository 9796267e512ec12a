/**
 * Windows: a scheduled task that starts with the PC, as SYSTEM. Not a service: `sc.exe` would register `node.exe`, which
 * does not answer the service manager and is killed after 30 seconds (error 1053), and a wrapper is something to install.
 * The task is looked after every 5 minutes, and another start of what runs is ignored; so it also comes back when killed.
 */
import { win32 } from 'node:path';
import { type Installation, type Installer, PROGRAM, serviceCommand } from './plan.ts';

const NAME = 'remote-assist-agent';

const xml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** As `CommandLineToArgvW` takes it apart. */
const argument = (text: string): string =>
  text !== '' && !/[\s"]/.test(text) ? text : `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;

const definition = (program: string, installation: Installation): string => {
  const [node = '', ...args] = serviceCommand(program, installation);
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Remote assistance and restart agent</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger><Enabled>true</Enabled></BootTrigger>
    <TimeTrigger>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Repetition><Interval>PT5M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="System"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions Context="System">
    <Exec>
      <Command>${xml(node)}</Command>
      <Arguments>${xml(args.map(argument).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
};

/** @param env has the system's own folders */
export const scheduledTask = (env: NodeJS.ProcessEnv): Installer => {
  const folder = win32.join(env['ProgramFiles'] ?? 'C:\\Program Files', 'remote-assist');
  const program = win32.join(folder, PROGRAM);
  const task = win32.join(folder, 'task.xml');
  const file = win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'schtasks.exe');
  const schtasks = (...args: string[]) => ({ do: 'run', file, args }) as const;

  return {
    defaultLogFile: (stateDir) => win32.join(stateDir, 'logs', 'agent.log'),
    install: (installation) => [
      { do: 'make', directory: installation.stateDir },
      { do: 'copy', from: installation.source, to: program },
      { do: 'write', path: task, text: definition(program, installation), encoding: 'utf16le' },
      // An earlier version that runs; it cannot be replaced while it does.
      { ...schtasks('/End', '/TN', NAME), mayFail: true },
      schtasks('/Create', '/F', '/TN', NAME, '/XML', task),
      schtasks('/Run', '/TN', NAME),
    ],
    uninstall: ({ stateDir, logFile, purge }) => [
      { ...schtasks('/End', '/TN', NAME), mayFail: true },
      { ...schtasks('/Delete', '/F', '/TN', NAME), mayFail: true },
      { do: 'remove', path: folder },
      ...(purge ? ([win32.dirname(logFile), stateDir] as const).map((path) => ({ do: 'remove', path }) as const) : []),
    ],
  };
};
