/** The command line of `npm run load`. */
import { parseOptions, UsageError, wholeNumber } from '../../lib/command-line.ts';
import { devicesFor } from './plan.ts';
import type { LoadOptions } from './run.ts';

export const USAGE = `Usage: npm run load -- [--minutes N] [--rate N] [--devices N] [--seed N] [--picture FILE]

  --minutes N      how long, 0.05 to 600 (default 10)
  --rate N         what begins at the stack in a second: polls, and some requests for help and restarts, 1 to 1000
                   (default 20)
  --devices N      how many enrolled agents (default 200, or as many as its restarts need)
  --seed N         a whole number; the same seed plans the same run (default 1)
  --picture FILE   where the picture of latency over time goes (default build/load.svg)

Exit codes: 0 every target is met, 1 one is missed or cannot be told, 2 wrong usage.
`;

export type Options = LoadOptions & { readonly picture: string };

/** Each then has a restart of its three less. */
const WARM_UP_DEVICES = 200;

const number = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} is ${text}: a number from ${least} to ${most} is needed`);
};

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '20' },
    devices: { type: 'string' },
    seed: { type: 'string', default: '1' },
    picture: { type: 'string', default: 'build/load.svg' },
  });
  const seconds = number('minutes', values.minutes, 0.05, 600) * 60;
  const rate = number('rate', values.rate, 1, 1000);
  const needed = Math.max(devicesFor({ seconds, rate }), WARM_UP_DEVICES);
  const devices = wholeNumber('devices', values.devices ?? String(Math.max(200, needed)), 1, 100_000);
  if (devices < needed)
    throw new UsageError(`--devices is ${devices}: ${needed} or more are needed for that many restarts`);
  const seed = wholeNumber('seed', values.seed, 0, 2 ** 31 - 1);
  return { seconds, rate, devices, seed, warmUpDevices: WARM_UP_DEVICES, picture: values.picture };
};
