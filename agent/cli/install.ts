/** `install` and `uninstall`: makes the agent a part of the system that starts with it, or shows what that would do. */
import { resolve } from 'node:path';
import { carryOutAll } from '../install/carry-out.ts';
import { launchd } from '../install/launchd.ts';
import { describeStep, type Installer, type Step } from '../install/plan.ts';
import { scheduledTask } from '../install/scheduled-task.ts';
import { systemd } from '../install/systemd.ts';
import { runCommand } from '../platform/command.ts';
import type { Platform } from '../platform/platform.ts';
import { Refusal } from '../refusal.ts';
import { makeStateDir } from '../state/state-dir.ts';
import { type OptionsOf, wholeNumber } from './arguments.ts';
import type { Context } from './context.ts';

const installerFor = (name: Platform['name'], env: NodeJS.ProcessEnv): Installer => {
  if (name === 'windows') return scheduledTask(env);
  return name === 'linux' ? systemd : launchd;
};

const perform = async (context: Context, steps: readonly Step[], print: boolean): Promise<void> => {
  if (print) for (const step of steps) context.print(describeStep(step));
  else {
    const platform = context.platform();
    // Groups of the system may write to where logs are, and no secret is among them.
    const makeDirectory = async (path: string): Promise<void> => {
      if (path === context.stateDir) await makeStateDir(path, platform);
      else await platform.makeDirectory(path);
    };
    await carryOutAll(steps, { run: runCommand, makeDirectory });
  }
};

export const install = async (context: Context, options: OptionsOf<'install'>): Promise<void> => {
  const { stateDir, program, env, tell } = context;
  const installer = installerFor(context.platform().name, env);
  const most = options['max-restarts-per-day'];
  const range = { min: 1, max: 100, fallback: 0 };
  const budget = wholeNumber(most, 'max-restarts-per-day', range) ? ['--max-restarts-per-day', `${most}`] : [];
  const print = options.print ?? false;
  if (!print && program.node !== undefined && !program.source.endsWith('.cjs')) {
    throw new Refusal('Only what "npm run build:agent" builds can be installed: run that, and the file that it made.');
  }
  const logFile = options['log-file'] ? resolve(options['log-file']) : installer.defaultLogFile(stateDir);
  await perform(context, installer.install({ program, stateDir, logFile, options: budget }), print);
  if (!print)
    tell('Installed. Where the device is not enrolled yet: run "enroll", and the agent begins within a minute.');
};

export const uninstall = async (context: Context, options: OptionsOf<'uninstall'>): Promise<void> => {
  const { stateDir, env, tell } = context;
  const installer = installerFor(context.platform().name, env);
  const logFile = options['log-file'] ? resolve(options['log-file']) : installer.defaultLogFile(stateDir);
  const purge = options.purge ?? false;
  await perform(context, installer.uninstall({ stateDir, logFile, purge }), options.print ?? false);
  if (!options.print) tell(`Uninstalled.${purge ? '' : ` What the device knows is kept in ${stateDir}.`}`);
};
