/**
 * `npm run model [-- --commands N] [--seed S]`: a million random steps over both lifecycles, unless said otherwise. Ends
 * with 1 at a difference, and where a transition was never reached.
 */
import { parseArgs } from 'node:util';
import { model as assistance } from './assistance-model.ts';
import { model as restarts } from './restart-model.ts';
import { explore, type Model } from './run.ts';

const { values } = parseArgs({
  options: {
    commands: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});

const commands = Number(values.commands);
const seed = Number(values.seed);
if (!Number.isSafeInteger(commands) || !Number.isSafeInteger(seed))
  throw new Error('--commands and --seed are whole numbers');

// Most calls are refused, and each refusal is an error: their stacks would take a quarter of the time.
Error.stackTraceLimit = 1;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns whether all is well */
const run = async <Step>(name: string, model: Model<Step>): Promise<boolean> => {
  const began = performance.now();
  const { difference, coverage, commands: done } = await explore(model, { commands: commands / 2, seed });
  if (difference !== undefined) print(difference);
  const seconds = Math.round((performance.now() - began) / 1000);
  print(`${name}: ${done} commands in ${seconds} s: ${difference === undefined ? 'no difference' : 'a difference'}`);
  for (const [transition, count] of coverage.counts) print(`${String(count).padStart(10)}  ${transition}`);
  const missing = coverage.rarerThan(1);
  if (missing.length > 0) print(`never reached: ${missing.join(', ')}`);
  return difference === undefined && missing.length === 0;
};

print(`seed ${seed}`);
const well = [await run('restarts', restarts), await run('assistance', assistance)];
process.exit(well.every(Boolean) ? 0 : 1);
