/**
 * Before the first of these tests: builds each package once, of the sources as they are. One whose tools are not installed
 * is left out with its tests, and said so; continuous integration installs them all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildExecutable } from '../../agent/package/executable.ts';
import { COMPILER, compileHost, PORTABLE_SOURCES, WARNINGS } from '../../agent/package/native.ts';
import { runtimeAtHand } from '../../agent/package/runtime.ts';
import { type TargetName, targetOf } from '../../agent/package/targets.ts';
import { isInstalled, runTool } from '../../agent/package/tool.ts';
import { HOST_PROGRAM } from '../../agent/platform/native-host.ts';
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

/** Looks beyond what is there, and sums that overflow, end it. */
const SANITIZED = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const nativeLogic = (folder: string): Built => {
  if (!isInstalled('gcc')) return { missing: 'gcc is not installed' };
  const path = join(folder, 'native-logic');
  const source = join(import.meta.dirname, 'native-logic.c');
  runTool('gcc', ['-std=gnu11', ...WARNINGS, ...SANITIZED, source, ...PORTABLE_SOURCES, '-o', path]);
  return { path };
};

const host = (folder: string): Built => {
  if (!isInstalled(COMPILER)) return { missing: `${COMPILER} is not installed` };
  const path = join(folder, 'win-x64', HOST_PROGRAM);
  compileHost(path);
  return { path };
};

export const setup = async (project: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-packages-'));
  const here = `${process.platform}-${process.arch}`;
  const packages: Packages = {
    executable: here === 'linux-x64' ? await executableFor(here, folder) : { missing: `this machine is ${here}` },
    host: host(folder),
    nativeLogic: nativeLogic(folder),
  };
  for (const [name, built] of Object.entries(packages)) {
    if ('missing' in built) process.stdout.write(`Left out, with its tests: ${name}, since ${built.missing}\n`);
  }
  project.provide('packages', packages);
  return () => rmSync(folder, { recursive: true, force: true });
};
