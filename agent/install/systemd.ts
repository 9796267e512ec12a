/** Linux: a systemd unit for what the agent's own command installs; the Debian package brings its own. */
import { posix } from 'node:path';
import { type Installation, type Installer, installedName, removeProgram, serviceCommand } from './plan.ts';
import { UNIT_NAME, unit, unitWord } from './unit.ts';

const UNIT = `/etc/systemd/system/${UNIT_NAME}`;
const FOLDER = '/usr/local/lib/remote-assist';

const targetOf = ({ program }: Installation): string =>
  posix.join(FOLDER, installedName(program, 'remote-assist-agent'));

const unitOf = (installation: Installation): string => {
  const writable = [installation.stateDir, posix.dirname(installation.logFile)];
  const command = serviceCommand(targetOf(installation), installation).map(unitWord).join(' ');
  return unit(command, [`ReadWritePaths=${[...new Set(writable)].map(unitWord).join(' ')}`]);
};

const systemctl = (...args: string[]) => ({ do: 'run', file: 'systemctl', args }) as const;

export const systemd: Installer = {
  defaultLogFile: () => '/var/log/remote-assist/agent.log',
  install: (installation) => [
    { do: 'make', directory: installation.stateDir },
    { do: 'make', directory: posix.dirname(installation.logFile) },
    { do: 'copy', from: installation.program.source, to: targetOf(installation) },
    { do: 'write', path: UNIT, text: unitOf(installation) },
    systemctl('daemon-reload'),
    systemctl('enable', UNIT_NAME),
    // Also when an earlier version runs.
    systemctl('restart', UNIT_NAME),
  ],
  uninstall: () => [
    { ...systemctl('disable', '--now', UNIT_NAME), mayFail: true },
    { do: 'remove', path: UNIT },
    systemctl('daemon-reload'),
    ...removeProgram(FOLDER, 'remote-assist-agent'),
  ],
};
