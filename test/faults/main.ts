/**
 * `npm run faults [-- OPTIONS]` (`options.ts`): has every fault befall every call that a function makes to AWS, each in
 * turn, and says whether it was survived. Ends with 1 where one was not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../infra/local/synthesize.ts';
import { type Bench, openBench } from './bench.ts';
import { type Blow, type CellResult, recordScenario, runCell } from './cell.ts';
import { siteOf } from './moments.ts';
import { readOptions } from './options.ts';
import { outboxHolds } from './outbox.ts';
import { atOnce, inTurn, type Recording } from './plan.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { table } from './table.ts';

const options = readOptions(process.argv.slice(2));

const isWanted = ({ moment, fault }: Blow): boolean => {
  const site = siteOf(moment);
  const isSite = options.only === undefined || site === options.only || moment.function === options.only;
  const isNth = options.nth === undefined || moment.nth === options.nth;
  return isSite && isNth && (options.fault === undefined || fault === options.fault);
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const nameOf = ({ moment, fault }: Blow): string => `--only ${siteOf(moment)} --nth ${moment.nth} --fault ${fault}`;

type Run = { scenario: Scenario; blows: readonly Blow[]; result: CellResult };
type Job = Omit<Run, 'result'>;

/** Some jobs at a time, each on a stack that no other uses meanwhile. One on which something failed is not used again. */
const runAll = async (jobs: readonly Job[], benches: Bench[], fresh: () => Promise<Bench>): Promise<Run[]> => {
  const left = [...jobs];
  const runs: Run[] = [];
  await Promise.all(
    benches.map(async (_, index) => {
      for (let job = left.shift(); job; job = left.shift()) {
        const bench = benches[index] ?? (await fresh());
        const result = await runCell(bench, job.scenario, job.blows);
        runs.push({ ...job, result });
        if (result.failure === undefined) continue;
        say(`NOT SURVIVED ${job.scenario.name}: ${job.blows.map(nameOf).join('; ')}\n  ${result.failure}`);
        await bench.remove();
        benches[index] = await fresh();
      }
    }),
  );
  return runs;
};

const record = async (bench: Bench): Promise<Recording> => {
  const recording = new Map<Scenario, ReadonlyMap<string, number>>();
  for (const scenario of scenarios.filter(({ name }) => options.scenario === undefined || name === options.scenario)) {
    recording.set(scenario, await recordScenario(bench, scenario));
  }
  return recording;
};

/** What a role allows and no scenario calls. Lambda itself writes logs, and reads streams and queues. */
const notCalled = ({ stack }: Bench): string[] => {
  const names = new Map([...stack.model.functions.values()].map(({ roleArn, name }) => [roleArn, name]));
  const { granted, used } = stack.accessReport();
  const asText = ({ roleArn, action, resource }: (typeof granted)[number]) =>
    `${names.get(roleArn) ?? roleArn} ${action} ${resource.split(':').at(-1)}`;
  const wasUsed = new Set(used.map(asText));
  return granted
    .map(asText)
    .filter((grant) => names.size > 0 && !wasUsed.has(grant) && !/ logs:|Stream|GetRecords/.test(grant));
};

const jobsOf = (recording: Recording): Job[] =>
  options.atOnce === undefined
    ? inTurn(recording).map(({ scenario, blow }) => ({ scenario, blows: [blow] }))
    : Array.from({ length: options.atOnce }, (_, round) =>
        atOnce(recording, options.seed + round, options.fault),
      ).flat();

const fireAtOutbox = async (bench: Bench, creates: number): Promise<number> => {
  const { crashes, throttles, committed, seen, deliveries } = await outboxHolds(bench, creates, options.seed);
  say(`${creates} creates, ${crashes} crashes, ${throttles} throttles`);
  say(`${committed} changes committed, ${seen} seen, in ${deliveries} deliveries`);
  return 0;
};

const main = async (): Promise<number> => {
  const dir = mkdtempSync(join(tmpdir(), 'remote-assist-faults-'));
  const assemblyDir = join(dir, 'assembly');
  await synthesize(assemblyDir);
  const fresh = () => openBench(assemblyDir);
  const count = options.outbox === undefined ? options.stacks : 1;
  const benches = await Promise.all(Array.from({ length: count }, fresh));
  try {
    const [first] = benches;
    if (!first) throw new Error('no stack');
    if (options.outbox !== undefined) return await fireAtOutbox(first, options.outbox);
    const recording = await record(first);
    for (const grant of options.scenario === undefined ? notCalled(first) : []) {
      say(`allowed, and not called in any scenario: ${grant}`);
    }
    const jobs = jobsOf(recording)
      .map(({ scenario, blows }) => ({ scenario, blows: blows.filter(isWanted) }))
      .filter(({ blows }) => blows.length > 0);
    const start = performance.now();
    const runs = await runAll(jobs, benches, fresh);
    say(table(runs));
    const failed = runs.filter(({ result }) => result.failure !== undefined).length;
    say(`${runs.length} runs in ${((performance.now() - start) / 1000).toFixed(0)} s, ${failed} not survived`);
    return failed > 0 ? 1 : 0;
  } finally {
    await Promise.all(benches.map((bench) => bench.remove()));
    rmSync(dir, { recursive: true, force: true });
  }
};

process.exit(await main());
