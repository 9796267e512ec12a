/**
 * What `npm test` runs: formatting and lint, types, the test projects, and whether these used all that the functions'
 * roles grant. Every stage runs even after one has failed, so that one run shows all there is to mend. The last
 * line is `N passed, M failed`, with `, K skipped` where tests were left out; with `SKIP_NOTHING=1` that is a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ACCESS_REPORTS_DIR } from './integration/support/access-reports.ts';

/** `skipped`: left out since what they need is not installed here. */
type Result = { readonly passed: number; readonly failed: number; readonly skipped: number };

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');
const REPORTS = mkdtempSync(join(tmpdir(), 'remote-assist-test-'));

/** Where each local stack of the run leaves what it saw of its roles. */
const ACCESS_REPORTS = join(REPORTS, 'access');
mkdirSync(ACCESS_REPORTS);
process.env[ACCESS_REPORTS_DIR] = ACCESS_REPORTS;

/** What a stage prints is kept until its turn has come, where it runs beside others. */
type Print = (chunk: Buffer | string) => void;
type Stage = (print: Print) => Promise<Result>;

/** Runs one of the project's own tools; true when it succeeds. */
const run = (print: Print, command: string, ...args: string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const PATH = `${BIN}${delimiter}${process.env['PATH'] ?? ''}`;
    const FORCE_COLOR = process.env['FORCE_COLOR'] ?? (process.stdout.isTTY ? '1' : '0');
    const child = spawn(join(BIN, command), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH, FORCE_COLOR },
    });
    child.stdout.on('data', print);
    child.stderr.on('data', print);
    child.once('error', (error) => {
      print(`${command} did not start: ${error.message}\n`);
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });

/** A stage that passes or fails as a whole counts as one test. */
const check =
  (command: string, ...args: string[]): Stage =>
  async (print) => {
    const passed = await run(print, command, ...args);
    return { passed: Number(passed), failed: Number(!passed), skipped: 0 };
  };

type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** A file that fails outside its tests, such as one that does not load, counts as one failure. */
const failuresOf = ({ numFailedTests, testResults }: Report): number =>
  numFailedTests +
  testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;

const tests =
  (name: string, ...projects: string[]): Stage =>
  async (print) => {
    const output = join(REPORTS, `${name}.json`);
    const succeeded = await run(
      print,
      'vitest',
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${output}`,
    );
    if (!existsSync(output)) return { passed: 0, failed: 1, skipped: 0 };
    const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
    const failed = failuresOf(report);
    const { numPassedTests: passed, numPendingTests: skipped } = report;
    return { passed, failed: succeeded ? failed : Math.max(failed, 1), skipped };
  };

/** Those of a step run beside each other: most have one process, and there are two cores. */
const STEPS: readonly Readonly<Record<string, Stage>>[] = [
  {
    unit: tests('unit', 'unit', 'unit-alone'),
    'format and lint': check('biome', 'ci', '.'),
    types: check('tsc', '--noEmit'),
    'types of the console': check('tsc', '--noEmit', '--project', 'console'),
    infra: tests('infra', 'infra'),
    packages: tests('packages', 'packages'),
  },
  { integration: tests('integration', 'integration') },
  { browser: tests('browser', 'browser') },
  // After all integration tests: it reads what their stacks saw.
  { grants: check('node', 'test/grants/main.ts') },
];

const results: Record<string, Result> = {};
for (const step of STEPS) {
  const running = Object.entries(step).map(([name, stage]) => {
    const kept: (Buffer | string)[] = [];
    let print: Print = (chunk) => void kept.push(chunk);
    const result = stage((chunk) => print(chunk));
    const show = (): void => {
      print = (chunk) => void process.stdout.write(chunk);
      for (const chunk of kept) print(chunk);
    };
    return { name, result, show };
  });
  for (const { name, result, show } of running) {
    console.log(`\n── ${name}`);
    show();
    results[name] = await result;
  }
}
rmSync(REPORTS, { recursive: true, force: true });

console.log('');
const summary = ({ passed, failed, skipped }: Result): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
for (const [name, result] of Object.entries(results)) {
  console.log(`${result.failed > 0 ? '✗' : '✓'} ${name}: ${summary(result)}`);
}
const total = (key: keyof Result): number => Object.values(results).reduce((sum, result) => sum + result[key], 0);
const all: Result = { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
const isIncomplete = all.skipped > 0 && process.env['SKIP_NOTHING'] === '1';
if (isIncomplete)
  console.log('Tests were skipped, and SKIP_NOTHING=1 allows none: see above for what is not installed.');
console.log(summary(all));
process.exitCode = all.failed > 0 || isIncomplete ? 1 : 0;
