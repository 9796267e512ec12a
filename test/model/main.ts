/**
 * `npm run model`: a million random steps over both lifecycles, unless said otherwise. Ends with 1 at a difference, and
 * where a transition was never reached. With `--stack`, callers at once on a local stack of its own; with `--planted` too,
 * whether bugs that are planted into that stack are found.
 */
import { runCommand } from '../../lib/command-line.ts';
import { model as assistance } from './assistance-model.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { model as restarts } from './restart-model.ts';
import { explore, type Model } from './run.ts';
import { lookForPlanted, runOnStack } from './stack/command.ts';

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

const main = async (options: Options): Promise<number> => {
  print(`seed ${options.seed}`);
  if (options.planted) return (await lookForPlanted(options, print)) ? 0 : 1;
  if (options.stack) return (await runOnStack(options, print)) ? 0 : 1;
  const well = [await run('restarts', restarts, options), await run('assistance', assistance, options)];
  return well.every(Boolean) ? 0 : 1;
};

process.exit(await runCommand(USAGE, readOptions, main));
