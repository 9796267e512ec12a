/** Before the first browser test: finds a browser, and starts the stack that most of these tests share. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { setup as startSharedStack } from '../../integration/support/global-setup.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: vitest's own interface is added to.
  interface ProvidedContext {
    /** The browser's executable; empty where there is none. */
    chromium: string;
  }
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** `CHROMIUM_BIN`, or the first that is in the `PATH`. */
const findChromium = (): string => {
  const given = process.env['CHROMIUM_BIN'];
  if (given !== undefined) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? '';
};

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const chromium = findChromium();
  project.provide('chromium', chromium);
  if (chromium === '') {
    process.stdout.write('Left out, with its tests: the web console, since no Chromium is installed (CHROMIUM_BIN)\n');
    for (const name of ['stackUrl', 'assemblyDir', 'dataDir'] as const) project.provide(name, '');
    return async () => {};
  }
  return startSharedStack(project);
};
