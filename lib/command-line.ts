/**
 * What the command lines of the project's own programs have in common: `--help` prints the usage and ends with 0, and
 * options that cannot be used end with 2, the reason and the usage.
 */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { outliveReaders } from './output.ts';

/** A command line that cannot be used; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError for what is no option, or an option without its value */
export const parseOptions = <Config extends ParseArgsOptionsConfig>(args: string[], options: Config) => {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

/** @throws UsageError where `text` is no whole number from `least` to `most` */
export const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} is ${text}: a whole number from ${least} to ${most} is needed`);
};

/** @returns the exit code: 0 for `--help`, 2 for options that `read` refuses, else what `run` returns */
export const runCommand = async <Options>(
  usage: string,
  read: (args: string[]) => Options,
  run: (options: Options) => number | Promise<number>,
  args: string[] = process.argv.slice(2),
): Promise<number> => {
  outliveReaders(process);
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  let options: Options;
  try {
    options = read(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return 2;
  }
  return run(options);
};
