/** Before the first integration test: synthesizes the stack once, and starts the one that most tests share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startLocalStack } from '../../../local/stack.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { saveAccessReport } from './access-reports.ts';
import { WORKERS } from './stack.ts';

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const root = mkdtempSync(join(tmpdir(), 'remote-assist-shared-'));
  const assemblyDir = join(root, 'assembly');
  await synthesize(assemblyDir);
  const stack = await startLocalStack({
    assemblyDir,
    dataDir: join(root, 'data'),
    port: 0,
    schedules: false,
    firstRetryMs: 20,
    workers: WORKERS,
  });
  project.provide('stackUrl', stack.url);
  project.provide('assemblyDir', assemblyDir);
  project.provide('dataDir', join(root, 'data'));
  return async () => {
    saveAccessReport(stack);
    await stack.stop();
    rmSync(root, { recursive: true, force: true });
  };
};
