/** Carries the steps of an installation out, in their order, and stops at the first that fails. */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import type { RunCommand } from '../platform/command.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { nodeFileSystem, writeFileAtomically } from '../state/atomic-file.ts';
import { removeOwnFiles } from '../state/own-files.ts';
import { describeStep, type Step } from './plan.ts';
import { removeDirectory, removeLog } from './purge.ts';
import { folderOf, missingDirectories } from './record.ts';

const TIMEOUT_MS = 90_000;

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
  /** Is told of directories that were not there before, outermost first. */
  made: (directories: readonly string[]) => Promise<void>;
  /** Is told of files that are not the agent's, and so were not removed. */
  left: (paths: readonly string[]) => void;
};

const carryOut = async (step: Step, { run, makeDirectory, made, left }: CarryOutPorts): Promise<void> => {
  const make = async (directory: string, making: (path: string) => Promise<unknown>): Promise<void> => {
    const missing = await missingDirectories(directory);
    await making(directory);
    if (missing.length > 0) await made(missing);
  };
  const makeFolderOf = (path: string) =>
    make(folderOf(path), (folder) => mkdir(folder, { recursive: true, mode: 0o755 }));

  switch (step.do) {
    case 'make':
      return make(step.directory, makeDirectory);
    case 'copy':
      await makeFolderOf(step.to);
      // Installing again from where it is installed.
      if (step.from !== step.to) await replaceProgram(step.from, step.to);
      return;
    case 'write': {
      await makeFolderOf(step.path);
      const mark = step.encoding === 'utf16le' ? '\ufeff' : '';
      return writeFile(step.path, `${mark}${step.text}`, { encoding: step.encoding ?? 'utf8', mode: 0o644 });
    }
    case 'keep':
      return writeFileAtomically(step.path, step.text);
    case 'remove':
      return rm(step.path, { force: true });
    case 'removeLog':
      return left(await removeLog(step.path));
    case 'removeState':
      return removeOwnFiles(step.directory);
    case 'removeDirectory':
      return left(await removeDirectory(step.path));
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
