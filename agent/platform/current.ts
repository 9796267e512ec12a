/** The adapter for the system that the agent runs on. */
import type { Log } from '../log.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { runCommand } from './command.ts';
import { linux } from './linux.ts';
import { macos } from './macos.ts';
import { hostBeside, nativeHost } from './native-host.ts';
import type { Platform } from './platform.ts';
import { windows } from './windows.ts';

/**
 * @param agent the agent's own program
 * @throws Refusal on a system that the agent has no adapter for
 */
export const currentPlatform = (name: NodeJS.Platform, agent: string, log?: Pick<Log, 'warn'>): Platform => {
  if (name === 'linux') return linux();
  if (name === 'win32') {
    const warn = (what: string, problem: unknown) => log?.warn(what, { problem: reasonOf(problem) });
    return windows({ host: nativeHost(runCommand, hostBeside(agent)), warn });
  }
  if (name === 'darwin') return macos();
  throw new Refusal(`The agent does not run on ${name}.`);
};
