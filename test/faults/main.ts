/**
 * `npm run faults`: has every fault befall every call that a function makes to AWS, each in turn or many at once, and says
 * whether it was survived. Ends with 1 where one was not, where the call that was to suffer was not made, or where a
 * function may make a call that no scenario has it make.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../lib/command-line.ts';
import { synthesize } from '../../local/synthesize.ts';
import { type Bench, openBench } from './bench.ts';
import type { CellResult } from './cell.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { outboxHolds } from './outbox.ts';
import type { Recording } from './plan.ts';
import { allAtOnce, eachDeath, eachInTurn, playAll, type Run, record } from './runs.ts';
import { table } from './table.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const runsOf = (recording: Recording, options: Options): Run[] => {
  const { atOnce, deaths, seed } = options;
  if (deaths) return eachDeath(recording, options);
  if (atOnce === undefined) return eachInTurn(recording, options);
  return Array.from({ length: atOnce }, (_, round) => allAtOnce(recording, seed + round, options)).flat();
};

const wasMissed = ({ failure, fallen }: CellResult): boolean => failure === undefined && fallen.length === 0;

const fireAtOutbox = async (bench: Bench, creates: number, seed: number): Promise<number> => {
  const { crashes, throttles, committed, seen, deliveries } = await outboxHolds(bench, creates, seed);
  say(`${creates} creates, ${crashes} crashes, ${throttles} throttles`);
  say(`${committed} changes committed, ${seen} seen, in ${deliveries} deliveries`);
  return 0;
};

const main = async (options: Options): Promise<number> => {
  const dir = mkdtempSync(join(tmpdir(), 'remote-assist-faults-'));
  const assemblyDir = join(dir, 'assembly');
  await synthesize(assemblyDir);
  const fresh = () => openBench(assemblyDir);
  const count = options.outbox === undefined ? options.stacks : 1;
  const benches = await Promise.all(Array.from({ length: count }, fresh));
  try {
    const [first] = benches;
    if (!first) throw new Error('no stack');
    if (options.outbox !== undefined) return await fireAtOutbox(first, options.outbox, options.seed);
    const { recording, notCalled } = await record(first, options);
    for (const grant of notCalled) say(`ALLOWED, and not called in any scenario: ${grant}`);
    const runs = runsOf(recording, options);
    if (runs.length === 0) {
      say('No scenario makes such a call.');
      return 1;
    }
    const start = performance.now();
    const results = await playAll(runs, benches, fresh, say);
    say(table(results));
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    // Otherwise some are to fall on calls that are made in some runs only.
    const missed = options.atOnce === undefined && !options.deaths ? results.filter(wasMissed).length : 0;
    if (missed > 0) say(`${missed} runs in which the call was not made`);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    say(`${results.length} runs in ${seconds} s, ${failed} not survived`);
    return failed + missed + notCalled.length > 0 ? 1 : 0;
  } finally {
    await Promise.all(benches.map((bench) => bench.remove()));
    rmSync(dir, { recursive: true, force: true });
  }
};

process.exit(await runCommand(USAGE, readOptions, main));
