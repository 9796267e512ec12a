/** A server in a process, or a tree of processes, of its own, which says where it listens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Started = {
  readonly url: string;
  readonly startedAfterMs: number;
  readonly pid: number;
  stop(): Promise<void>;
};

export type ServerOptions = {
  readonly env?: NodeJS.ProcessEnv;
  /** It starts others, which are stopped with it. Then an interrupt at the keyboard does not reach it by itself. */
  readonly isTree?: boolean;
};

/** Resolves when it prints `ready URL`. @param command run in the project's folder */
export const startServerProcess = async (
  command: string,
  args: readonly string[],
  { env = process.env, isTree = false }: ServerOptions = {},
): Promise<Started> => {
  const start = performance.now();
  const child = spawn(command, args, {
    cwd: join(import.meta.dirname, '../..'),
    // A group of its own.
    detached: isTree,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  const exited = once(child, 'exit');
  if (pid === undefined) throw new Error(`${command} cannot be run`);
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, url] = /^ready (\S+)$/.exec(line) ?? [];
      if (url) resolve(url);
    });
    exited.then(
      ([code]) => reject(new Error(`${command} ${args.join(' ')} ended with ${code} before it was ready`)),
      reject,
    );
  });
  const url = await ready;
  return {
    url,
    startedAfterMs: performance.now() - start,
    pid,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(isTree ? -pid : pid, 'SIGINT');
      await exited;
    },
  };
};
