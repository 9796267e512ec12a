/**
 * Runs the load against a stack and a bare server that it starts, and stops again. Each is in a process of its own, so that
 * neither of them, nor the generator, waits for the others.
 */
import { join } from 'node:path';
import { type Started, startServerProcess } from '../support/server-process.ts';
import { type LoadOptions, type LoadRun, runLoad } from './run.ts';

const fileOf = (name: string): string => join(import.meta.dirname, name);

export const startBareServer = (): Promise<Started> => startServerProcess(process.execPath, [fileOf('bare-server.ts')]);

/** V8 drops code that has not run for a few collections. We make many of them, and what it drops would hide what grows. */
const KEEP_CODE = '--no-flush-bytecode';

/** @param assemblyDir what the stack is started from @param dataDir where it keeps its data */
export const runLoadOnOwnStack = async (
  assemblyDir: string,
  dataDir: string,
  options: LoadOptions,
  note?: (line: string) => void,
): Promise<LoadRun> => {
  const stack = await startServerProcess(process.execPath, [
    KEEP_CODE,
    fileOf('stack-process.ts'),
    assemblyDir,
    dataDir,
  ]);
  try {
    const bare = await startBareServer();
    try {
      return await runLoad(stack.url, bare.url, options, note);
    } finally {
      await bare.stop();
    }
  } finally {
    await stack.stop();
  }
};
