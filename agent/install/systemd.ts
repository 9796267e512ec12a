/**
 * Linux: a systemd unit. It runs as root, since it restarts the machine and shows dialogs on other people's screens, and is
 * given nothing beyond that. What is left out on purpose: `PrivateTmp` and `ProtectHome=yes` hide the sockets of X11 and
 * Wayland; `PrivateDevices` the terminals that `wall` writes to; `MemoryDenyWriteExecute` stops Node's compiler.
 */
import { posix } from 'node:path';
import { type Installation, type Installer, installedName, removeProgram, serviceCommand } from './plan.ts';

const NAME = 'remote-assist-agent.service';
const UNIT = `/etc/systemd/system/${NAME}`;
const FOLDER = '/usr/local/lib/remote-assist';

const targetOf = ({ program }: Installation): string =>
  posix.join(FOLDER, installedName(program, 'remote-assist-agent'));

/** In double quotes, with what systemd would replace doubled. */
const word = (text: string): string =>
  /^[\w./:=+@,-]+$/.test(text)
    ? text
    : `"${text.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\$/g, '$$$$')}"`;

const unit = (installation: Installation): string => {
  const writable = [installation.stateDir, posix.dirname(installation.logFile)];
  return `[Unit]
Description=Remote assistance and restart agent
Wants=network-online.target
After=network-online.target
# Tried again for ever: a PC that nobody can reach is what this is against.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${serviceCommand(targetOf(installation), installation).map(word).join(' ')}
Restart=always
RestartSec=30
# A restart that is waiting is on the disk, and goes on with the next start.
TimeoutStopSec=60
UMask=0077
# For the socket through which other accounts of this PC ask for help.
RuntimeDirectory=remote-assist
RuntimeDirectoryMode=0755

NoNewPrivileges=yes
# To restart (and ask who may), to become the person whose screen shows a dialog and to end it, to write to terminals.
CapabilityBoundingSet=CAP_SYS_BOOT CAP_SETUID CAP_SETGID CAP_KILL CAP_DAC_OVERRIDE
ProtectSystem=strict
ReadWritePaths=${[...new Set(writable)].map(word).join(' ')}
ProtectHome=read-only
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
};

const systemctl = (...args: string[]) => ({ do: 'run', file: 'systemctl', args }) as const;

export const systemd: Installer = {
  defaultLogFile: () => '/var/log/remote-assist/agent.log',
  install: (installation) => [
    { do: 'make', directory: installation.stateDir },
    { do: 'make', directory: posix.dirname(installation.logFile) },
    { do: 'copy', from: installation.program.source, to: targetOf(installation) },
    { do: 'write', path: UNIT, text: unit(installation) },
    systemctl('daemon-reload'),
    systemctl('enable', NAME),
    // Also when an earlier version runs.
    systemctl('restart', NAME),
  ],
  uninstall: () => [
    { ...systemctl('disable', '--now', NAME), mayFail: true },
    { do: 'remove', path: UNIT },
    systemctl('daemon-reload'),
    ...removeProgram(FOLDER, 'remote-assist-agent'),
  ],
};
