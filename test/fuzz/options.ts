/** The command line of `npm run fuzz`. */
import { operations } from '../../lib/api/operations.ts';
import { parseOptions, UsageError, wholeNumber } from '../../lib/command-line.ts';

export const USAGE = `Usage: npm run fuzz -- [--count N] [--seed N] [--operation ID [--index N]]

  --count N       how many requests in all, 1 to 10000000 (default 100000)
  --seed N        a whole number; the same seed makes the same requests (default: another one each time)
  --operation ID  of this operation alone, as the OpenAPI document calls it: as many as a whole run has of it
  --index N       this one request of it alone, and shows it

Exit codes: 0 every answer is as it should be, 1 one is not, 2 wrong usage.
`;

export type Options = {
  readonly count: number;
  readonly seed: number;
  readonly operation?: string;
  readonly index?: number;
};

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const { count, seed, operation, index } = parseOptions(args, {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    operation: { type: 'string' },
    index: { type: 'string' },
  });
  if (operation !== undefined && !operations.some(({ id }) => id === operation))
    throw new UsageError(`--operation is ${operation}: there is none of that id`);
  if (index !== undefined && operation === undefined) throw new UsageError('--index goes with --operation');
  return {
    count: wholeNumber('count', count, 1, 10_000_000),
    seed: wholeNumber('seed', seed, 0, 2 ** 31 - 1),
    ...(operation !== undefined && { operation }),
    ...(index !== undefined && { index: wholeNumber('index', index, 0, 10_000_000) }),
  };
};
