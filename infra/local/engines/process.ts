/** An engine as a child process that cannot outlive the runner. */
import { spawn } from 'node:child_process';

export type EngineProcess = {
  /** Resolves when the process has ended, with how. */
  exited: Promise<string>;
  /** Ends it in good order; resolves when it has ended. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): void;
};

/**
 * Runs the engine under a shell that kills it when its standard input closes, which the kernel does for us however
 * the runner ends, `kill -9` included. SIGTERM is passed on, for a stop in good order.
 */
const SUPERVISOR = `
exec 3<&0
"$@" 3<&- </dev/null & engine=$!
( read -r _ <&3; kill -KILL "$engine" ) >/dev/null 2>&1 & keeper=$!
trap 'kill -TERM "$engine"' TERM
wait "$engine"; code=$?
while kill -0 "$engine" 2>/dev/null; do wait "$engine"; code=$?; done
kill -KILL "$keeper" 2>/dev/null
exit "$code"`;

/** How long the engine may take to stop in good order. */
const STOP_WITHIN_MS = 3_000;

/** Starts `command`, and resolves once it prints that it is listening. Rejects with its output where it ends first. */
export const startProcess = async (command: string, args: readonly string[]): Promise<EngineProcess> => {
  // A process group of its own: Ctrl-C in the terminal must reach the runner first, which then stops the engine.
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'engine', command, ...args], { stdio: 'pipe', detached: true });
  let output = '';
  const listening = Promise.withResolvers<undefined>();
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2_000);
    if (output.includes('listening on')) listening.resolve(undefined);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // The engine may be gone before the runner has let go of it.
  child.stdin.on('error', () => {});
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(`exit code ${code}: ${output.trim()}`));
  });
  const failure = await Promise.race([listening.promise, exited]);
  if (failure !== undefined) throw new Error(failure);
  const kill = () => void child.stdin.end();
  return {
    exited,
    kill,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(kill, STOP_WITHIN_MS);
      await exited;
      clearTimeout(late);
    },
  };
};
