/** macOS: a launchd daemon, which starts with the Mac and is started again when it ends. */
import { posix } from 'node:path';
import { type Installation, type Installer, installedName, removeProgram, serviceCommand } from './plan.ts';

const LABEL = 'remote-assist-agent';
const PLIST = `/Library/LaunchDaemons/${LABEL}.plist`;
const FOLDER = '/usr/local/lib/remote-assist';

const targetOf = ({ program }: Installation): string =>
  posix.join(FOLDER, installedName(program, 'remote-assist-agent'));

const xml = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

const plist = (installation: Installation): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${serviceCommand(targetOf(installation), installation)
  .map((word) => `    <string>${xml(word)}</string>`)
  .join('\n')}
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><true/>
  <key>ThrottleInterval</key><integer>30</integer>
  <key>Umask</key><integer>63</integer>
</dict>
</plist>
`;

const launchctl = (...args: string[]) => ({ do: 'run', file: '/bin/launchctl', args }) as const;
const bootOut = { ...launchctl('bootout', `system/${LABEL}`), mayFail: true } as const;

export const launchd: Installer = {
  defaultLogFile: () => '/Library/Logs/remote-assist/agent.log',
  install: (installation) => [
    { do: 'make', directory: installation.stateDir },
    { do: 'make', directory: posix.dirname(installation.logFile) },
    { do: 'copy', from: installation.program.source, to: targetOf(installation) },
    { do: 'write', path: PLIST, text: plist(installation) },
    bootOut,
    launchctl('bootstrap', 'system', PLIST),
  ],
  uninstall: () => [bootOut, { do: 'remove', path: PLIST }, ...removeProgram(FOLDER, 'remote-assist-agent')],
};
