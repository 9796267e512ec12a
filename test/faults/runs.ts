/** The runs of `npm run faults`: which there are, and how they are made, some beside each other. */
import type { Bench } from './bench.ts';
import { type Blow, type CellResult, recordScenario, runCell, runCellDrawn } from './cell.ts';
import { FAULTS } from './fault.ts';
import { siteOf } from './moments.ts';
import type { Options } from './options.ts';
import { type Cell, deaths, drawing, inTurn, type Recording } from './plan.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

type Say = (line: string) => void;

const isWanted = (options: Options, { moment, fault }: Blow): boolean => {
  const site = siteOf(moment);
  const isSite = options.only === undefined || site === options.only || moment.function === options.only;
  const isNth = options.nth === undefined || moment.nth === options.nth;
  return isSite && isNth && (options.fault === undefined || fault === options.fault);
};

const textOf = ({ moment, fault }: Blow): string => `${siteOf(moment)} ${moment.nth} ${fault}`;
const optionsOf = ({ moment, fault }: Blow): string => `--only ${siteOf(moment)} --nth ${moment.nth} --fault ${fault}`;

/** One run of a scenario on a stack that it has to itself. */
export type Run = {
  readonly scenario: Scenario;
  /** The options that make it again. */
  readonly again: string;
  play(bench: Bench): Promise<CellResult>;
};

/**
 * Some at a time, on as many stacks as `benches` has. A stack on which something failed is not used again.
 * @param say gets a line for each run that was not survived, and one now and then
 */
export const playAll = async (
  runs: readonly Run[],
  benches: Bench[],
  fresh: () => Promise<Bench>,
  say: Say,
): Promise<CellResult[]> => {
  const left = [...runs];
  const results: CellResult[] = [];
  await Promise.all(
    benches.map(async (_, index) => {
      for (let run = left.shift(); run; run = left.shift()) {
        const bench = benches[index] ?? (await fresh());
        const result = await run.play(bench);
        results.push(result);
        if (results.length % 50 === 0) say(`${results.length} of ${runs.length} runs`);
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

const chosenOf = ({ scenario }: Options): Scenario[] =>
  scenarios.filter(({ name }) => scenario === undefined || name === scenario);

/** What a role allows and no scenario calls. Lambda itself writes logs, and reads streams and queues. */
const notCalled = ({ stack }: Bench): string[] => {
  const names = new Map([...stack.model.functions.values()].map(({ roleArn, name }) => [roleArn, name]));
  const { granted, used } = stack.accessReport();
  const asText = ({ roleArn, action, resource }: (typeof granted)[number]) =>
    `${names.get(roleArn) ?? roleArn} ${action} ${resource.split(':').at(-1)}`;
  const wasUsed = new Set(used.map(asText));
  return granted.map(asText).filter((grant) => !wasUsed.has(grant) && !/ logs:|Stream|GetRecords/.test(grant));
};

/** Makes the scenarios without a fault, to see which calls there are; all of them must make all that are allowed. */
export const record = async (
  bench: Bench,
  options: Options,
): Promise<{ recording: Recording; notCalled: string[] }> => {
  const recording = new Map<Scenario, ReadonlyMap<string, number>>();
  for (const scenario of chosenOf(options)) recording.set(scenario, await recordScenario(bench, scenario));
  return { recording, notCalled: options.scenario === undefined ? notCalled(bench) : [] };
};

const oneInEach = (cells: readonly Cell[], options: Options, againOf: (cell: Cell) => string): Run[] =>
  cells
    .filter(({ blow }) => isWanted(options, blow))
    .map((cell) => ({
      scenario: cell.scenario,
      again: againOf(cell),
      play: (on) => runCell(on, cell.scenario, [cell.blow]),
    }));

/** Every fault at every call, one in each run. */
export const eachInTurn = (recording: Recording, options: Options): Run[] =>
  oneInEach(inTurn(recording), options, ({ blow }) => optionsOf(blow));

/** A death after every write, one in each run. */
export const eachDeath = (recording: Recording, options: Options): Run[] =>
  oneInEach(
    deaths(recording),
    options,
    ({ blow, scenario }) => `--deaths ${optionsOf(blow)} --scenario '${scenario.name}'`,
  );

/** All calls of a scenario in one run, each with the fault that the seed draws for it. */
export const allAtOnce = (recording: Recording, seed: number, options: Options): Run[] =>
  [...recording].map(([scenario, calls]) => {
    const draw = drawing(seed, options.fault === undefined ? FAULTS : [options.fault], calls);
    const play = (on: Bench) =>
      runCellDrawn(on, scenario, (site) => {
        const blow = draw(site);
        return blow && isWanted(options, blow) ? blow : undefined;
      });
    return { scenario, again: `--at-once 1 --seed ${seed} --scenario '${scenario.name}'`, play };
  });
