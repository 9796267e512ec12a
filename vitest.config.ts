/** The three test projects: `unit` (domain, fast), `infra` (the synthesized template), `integration` (the local stack). */
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

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
    projects: [
      // Property tests and simulations take seconds; on a busy machine, many.
      project('unit', { testTimeout: 60_000 }),
      // One worker for all its files: they share one synthesis, which takes longer than the tests.
      project('infra', {
        globalSetup: 'test/infra/setup.ts',
        testTimeout: 60_000,
        hookTimeout: 60_000,
        isolate: false,
        fileParallelism: false,
      }),
      project('integration', {
        globalSetup: 'test/integration/support/global-setup.ts',
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
    ],
  },
});
