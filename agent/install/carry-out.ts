/** Carries the steps of an installation out, in their order, and stops at the first that fails. */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import type { RunCommand } from '../platform/command.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { nodeFileSystem } from '../state/atomic-file.ts';
import { describeStep, type Step } from './plan.ts';

const TIMEOUT_MS = 90_000;

const folderOf = (path: string): string => (path.includes('\\') ? win32 : posix).dirname(path);

/** Whole or not at all. What runs is not written over, which Linux refuses, but replaced. */
const replaceProgram = async (from: string, to: string): Promise<void> => {
  const prepared = `${to}.new`;
  try {
    await copyFile(from, prepared);
    await chmod(prepared, 0o755);
    await nodeFileSystem.rename(prepared, to);
  } finally {
    await rm(prepared, { force: true });
  }
};

export type CarryOutPorts = {
  run: RunCommand;
  /** Makes a directory that is closed to other accounts. */
  makeDirectory: (path: string) => Promise<void>;
};

const carryOut = async (step: Step, { run, makeDirectory }: CarryOutPorts): Promise<void> => {
  switch (step.do) {
    case 'make':
      return makeDirectory(step.directory);
    case 'copy':
      await mkdir(folderOf(step.to), { recursive: true, mode: 0o755 });
      // Installing again from where it is installed.
      if (step.from !== step.to) await replaceProgram(step.from, step.to);
      return;
    case 'write': {
      await mkdir(folderOf(step.path), { recursive: true, mode: 0o755 });
      const mark = step.encoding === 'utf16le' ? '\ufeff' : '';
      return writeFile(step.path, `${mark}${step.text}`, { encoding: step.encoding ?? 'utf8', mode: 0o644 });
    }
    case 'remove':
      return rm(step.path, { recursive: true, force: true });
    case 'run':
      await run(step.file, step.args, { timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
        if (!step.mayFail) throw error;
      });
  }
};

/** @throws Refusal that names the step */
export const carryOutAll = async (steps: readonly Step[], ports: CarryOutPorts): Promise<void> => {
  for (const step of steps) {
    try {
      await carryOut(step, ports);
    } catch (error) {
      const [what] = describeStep(step).split('\n');
      throw new Refusal(`Could not ${what?.replace(/:$/, '')}: ${reasonOf(error)}`);
    }
  }
};
