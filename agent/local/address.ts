/** Where the agent that runs listens for the other accounts of this PC, and where each of them keeps its own side. */
import { createHash } from 'node:crypto';
import { posix, resolve, win32 } from 'node:path';

/** One for each state directory, so that a second agent on a PC has its own. */
export const socketAddress = (platform: NodeJS.Platform, stateDir: string): string => {
  const path = platform === 'win32' ? stateDir.toLowerCase() : resolve(stateDir);
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\remote-assist-${name}`;
  return `${platform === 'darwin' ? '/var/run' : '/run'}/remote-assist/${name}.sock`;
};

/** The account's own directory for what a program keeps. */
export const accountDir = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string => {
  if (platform === 'win32') {
    return win32.join(env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'), 'remote-assist');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'remote-assist');
  return posix.join(env['XDG_STATE_HOME'] ?? posix.join(home, '.local', 'state'), 'remote-assist');
};
