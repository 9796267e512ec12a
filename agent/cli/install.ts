/** `install`: makes the agent a part of the system that starts with it, or shows what that would do. */
import { resolve } from 'node:path';
import { carryOutAll } from '../install/carry-out.ts';
import { installerFor } from '../install/installers.ts';
import { describeStep, type Step } from '../install/plan.ts';
import { added, type InstallRecord, NOTHING_MADE, recordFile } from '../install/record.ts';
import { foundIn, keepingOf } from '../network/keeping.ts';
import { runCommand } from '../platform/command.ts';
import { Refusal } from '../refusal.ts';
import { certificatesPath, networkFile } from '../state/network-file.ts';
import { makeStateDir } from '../state/state-dir.ts';
import { type OptionsOf, wholeNumber } from './arguments.ts';
import type { Context } from './context.ts';
import { givenByOptions } from './network.ts';

export const printSteps = (context: Context, steps: readonly Step[]): void => {
  for (const step of steps) context.print(describeStep(step));
};

const perform = async (context: Context, steps: readonly Step[], logFile: string): Promise<void> => {
  const { stateDir } = context;
  const platform = context.platform();
  const record = recordFile(stateDir);
  const remember = async (more: Partial<InstallRecord>): Promise<void> => {
    await record.write(added((await record.read()) ?? NOTHING_MADE, more));
  };
  const makeDirectory = async (path: string): Promise<void> => {
    // Groups of the system may write to where logs are, and no secret is among them.
    if (path !== stateDir) await platform.makeDirectory(path);
    else await makeStateDir(path, platform).then(() => remember({ logFiles: [logFile] }));
  };
  const made = (directories: readonly string[]) => remember({ directories });
  await carryOutAll(steps, { run: runCommand, makeDirectory, made, left: () => undefined });
};

/** What keeps the proxy and the certificates for the service, which has neither this environment nor these options. */
const networkSteps = async ({ stateDir, env }: Context, options: OptionsOf<'install'>): Promise<Step[]> => {
  const file = networkFile(stateDir);
  // Only shown, by an account that may not read it.
  const kept = await file.read().catch((error: unknown) => {
    if (options.print) return undefined;
    throw error;
  });
  const copy = certificatesPath(stateDir);
  const keeping = keepingOf(kept ?? {}, { ...foundIn(env, kept ?? {}), ...givenByOptions(options) }, copy);
  if (!keeping) return [];
  const { settings, certificates, shown } = keeping;
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  const words = shown.proxy ?? 'where the certificates lie';
  return [
    ...(certificates === undefined
      ? []
      : [{ do: 'keep', path: copy, text: certificates, shown: shown.ca ?? '' } as const]),
    { do: 'keep', path: file.path, text, shown: words },
  ];
};

export const install = async (context: Context, options: OptionsOf<'install'>): Promise<void> => {
  const { stateDir, program, env, tell } = context;
  const installer = installerFor(context.platform().name, env);
  const most = options['max-restarts-per-day'];
  const range = { min: 1, max: 100, fallback: 0 };
  const budget = wholeNumber(most, 'max-restarts-per-day', range) ? ['--max-restarts-per-day', `${most}`] : [];
  if (!options.print && program.node !== undefined && !program.source.endsWith('.cjs')) {
    throw new Refusal('Only what "npm run build:agent" builds can be installed: run that, and the file that it made.');
  }
  const logFile = options['log-file'] ? resolve(options['log-file']) : installer.defaultLogFile(stateDir);
  const [makesState, ...others] = installer.install({ program, stateDir, logFile, options: budget });
  const steps = [...(makesState ? [makesState] : []), ...(await networkSteps(context, options)), ...others];
  if (options.print) return printSteps(context, steps);
  await perform(context, steps, logFile);
  tell('Installed. Where the device is not enrolled yet: run "enroll", and the agent begins within a minute.');
};
