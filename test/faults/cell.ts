/** One run of a scenario in which faults befall some of its calls, and what became of it. */

import { disconnectConnector } from '../../lib/api/connectors.ts';
import { retireDevice } from '../../lib/api/devices.ts';
import type { AwsCall } from '../../local/aws/call.ts';
import type { Bench } from './bench.ts';
import { type Fault, type Injection, inject } from './fault.ts';
import { judge, markNow } from './judge.ts';
import { type Moment, recordCalls, siteOf } from './moments.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { startWalk, type Walk } from './walk.ts';

export type Blow = { readonly moment: Moment; readonly fault: Fault };

export type CellResult = {
  /** What does not hold; absent where everything does. */
  failure?: string;
  /** Those that were to fall. */
  blows: readonly Blow[];
  /** Those that did. */
  fallen: readonly Blow[];
  /** How often a caller had to ask again. */
  askedAgain: number;
  /** How often an admin had to sign in at a provider again. */
  signedInAgain: number;
};

/** Longer than claims and leases last, and than it takes until a session is closed late. */
const LATER_MINUTES = 3;

/** Longer than until a job that was stopped is looked through again. */
const AFTER_ALL_MINUTES = 11;

/**
 * To its end and a little beyond, so that what is left to be made up for is: also what a sweep left claimed that failed
 * over it just now.
 */
const play = async (scenario: Scenario, walk: Walk): Promise<void> => {
  await scenario.run(walk);
  await walk.settle();
  let failed: number;
  do {
    await walk.advance(LATER_MINUTES);
    failed = await walk.sweep();
  } while (failed > 0);
};

/** SNS cannot be asked whether it took a message, so a telling that is broken off there may be made twice. */
const mayTellTwice = ({ moment }: Blow): boolean => /^(events|schedules)-alerts$/.test(moment.function);

/** @returns how often each function called each action in the scenario, where nothing fails */
export const recordScenario = async (bench: Bench, scenario: Scenario): Promise<Map<string, number>> => {
  await markNow(bench);
  const walk = startWalk(bench);
  const calls = await recordCalls(bench.stack, () => play(scenario, walk));
  await judge(walk, false);
  await leave(walk);
  return calls;
};

/**
 * So that the next scenario makes the calls that are its own, and no others: the fleet is gone, nobody is signed in at
 * TeamViewer, and what is due again after a job was stopped is done.
 */
const leave = async (walk: Walk): Promise<void> => {
  const retire = (id: string) => walk.as('admin', retireDevice, { params: { id } });
  const undone: (() => Promise<unknown>)[] = [
    ...walk.devices.map((device) => () => retire(device.id)),
    () => walk.as('admin', disconnectConnector, { params: { name: 'teamviewer' } }),
    () => walk.settle(),
    () => walk.advance(AFTER_ALL_MINUTES),
    () => walk.sweep(),
  ];
  for (const step of undone) await step().catch(() => undefined);
};

const explain = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

type Injecting = { blow: Blow } & Injection;

const runWith = async (bench: Bench, scenario: Scenario, injections: readonly Injecting[]): Promise<CellResult> => {
  await markNow(bench);
  const walk = startWalk(bench);
  const result = (failure?: string): CellResult => ({
    blows: injections.map(({ blow }) => blow),
    fallen: injections.filter(({ hits }) => hits() > 0).map(({ blow }) => blow),
    askedAgain: walk.askedAgain(),
    signedInAgain: walk.signedInAgain(),
    ...(failure !== undefined && { failure }),
  });
  try {
    await play(scenario, walk);
    await judge(
      walk,
      injections.some(({ blow }) => mayTellTwice(blow)),
    );
    return result();
  } catch (error) {
    return result(explain(error));
  } finally {
    for (const { remove } of injections) remove();
    bench.fake.clearFaults();
    await leave(walk);
  }
};

/** Has these blows fall while the scenario runs. */
export const runCell = (bench: Bench, scenario: Scenario, blows: readonly Blow[]): Promise<CellResult> =>
  runWith(
    bench,
    scenario,
    blows.map((blow) => ({ blow, ...inject(bench.stack, blow.moment, blow.fault) })),
  );

/** Has a blow fall on each site as `draw` says when the site is first seen. */
export const runCellDrawn = async (
  bench: Bench,
  scenario: Scenario,
  draw: (site: Omit<Moment, 'nth'>) => Blow | undefined,
): Promise<CellResult> => {
  const seen = new Set<string>();
  const injections: Injecting[] = [];
  const watch = ({ caller: { name, roleArn }, action }: AwsCall): undefined => {
    const site = { function: name, action };
    if (roleArn === undefined || seen.has(siteOf(site))) return;
    seen.add(siteOf(site));
    const blow = draw(site);
    // Behind this interceptor, so that it sees this very call.
    if (blow) injections.push({ blow, ...inject(bench.stack, blow.moment, blow.fault) });
  };
  bench.stack.interceptors.push(watch);
  try {
    return await runWith(bench, scenario, injections);
  } finally {
    bench.stack.interceptors.splice(bench.stack.interceptors.indexOf(watch), 1);
  }
};
