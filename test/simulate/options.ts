/** The command line of `npm run simulate`. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run simulate -- [--devices N] [--seed N]

  --devices N   how many virtual agents, 1000 to 2000000 (default 1000000)
  --seed N      a whole number; the same seed gives the same figures (default 1)

Exit codes: 0 every target is met, 1 one is missed, 2 wrong usage.
`;

export type Options = { readonly devices: number; readonly seed: number; readonly help: boolean };

const integer = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new RangeError(`--${name} must be a whole number from ${least} to ${most}, not "${text}".`);
};

/** @throws RangeError, or TypeError for an option that there is not */
export const readOptions = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    devices: integer('devices', values.devices, 1000, 2_000_000),
    seed: integer('seed', values.seed, 0, 2 ** 31 - 1),
    help: values.help,
  };
};
