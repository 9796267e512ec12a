/**
 * `npm run simulate`: a fleet of virtual agents in virtual time, paced by the product's own code. Prints what that loads and
 * costs, and fails when a target is missed.
 */
import { runCommand } from '../../lib/command-line.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { REGION } from './prices.ts';
import { costTable, restartTable, targetTable } from './report.ts';
import { simulate } from './simulate.ts';
import { isMet } from './targets.ts';

const COST_SIZES = [10, 50, 1_000, 100_000, 1_000_000];

const report = ({ devices, seed }: Options): boolean => {
  const { idle, checks, restarts } = simulate({ devices, seed });
  console.log(`${devices.toLocaleString('en-US')} devices, 5 % of them active, seed ${seed}\n`);
  console.log(`${targetTable(checks)}\n`);
  console.log(`${restartTable(restarts)}\n`);
  // What a handful of devices do says little of a million.
  const sizes = [...new Set([...COST_SIZES.filter((size) => size <= 100 * devices), devices])].sort((a, b) => a - b);
  console.log(`${costTable(idle, devices, sizes)}\n\nList prices of ${REGION}.`);
  return checks.every(isMet);
};

process.exitCode = await runCommand(USAGE, readOptions, (options) => (report(options) ? 0 : 1));
