/**
 * What `npm test` runs: formatting and lint, types, the three test projects, and whether these used all that the
 * functions' roles grant. Every stage runs even after one has failed, so that one run shows all there is to mend. The last line is `N passed, M failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ACCESS_REPORTS_DIR } from './integration/support/access-reports.ts';

type Result = { readonly passed: number; readonly failed: number };

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');
const REPORTS = mkdtempSync(join(tmpdir(), 'remote-assist-test-'));

/** Where each local stack of the run leaves what it saw of its roles. */
const ACCESS_REPORTS = join(REPORTS, 'access');
mkdirSync(ACCESS_REPORTS);
process.env[ACCESS_REPORTS_DIR] = ACCESS_REPORTS;

/** Runs one of the project's own tools; true when it succeeds. */
const run = (command: string, ...args: string[]): boolean => {
  const PATH = `${BIN}${delimiter}${process.env['PATH'] ?? ''}`;
  const { status, error } = spawnSync(join(BIN, command), args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, PATH },
  });
  if (error) console.error(`${command} did not start: ${error.message}`);
  return status === 0;
};

/** A stage that passes or fails as a whole counts as one test. */
const check =
  (command: string, ...args: string[]) =>
  (): Result => {
    const passed = run(command, ...args);
    return { passed: Number(passed), failed: Number(!passed) };
  };

type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
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

const tests = (project: string) => (): Result => {
  const output = join(REPORTS, `${project}.json`);
  const succeeded = run(
    'vitest',
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
  );
  if (!existsSync(output)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const failed = failuresOf(report);
  return { passed: report.numPassedTests, failed: succeeded ? failed : Math.max(failed, 1) };
};

const STAGES: Readonly<Record<string, () => Result>> = {
  'format and lint': check('biome', 'ci', '.'),
  types: check('tsc', '--noEmit'),
  unit: tests('unit'),
  infra: tests('infra'),
  integration: tests('integration'),
  // After all integration tests: it reads what their stacks saw.
  grants: check('node', 'test/grants/main.ts'),
};

const results: Record<string, Result> = {};
for (const [name, stage] of Object.entries(STAGES)) {
  console.log(`\n── ${name}`);
  results[name] = stage();
}
rmSync(REPORTS, { recursive: true, force: true });

console.log('');
for (const [name, { passed, failed }] of Object.entries(results)) {
  console.log(`${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed`);
}
const total = (key: keyof Result): number => Object.values(results).reduce((sum, result) => sum + result[key], 0);
console.log(`${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = total('failed') > 0 ? 1 : 0;
