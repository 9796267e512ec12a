/**
 * Windows, where the agent is installed by its own command: a scheduled task that starts with the PC, as SYSTEM. The MSI package
 * has a service in its place. The task is looked after every 5 minutes, and another start of what runs is ignored; so it also
 * comes back when killed.
 */
import { win32 } from 'node:path';
import { HOST_PROGRAM, hostBeside } from '../platform/native-host.ts';
import { type Installation, type Installer, installedName, removeProgram, type Step, serviceCommand } from './plan.ts';

const NAME = 'remote-assist-agent';

const xml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** As `CommandLineToArgvW` takes it apart. */
const argument = (text: string): string =>
  text !== '' && !/[\s"]/.test(text) ? text : `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;

const definition = (installed: string, installation: Installation): string => {
  const [command = '', ...args] = serviceCommand(installed, installation);
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
      <Command>${xml(command)}</Command>
      <Arguments>${xml(args.map(argument).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
};

/** @param env has the system's own folders */
export const scheduledTask = (env: NodeJS.ProcessEnv): Installer => {
  const folder = win32.join(env['ProgramFiles'] ?? 'C:\\Program Files', 'remote-assist');
  const targetOf = ({ program }: Installation) => win32.join(folder, installedName(program, 'remote-assist-agent.exe'));
  const task = win32.join(folder, 'task.xml');
  const file = win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'schtasks.exe');
  const schtasks = (...args: string[]) => ({ do: 'run', file, args }) as const;
  const forget: Step[] = [
    { ...schtasks('/End', '/TN', NAME), mayFail: true },
    { ...schtasks('/Delete', '/F', '/TN', NAME), mayFail: true },
  ];

  return {
    defaultLogFile: (stateDir) => win32.join(stateDir, 'logs', 'agent.log'),
    install: (installation) => [
      { do: 'make', directory: installation.stateDir },
      // An earlier version: its program cannot be replaced while it runs, and a task that was just ended may ignore a start
      // until its next turn, which one that is registered anew does not.
      ...forget,
      { do: 'copy', from: installation.program.source, to: targetOf(installation) },
      { do: 'copy', from: hostBeside(installation.program.source), to: hostBeside(targetOf(installation)) },
      { do: 'write', path: task, text: definition(targetOf(installation), installation), encoding: 'utf16le' },
      schtasks('/Create', '/F', '/TN', NAME, '/XML', task),
      schtasks('/Run', '/TN', NAME),
    ],
    uninstall: () => [...forget, ...removeProgram(folder, 'remote-assist-agent.exe', HOST_PROGRAM, 'task.xml')],
  };
};
