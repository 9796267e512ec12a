/** The bench's sections, in the order of its table. */
import { join } from 'node:path';
import { operationTable } from '../load/report.ts';
import { runLoadOnOwnStack } from '../load/start.ts';
import { runFigures } from '../load/verdicts.ts';
import { agentFile } from './agent-file.ts';
import { bundleBaseline } from './baseline.ts';
import { contents, sizes } from './bundles.ts';
import { synthesizedEnvironments } from './environments.ts';
import { expansion } from './expansion.ts';
import { fleetSimulation } from './fleet-simulation.ts';
import { loadTimes } from './load-time.ts';
import { localStack } from './local-stack.ts';
import { overhead } from './overhead.ts';
import { packageTable } from './packages.ts';
import type { Context, Section } from './section.ts';

/** A shortened run: long enough for percentiles, and too short to say anything of memory. */
const LOAD = { seconds: 60, rate: 20, devices: 150, seed: 1, warmUpDevices: 50 };

const baseline = ({ folder }: Context): string => {
  const file = join(folder, 'baseline', 'index.js');
  bundleBaseline(file);
  return file;
};

const SECTIONS = {
  stack: async ({ folder, note }) => {
    note('Starting the local stack …');
    return { figures: await localStack(join(folder, 'npm-start')) };
  },
  load: async ({ folder, assemblyDir, note }) => {
    note('Loading the local stack …');
    const run = await runLoadOnOwnStack(assemblyDir, join(folder, 'load'), LOAD);
    return {
      figures: runFigures(run).map((figure) => ({ ...figure, figure: `load: ${figure.figure}` })),
      tables: [`A minute of load, ${LOAD.rate} a second at ${LOAD.devices} agents:\n\n${operationTable(run)}`],
    };
  },
  expansion: async ({ folder, assemblyDir, devices, note }) => {
    note(`Ordering a restart of ${devices} devices, twice …`);
    return { figures: await expansion(folder, assemblyDir, devices) };
  },
  simulation: ({ note }) => {
    note('Simulating a million devices …');
    return { figures: fleetSimulation() };
  },
  bundles: (context) => ({
    figures: [...contents(), ...sizes(baseline(context))],
    tables: [`What is in each bundle, by package, in KB:\n\n${packageTable()}`],
  }),
  loading: (context) => {
    context.note('Loading every bundle again and again …');
    return { figures: loadTimes(baseline(context), synthesizedEnvironments(context.assemblyDir)) };
  },
  handler: async ({ note }) => {
    note('Calling a handler …');
    return { figures: await overhead() };
  },
  agent: ({ folder }) => ({ figures: agentFile(folder) }),
} satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;

export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[];

/** What needs a quiet machine comes first, while this process is small and has left nothing behind. */
const MEASURED_FIRST: readonly SectionName[] = ['loading', 'handler'];

/** Measures the sections `names`. @returns what they found, in the order of the table */
export const measureSections = async (names: readonly SectionName[], context: Context) => {
  const order = [...names].sort((a, b) => Number(MEASURED_FIRST.includes(b)) - Number(MEASURED_FIRST.includes(a)));
  const found = new Map<SectionName, Awaited<ReturnType<Section>>>();
  for (const name of order) found.set(name, await SECTIONS[name](context));
  return SECTION_NAMES.flatMap((name) => found.get(name) ?? []);
};
