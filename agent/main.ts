/** The agent's entry: takes the command line, runs the command, and ends with its exit code. */
import { realpathSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { isSea } from 'node:sea';
import { whenNpmIsGone } from '../lib/npm.ts';
import { outliveReaders } from '../lib/output.ts';
import { reasonOf } from '../lib/reason.ts';
import { type CommandLine, parseCommandLine } from './cli/arguments.ts';
import { postpone, reject, restartNow } from './cli/choose.ts';
import type { Context } from './cli/context.ts';
import { enroll } from './cli/enroll.ts';
import { endHelp, followHelp, help } from './cli/help.ts';
import { install } from './cli/install.ts';
import { rotateCredential } from './cli/rotate-credential.ts';
import { run } from './cli/run.ts';
import { status } from './cli/status.ts';
import { uninstall } from './cli/uninstall.ts';
import { USAGE, WrongUsage } from './cli/usage.ts';
import { systemClock } from './clock.ts';
import type { Program } from './install/plan.ts';
import { createLog } from './log.ts';
import { currentPlatform } from './platform/current.ts';
import { defaultStateDir, trustStateDir } from './state/state-dir.ts';

/** The first signal asks the command to end well; a second one ends the process. */
const stopOnSignal = (): AbortSignal => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  whenNpmIsGone('agent', () => stop.abort());
  return stop.signal;
};

/** An account without a name, as in some containers, is no reason to end. */
const accountName = (): string | undefined => {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
};

/** A single executable is its own program; there the first argument is whatever it was called by. */
const ownProgram = (): Program =>
  isSea() ? { source: process.execPath } : { node: process.execPath, source: realpathSync(process.argv[1] ?? '') };

const contextFor = (stateDir: string | undefined): Context => ({
  stateDir: resolve(stateDir ?? defaultStateDir(process.platform, process.env)),
  print: (line) => process.stdout.write(`${line}\n`),
  tell: (line) => process.stderr.write(`${line}\n`),
  prompt: (text) => process.stderr.write(text),
  input: process.stdin,
  log: createLog((line) => process.stderr.write(line), systemClock.now),
  clock: systemClock,
  random: Math.random,
  platform: (log) => currentPlatform(process.platform, ownProgram().source, log),
  hostname: hostname(),
  account: { name: accountName(), home: homedir() },
  program: ownProgram(),
  env: process.env,
  stop: stopOnSignal,
});

const execute = async (line: CommandLine): Promise<void> => {
  const context = contextFor(line.options['state-dir']);
  // Before anything is read or written there; installing makes it, and looks at it then.
  if (line.command !== 'install' && line.command !== 'uninstall') {
    await trustStateDir(context.stateDir, context.platform());
  }
  switch (line.command) {
    case 'enroll':
      return enroll(context, line.options);
    case 'run':
      return run(context, line.options);
    case 'request-help':
      return help(context, line.options);
    case 'follow-help':
      return followHelp(context, line.options);
    case 'end-help':
      return endHelp(context, line.options);
    case 'install':
      return install(context, line.options);
    case 'uninstall':
      return uninstall(context, line.options);
    case 'postpone':
      return postpone(context, line.options);
    case 'reject':
      return reject(context);
    case 'restart-now':
      return restartNow(context);
    case 'rotate-credential':
      return rotateCredential(context, line.options);
    case 'status':
      return status(context, line.options);
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  try {
    const line = parseCommandLine(args);
    if (line === 'help') process.stdout.write(USAGE);
    else await execute(line);
    return 0;
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    if (!(error instanceof WrongUsage)) return 1;
    process.stderr.write(`\n${USAGE}`);
    return 2;
  }
};

outliveReaders(process);
main(process.argv.slice(2)).then((code) => {
  process.exitCode ||= code;
});
