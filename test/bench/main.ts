/**
 * `npm run bench`: measures what the design promises, prints one Markdown table, and fails where a target is missed.
 * Every time is a ratio within this run, so that it says the same on any machine; see docs/performance.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../infra/bundle.ts';
import { bundleBaseline } from './baseline.ts';
import { contents, sizes } from './bundles.ts';
import { synthesizeEnvironments } from './environments.ts';
import { expansion } from './expansion.ts';
import { type Figure, table } from './figure.ts';
import { loadTimes } from './load-time.ts';
import { localStack } from './local-stack.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { overhead } from './overhead.ts';

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const measure = async ({ devices, onlyExpansion }: Options, folder: string): Promise<Figure[]> => {
  const baseline = join(folder, 'baseline', 'index.js');
  bundleFunctions();
  const assembly = join(folder, 'assembly');
  const environments = await synthesizeEnvironments(assembly);
  const expand = () => {
    note(`Ordering a restart of ${devices} devices, twice …`);
    return expansion(folder, assembly, devices);
  };
  if (onlyExpansion) return expand();
  bundleBaseline(baseline);
  note('Loading every bundle again and again …');
  const loading = loadTimes(baseline, environments);
  note('Calling a handler …');
  const calling = await overhead();
  note('Starting the local stack …');
  const running = await localStack(join(folder, 'data'));
  return [...running, ...(await expand()), ...contents(), ...sizes(baseline), ...loading, ...calling];
};

const optionsOrUsage = (): Options => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    note(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
};

const options = optionsOrUsage();
const folder = mkdtempSync(join(tmpdir(), 'remote-assist-bench-'));
try {
  const figures = await measure(options, folder);
  console.log(table(figures));
  const failing = figures.filter(({ verdict }) => verdict === 'MISSED' || verdict === 'noisy');
  if (failing.length > 0) note(`${failing.length} missed, or too near to tell on a busy machine.`);
  process.exitCode = failing.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
