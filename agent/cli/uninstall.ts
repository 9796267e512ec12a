/** `uninstall`: takes the agent away, with `--purge` also what the device knows, and nothing that the agent has not made. */
import { resolve } from 'node:path';
import { carryOutAll } from '../install/carry-out.ts';
import { installerFor } from '../install/installers.ts';
import { type Installer, purge } from '../install/plan.ts';
import { added, folderOf, type InstallRecord, NOTHING_MADE, recordFile } from '../install/record.ts';
import { runCommand } from '../platform/command.ts';
import { defaultStateDir } from '../state/state-dir.ts';
import type { OptionsOf } from './arguments.ts';
import type { Context } from './context.ts';
import { printSteps } from './install.ts';

/** What there is to purge: what installing wrote down, and what every installation has where it is usual. */
const toPurge = async (context: Context, installer: Installer, logFile: string | undefined): Promise<InstallRecord> => {
  const { stateDir, env, tell } = context;
  const usualLog = installer.defaultLogFile(stateDir);
  const usual = { directories: [folderOf(usualLog)], logFiles: [usualLog] };
  const isUsual = stateDir === defaultStateDir(process.platform, env);
  const record = await recordFile(stateDir).read();
  const logFiles = record?.logFiles ?? [];
  if (logFile !== undefined && logFiles.length > 0 && !logFiles.includes(logFile)) {
    tell(`The agent that was installed does not log to ${logFile}, but to ${logFiles.join(', ')}.`);
  }
  // One that an earlier version has installed is known by what the command line says alone.
  const given = logFile !== undefined && logFiles.length === 0 ? { logFiles: [logFile] } : {};
  return added(
    added(record ?? NOTHING_MADE, given),
    isUsual ? { ...usual, directories: [...usual.directories, stateDir] } : {},
  );
};

export const uninstall = async (context: Context, options: OptionsOf<'uninstall'>): Promise<void> => {
  const { stateDir, env, tell } = context;
  const installer = installerFor(context.platform().name, env);
  const logFile = options['log-file'] === undefined ? undefined : resolve(options['log-file']);
  const purged = options.purge ? purge(stateDir, await toPurge(context, installer, logFile)) : [];
  const steps = [...installer.uninstall(), ...purged];
  if (options.print) return printSteps(context, steps);
  const left = (paths: readonly string[]): void => {
    for (const path of paths) tell(`Left where it is, since the agent has not made it: ${path}`);
  };
  const none = async () => undefined;
  await carryOutAll(steps, { run: runCommand, makeDirectory: none, made: none, left });
  tell(`Uninstalled.${options.purge ? '' : ` What the device knows is kept in ${stateDir}.`}`);
};
