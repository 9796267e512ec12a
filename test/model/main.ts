/** `npm run model [-- --commands N] [--seed S]`: a million random steps, unless said otherwise. Ends with 1 at a difference. */
import { parseArgs } from 'node:util';
import { findDifference } from './run.ts';

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

process.stdout.write(`seed ${seed}\n`);
const began = performance.now();
const difference = await findDifference({ commands, seed });
process.stdout.write(difference === undefined ? '' : `${difference}\n`);
const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(
  `${commands} commands in ${seconds} s: ${difference === undefined ? 'no difference' : 'a difference'}\n`,
);
process.exit(difference === undefined ? 0 : 1);
