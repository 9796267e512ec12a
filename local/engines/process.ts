/** An engine as a child process that cannot outlive the runner. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type EngineProcess = {
  /** Resolves when the process has ended, with how. */
  exited: Promise<string>;
  /** Ends it in good order; resolves when it has ended. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): void;
};

type Supervisor = ChildProcessByStdio<Writable, Readable, Readable>;

/** How an engine is started so that it ends with the runner, however that ends, and how it is asked to stop. */
type Supervision = {
  readonly start: (command: string, args: readonly string[]) => Supervisor;
  readonly askToStop: (supervisor: Supervisor) => void;
};

/**
 * Runs the engine under a shell that kills it when its standard input closes, which the kernel does for us however
 * the runner ends, `kill -9` included. SIGTERM is passed on, for a stop in good order. Both are for the whole process
 * group: an executable may be a script that starts the engine, as npm's are.
 */
const SHELL = `
exec 3<&0
"$@" 3<&- </dev/null & engine=$!
( trap '' TERM; read -r _ <&3; kill -KILL 0 ) >/dev/null 2>&1 &
trap 'trap "" TERM; kill -TERM 0' TERM
wait "$engine"; code=$?
while kill -0 "$engine" 2>/dev/null; do wait "$engine"; code=$?; done
echo "exit code $code" >&2
kill -KILL 0`;

const posix: Supervision = {
  // A process group of its own: Ctrl-C in the terminal must reach the runner first, which then stops the engine.
  start: (command, args) =>
    spawn('/bin/sh', ['-c', SHELL, 'engine', command, ...args], { stdio: 'pipe', detached: true }),
  askToStop: (supervisor) => void supervisor.kill('SIGTERM'),
};

/** The same where there is no such shell: any line on its standard input asks the engine to stop, and its end kills it. */
const NODE = `
const { spawn } = require('node:child_process');
const [command, ...args] = process.argv.slice(1);
const engine = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });
engine.on('error', ({ message }) => { console.error(message); process.exit(127); });
engine.on('exit', (code) => { console.error('exit code ' + code); process.exit(); });
process.stdin.on('data', () => engine.kill()).on('end', () => engine.kill('SIGKILL'));`;

const anywhere: Supervision = {
  start: (command, args) => spawn(process.execPath, ['-e', NODE, command, ...args], { stdio: 'pipe' }),
  askToStop: (supervisor) => void supervisor.stdin.write('stop\n'),
};

/** How long the engine may take to stop in good order. */
const STOP_WITHIN_MS = 3_000;

/** Resolves when all that it printed was read. */
const ended = (child: ChildProcess, output: () => string): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(output().trim()));
  });

/** Starts `command`, and resolves once it prints that it is listening. Rejects with its output where it ends first. */
export const startProcess = async (
  command: string,
  args: readonly string[],
  { start, askToStop }: Supervision = process.platform === 'win32' ? anywhere : posix,
): Promise<EngineProcess> => {
  const child = start(command, args);
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
  const exited = ended(child, () => output);
  const failure = await Promise.race([listening.promise, exited]);
  if (failure !== undefined) throw new Error(failure);
  const kill = () => void child.stdin.end();
  return {
    exited,
    kill,
    stop: async () => {
      askToStop(child);
      const late = setTimeout(kill, STOP_WITHIN_MS);
      await exited;
      clearTimeout(late);
    },
  };
};

/** For tests of what serves another platform than theirs. */
export const SUPERVISIONS: Readonly<Record<'posix' | 'anywhere', Supervision>> = { posix, anywhere };
