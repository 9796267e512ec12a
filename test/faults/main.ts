/**
 * `npm run faults [-- OPTIONS]` (`options.ts`): has every fault befall every call that a function makes to AWS, each in
 * turn, and says whether it was survived. Ends with 1 where one was not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../infra/local/synthesize.ts';
import { type Bench, openBench } from './bench.ts';
import { type Blow, type CellResult, recordScenario, runCell, runCellDrawn } from './cell.ts';
import { FAULTS } from './fault.ts';
import { siteOf } from './moments.ts';
import { readOptions } from './options.ts';
import { outboxHolds } from './outbox.ts';
import { drawing, inTurn, type Recording } from './plan.ts';
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

const textOf = ({ moment, fault }: Blow): string => `${siteOf(moment)} ${moment.nth} ${fault}`;
const optionsOf = ({ moment, fault }: Blow): string => `--only ${siteOf(moment)} --nth ${moment.nth} --fault ${fault}`;

/** One run of a scenario on a stack that it has to itself. */
type Run = {
  readonly scenario: Scenario;
  /** The options that make it again. */
  readonly again: string;
  play(bench: Bench): Promise<CellResult>;
};

/** Some at a time. A stack on which something failed is not used again. */
const playAll = async (runs: readonly Run[], benches: Bench[], fresh: () => Promise<Bench>): Promise<CellResult[]> => {
  const left = [...runs];
  const results: CellResult[] = [];
  await Promise.all(
    benches.map(async (_, index) => {
      for (let run = left.shift(); run; run = left.shift()) {
        const bench = benches[index] ?? (await fresh());
        const result = await run.play(bench);
        results.push(result);
        if (result.failure === undefined) continue;
        const fallen = result.fallen.map(textOf).join(', ');
        say(`NOT SURVIVED ${run.scenario.name}: ${run.again}\n  ${fallen}\n  ${result.failure}`);
        await bench.remove();
        benches[index] = await fresh();
      }
    }),
  );
  return results;
};

const chosen = scenarios.filter(({ name }) => options.scenario === undefined || name === options.scenario);

const record = async (bench: Bench): Promise<Recording> => {
  const recording = new Map<Scenario, ReadonlyMap<string, number>>();
  for (const scenario of chosen) recording.set(scenario, await recordScenario(bench, scenario));
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

const eachInTurn = async (bench: Bench): Promise<Run[]> => {
  const recording = await record(bench);
  for (const grant of options.scenario === undefined ? notCalled(bench) : []) {
    say(`allowed, and not called in any scenario: ${grant}`);
  }
  return inTurn(recording)
    .filter(({ blow }) => isWanted(blow))
    .map(({ scenario, blow }) => ({
      scenario,
      again: optionsOf(blow),
      play: (on) => runCell(on, scenario, [blow]),
    }));
};

const allAtOnce = (seed: number): Run[] =>
  chosen.map((scenario) => {
    const draw = drawing(seed, options.fault === undefined ? FAULTS : [options.fault]);
    const play = (on: Bench) =>
      runCellDrawn(on, scenario, (site) => {
        const blow = draw(site);
        return blow && isWanted(blow) ? blow : undefined;
      });
    return { scenario, again: `--at-once 1 --seed ${seed} --scenario '${scenario.name}'`, play };
  });

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
    const runs =
      options.atOnce === undefined
        ? await eachInTurn(first)
        : Array.from({ length: options.atOnce }, (_, round) => allAtOnce(options.seed + round)).flat();
    const start = performance.now();
    const results = await playAll(runs, benches, fresh);
    say(table(results));
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    say(`${results.length} runs in ${((performance.now() - start) / 1000).toFixed(0)} s, ${failed} not survived`);
    return failed > 0 ? 1 : 0;
  } finally {
    await Promise.all(benches.map((bench) => bench.remove()));
    rmSync(dir, { recursive: true, force: true });
  }
};

process.exit(await main());
