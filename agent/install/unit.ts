/**
 * The systemd unit. The agent runs as root, since it restarts the machine and shows dialogs on other people's screens, and is
 * given nothing beyond that. What is left out on purpose: `PrivateTmp` and `ProtectHome=yes` hide the sockets of X11 and
 * Wayland; `PrivateDevices` the terminals that `wall` writes to; `MemoryDenyWriteExecute` stops Node's compiler.
 */

export const UNIT_NAME = 'remote-assist-agent.service';

/** In double quotes, with what systemd would replace doubled. */
export const unitWord = (text: string): string =>
  /^[\w./:=+@,-]+$/.test(text)
    ? text
    : `"${text.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\$/g, '$$$$')}"`;

/**
 * @param command as the unit has it, its words quoted
 * @param directories the lines by which it may write where it must
 */
export const unit = (command: string, directories: readonly string[]): string => `[Unit]
Description=Remote assistance and restart agent
Wants=network-online.target
After=network-online.target
# Tried again for ever: a PC that nobody can reach is what this is against.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${command}
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
${directories.join('\n')}
# Out of a provision.json there the agent takes the token once it was used.
ReadWritePaths=-/etc/remote-assist
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
