/** The test projects: `unit` and `unit-alone` (domain, fast), `infra` (the synthesized template), `packages` (the agent's executables and packages), `integration` (the local stack). */
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, longest first: begun last, they would keep one worker at it when all others are done. */
const LONGEST = [
  'fuzz',
  'clients',
  'every-call',
  'process',
  'restart-fleet',
  'faults',
  'alerts',
  'model',
  'teamviewer',
  'load',
  'cli',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return rank < 0 ? LONGEST.length : rank;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

/** Those that put fakes in the place of AWS's clients, or load handlers, which keep what they first read. */
const ALONE = ['aws', 'functions', 'lambda'].map((folder) => `test/unit/${folder}/**/*.test.ts`);

const project = (
  name: string,
  extra: NonNullable<TestProjectInlineConfiguration['test']> = {},
): TestProjectInlineConfiguration => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    // One more than there are cores: the tests on the local stack often wait, for a lease to end or an answer to come.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Property tests and simulations take seconds; on a busy machine, many.
      project('unit', {
        setupFiles: 'test/unit/support/clean-up.ts',
        testTimeout: 60_000,
        isolate: false,
        exclude: ALONE,
      }),
      project('unit-alone', { testTimeout: 60_000, include: ALONE }),
      // One worker for all its files: they share one synthesis, which takes longer than the tests. A group of its own, since
      // projects with different numbers of workers may not be of one.
      project('infra', {
        sequence: { groupOrder: 1 },
        globalSetup: 'test/infra/setup.ts',
        testTimeout: 60_000,
        hookTimeout: 60_000,
        isolate: false,
        fileParallelism: false,
      }),
      // The packages are built once, before the first test.
      project('packages', {
        sequence: { groupOrder: 2 },
        globalSetup: 'test/packages/setup.ts',
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
      // One browser at a time: it takes what the cores have.
      project('browser', {
        sequence: { groupOrder: 3 },
        globalSetup: 'test/browser/support/setup.ts',
        testTimeout: 120_000,
        hookTimeout: 120_000,
        isolate: false,
        fileParallelism: false,
      }),
      project('integration', {
        isolate: false,
        globalSetup: 'test/integration/support/global-setup.ts',
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
    ],
  },
});
