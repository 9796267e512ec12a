/** The command line of `npm run model`. */
import { parseOptions, UsageError, wholeNumber } from '../../lib/command-line.ts';

export const USAGE = `Usage: npm run model -- [--stack [--planted]] [--commands N] [--seed N]

  --stack       callers at once on a local stack of its own, in place of the domain on fakes
  --planted     with --stack: plants bugs into it, one at a time, and says which are found
  --commands N  how many steps, half of them for each lifecycle (default 1000000), or how many calls (default 1000);
                where bugs are planted, how many it looks for each (default 500)
  --seed N      a whole number; the same seed makes the same steps (default: another one each time)

Exit codes: 0 no difference and no transition left out, 1 otherwise, 2 wrong usage.
`;

export type Options = {
  readonly stack: boolean;
  readonly planted: boolean;
  readonly commands: number;
  readonly seed: number;
};

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const { stack, planted, commands, seed } = parseOptions(args, {
    stack: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    commands: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  });
  if (planted && !stack) throw new UsageError('--planted goes with --stack');
  const most = planted ? '500' : stack ? '1000' : '1000000';
  return {
    stack,
    planted,
    commands: wholeNumber('commands', commands ?? most, 1, 1_000_000_000),
    seed: wholeNumber('seed', seed, 0, 2 ** 31 - 1),
  };
};
