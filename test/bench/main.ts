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
import { type Figure, table } from './figure.ts';
import { loadTimes } from './load-time.ts';
import { localStack } from './local-stack.ts';
import { overhead } from './overhead.ts';

const folder = mkdtempSync(join(tmpdir(), 'remote-assist-bench-'));
const baseline = join(folder, 'baseline', 'index.js');

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const measure = async (): Promise<Figure[]> => {
  bundleFunctions();
  bundleBaseline(baseline);
  const environments = await synthesizeEnvironments(join(folder, 'assembly'));
  note('Loading every bundle again and again …');
  const loading = loadTimes(baseline, environments);
  note('Calling a handler …');
  const calling = await overhead();
  note('Starting the local stack …');
  const running = await localStack(join(folder, 'data'));
  return [...running, ...contents(), ...sizes(baseline), ...loading, ...calling];
};

try {
  const figures = await measure();
  console.log(table(figures));
  const failing = figures.filter(({ verdict }) => verdict === 'MISSED' || verdict === 'noisy');
  if (failing.length > 0) note(`${failing.length} missed, or too near to tell on a busy machine.`);
  process.exitCode = failing.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
