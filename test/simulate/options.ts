/** The command line of `npm run simulate`. */
import { parseOptions, wholeNumber } from '../../lib/command-line.ts';

export const USAGE = `Usage: npm run simulate -- [--devices N] [--seed N]

  --devices N   how many virtual agents, 10 to 2000000 (default 1000000)
  --seed N      a whole number; the same seed gives the same figures (default 1)

Exit codes: 0 every target is met, 1 one is missed, 2 wrong usage.
`;

export type Options = { readonly devices: number; readonly seed: number };

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    devices: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  });
  return {
    devices: wholeNumber('devices', values.devices, 10, 2_000_000),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31 - 1),
  };
};
