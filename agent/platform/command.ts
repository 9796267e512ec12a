/** Runs a program of the operating system: arguments as an array, never a shell, so that no text can become a command. */
import { execFile } from 'node:child_process';
import { oneLine } from '../text.ts';
import { consoleText } from './console-text.ts';

export type CommandOptions = {
  input?: string;
  timeoutMs?: number;
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
};

/** @returns what the program wrote to stdout @throws CommandFailed */
export type RunCommand = (file: string, args: readonly string[], options?: CommandOptions) => Promise<string>;

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  /** Absent when the program could not be started, or was killed. */
  readonly exitCode: number | undefined;
  /** It ran, and was ended from outside: what it was to do may be done or not. */
  readonly killed: boolean;
  /** What it wrote to stdout. */
  readonly output: string;

  constructor(
    message: string,
    { exitCode, killed = false, output = '' }: { exitCode?: number; killed?: boolean; output?: string } = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.killed = killed;
    this.output = output;
  }
}

const DEFAULT_TIMEOUT_MS = 15_000;

export const runCommand: RunCommand = (file, args, { input = '', timeoutMs = DEFAULT_TIMEOUT_MS, env, signal } = {}) =>
  new Promise((resolve, reject) => {
    const options = {
      timeout: timeoutMs,
      windowsHide: true,
      encoding: 'buffer' as const,
      env: { ...process.env, ...env },
      ...(signal && { signal }),
    };
    const child = execFile(file, [...args], options, (error, written, complaint) => {
      const [stdout, stderr] = [consoleText(written), consoleText(complaint)];
      if (!error) return resolve(stdout);
      const killed = Boolean(error.killed || error.signal);
      const said = oneLine(stderr) || oneLine(stdout) || (killed ? 'it was ended before it was done' : error.message);
      const exit = typeof error.code === 'number' ? { exitCode: error.code } : {};
      reject(new CommandFailed(`${file}: ${said}`, { ...exit, killed, output: stdout }));
    });
    // A program that ends without reading its input is no fault.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
