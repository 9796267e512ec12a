/**
 * Before the first of these tests: builds each package once, of the sources as they are. One whose tools are not installed
 * is left out with its tests, and said so; continuous integration installs them all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildExecutable } from '../../agent/package/executable.ts';
import { runtimeAtHand } from '../../agent/package/runtime.ts';
import { type TargetName, targetOf } from '../../agent/package/targets.ts';
import type { Built, Packages } from './packages.ts';

/** Tests ask no registry: a runtime that npm has not fetched yet is one that is missing. */
const executableFor = async (name: TargetName, folder: string): Promise<Built> => {
  const target = targetOf(name);
  if (!(await runtimeAtHand(target))) {
    return { missing: `the Node of ${name} is not fetched: npm run build:agent -- --target ${name}` };
  }
  const path = join(folder, name, target.program);
  await buildExecutable(target, path);
  return { path };
};

export const setup = async (project: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-packages-'));
  const here = `${process.platform}-${process.arch}`;
  const packages: Packages = {
    executable: here === 'linux-x64' ? await executableFor(here, folder) : { missing: `this machine is ${here}` },
  };
  for (const [name, built] of Object.entries(packages)) {
    if ('missing' in built) process.stdout.write(`Left out, with its tests: ${name}, since ${built.missing}\n`);
  }
  project.provide('packages', packages);
  return () => rmSync(folder, { recursive: true, force: true });
};
