/** Which way the agent is installed on which kind of system. */
import type { Platform } from '../platform/platform.ts';
import { launchd } from './launchd.ts';
import type { Installer } from './plan.ts';
import { scheduledTask } from './scheduled-task.ts';
import { systemd } from './systemd.ts';

/** @param env has the system's own folders */
export const installerFor = (name: Platform['name'], env: NodeJS.ProcessEnv): Installer => {
  if (name === 'windows') return scheduledTask(env);
  return name === 'linux' ? systemd : launchd;
};
