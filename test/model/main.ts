/**
 * `npm run model`: a million random steps over both lifecycles, unless said otherwise. Ends with 1 at a difference, and
 * where a transition was never reached. With `--stack`, callers at once on a local stack of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../infra/local/stack.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { runCommand } from '../../lib/command-line.ts';
import { startTeamViewerFake } from '../fakes/teamviewer/fake.ts';
import { WORKERS } from '../integration/support/stack.ts';
import { model as assistance } from './assistance-model.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { model as restarts } from './restart-model.ts';
import { explore, type Model } from './run.ts';
import { onboard, StackRun } from './stack/stack-run.ts';

// Most calls are refused, and each refusal is an error: their stacks would take a quarter of the time.
Error.stackTraceLimit = 1;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1000);

/** @returns whether all is well */
const run = async <Step>(name: string, model: Model<Step>, { commands, seed }: Options): Promise<boolean> => {
  const began = performance.now();
  const { difference, coverage, commands: done } = await explore(model, { commands: commands / 2, seed });
  if (difference !== undefined) print(difference);
  const verdict = difference === undefined ? 'no difference' : 'a difference';
  print(`${name}: ${done} commands in ${secondsSince(began)} s: ${verdict}`);
  for (const [transition, count] of coverage.counts) print(`${String(count).padStart(10)}  ${transition}`);
  const missing = coverage.rarerThan(1);
  if (missing.length > 0) print(`never reached: ${missing.join(', ')}`);
  return difference === undefined && missing.length === 0;
};

/** @returns whether all is well */
const runStack = async ({ commands, seed }: Options): Promise<boolean> => {
  const dir = mkdtempSync(join(tmpdir(), 'remote-assist-model-'));
  const assemblyDir = join(dir, 'assembly');
  await synthesize(assemblyDir);
  const fake = await startTeamViewerFake();
  const env = { TEAMVIEWER_API_URL: fake.apiUrl, TEAMVIEWER_LOGIN_URL: fake.loginUrl };
  const options = { dataDir: join(dir, 'data'), port: 0, schedules: false, firstRetryMs: 20, workers: WORKERS, env };
  const stack = await startLocalStack({ assemblyDir, ...options });
  const began = performance.now();
  try {
    await onboard(stack, fake);
    const { calls, rounds, unanswered } = await new StackRun(stack, fake, seed).run(commands);
    print(
      `${calls} calls in ${rounds} rounds, ${unanswered} of them without an answer, in ${secondsSince(began)} s: no difference`,
    );
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    print(error.stack ?? error.message);
    return false;
  } finally {
    await stack.stop();
    await fake.stop();
    rmSync(dir, { recursive: true, force: true });
  }
};

const main = async (options: Options): Promise<number> => {
  print(`seed ${options.seed}`);
  const well = options.stack
    ? [await runStack(options)]
    : [await run('restarts', restarts, options), await run('assistance', assistance, options)];
  return well.every(Boolean) ? 0 : 1;
};

process.exit(await runCommand(USAGE, readOptions, main));
