/** The local stack as a newcomer starts it: `npm start`, in a process tree of its own. */
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

/** Resolves when the stack says that it is ready. */
export const npmStart = async (dataDir: string): Promise<Started> => {
  const start = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: join(import.meta.dirname, '../..'),
    // A group of its own, so that it can be stopped whole.
    detached: true,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  const exited = once(child, 'exit');
  if (pid === undefined) throw new Error('npm start cannot be run');
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, url] = /^ready (\S+)$/.exec(line) ?? [];
      if (url) resolve(url);
    });
    exited.then(([code]) => reject(new Error(`npm start ended with ${code} before it was ready`)), reject);
  });
  const url = await ready;
  return {
    url,
    startedAfterMs: performance.now() - start,
    pid,
    stop: async () => {
      process.kill(-pid, 'SIGINT');
      await exited;
    },
  };
};
