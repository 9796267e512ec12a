/** Gives the tests of one run a folder for what they synthesize, and takes it away afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: vitest's own interface, which this adds to.
  interface ProvidedContext {
    synthesisFolder: string;
  }
}

export const setup = (project: TestProject): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-synth-'));
  project.provide('synthesisFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
};
