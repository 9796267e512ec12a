/** The real agent, as a process of its own with a state folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { say } from './tell.ts';

const AGENT = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));

export type RunningAgent = {
  /** What it prints for scripts: its first line, as soon as it is there. */
  firstLine: Promise<string>;
  /** Resolves with its whole standard output. Rejects when it ends with another exit code than 0. */
  done: Promise<string>;
};

const running = new Set<ChildProcess>();

/** What the person at the PC sees goes into the story as it comes. */
export const startAgent = (stateDir: string, ...args: string[]): RunningAgent => {
  const child = spawn(process.execPath, [AGENT, ...args, '--state-dir', stateDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const { promise: firstLine, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
    const [line, rest] = output.split('\n', 2);
    if (rest !== undefined) resolve(line ?? '');
  });
  child.stderr.on('data', (chunk: Buffer) => say(`[at the PC] ${chunk}`.trimEnd().replaceAll('\n', '\n[at the PC] ')));
  const done = new Promise<string>((succeed, fail) => {
    child.once('error', fail);
    child.once('close', (code) => {
      running.delete(child);
      if (code === 0) succeed(output.trim());
      else fail(new Error(`agent ${args[0]} ended with exit code ${code}`));
    });
  });
  done.then(resolve, reject);
  // Whoever awaits only the one must not be surprised by the other.
  firstLine.catch(() => {});
  return { firstLine, done };
};

/** Runs a command of the agent to its end. */
export const runAgent = (stateDir: string, ...args: string[]): Promise<string> => startAgent(stateDir, ...args).done;

/** For a story that breaks off: no agent outlives it. */
export const stopAgents = (): void => {
  for (const child of running) child.kill();
};
