/**
 * `npm run load`: agents that poll, ask for help and restart, and admins who answer and order, all at once against a local
 * stack of its own, each request timed from when it was meant to start. Prints what it found, draws latency over time, and
 * fails where a target is missed or the run cannot be trusted; see docs/performance.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../lib/command-line.ts';
import { synthesize } from '../../local/synthesize.ts';
import { table } from '../bench/figure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { faultList, functionTable, operationTable } from './report.ts';
import { pictureOf } from './run-picture.ts';
import { runLoadOnOwnStack } from './start.ts';
import { verdicts } from './verdicts.ts';

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const load = async (options: Options, folder: string): Promise<boolean> => {
  const { seconds, rate, devices, seed, picture } = options;
  const assemblyDir = join(folder, 'assembly');
  note('Synthesizing the stack …');
  await synthesize(assemblyDir);
  const run = await runLoadOnOwnStack(assemblyDir, join(folder, 'data'), options, note);
  mkdirSync(dirname(picture), { recursive: true });
  writeFileSync(picture, pictureOf(run));
  const figures = verdicts(run);
  console.log(`${seconds / 60} minutes, ${rate} a second at ${devices} agents, seed ${seed}\n`);
  console.log(`${table(figures)}\n\n${operationTable(run)}\n\n${functionTable(run)}`);
  if (run.recorder.faults.size > 0) console.log(`\n${faultList(run)}`);
  note(`The picture is in ${picture}.`);
  const failing = figures.filter(({ verdict }) => verdict === 'MISSED' || verdict === 'noisy');
  if (failing.length > 0) note(`${failing.length} missed, or not to be told from a run like this.`);
  return failing.length === 0;
};

process.exitCode = await runCommand(USAGE, readOptions, async (options) => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-load-'));
  try {
    return (await load(options, folder)) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
