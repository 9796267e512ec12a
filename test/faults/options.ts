/** The command line of `npm run faults`. */
import { parseOptions, UsageError, wholeNumber } from '../../lib/command-line.ts';
import { FAULTS, type Fault } from './fault.ts';
import { scenarios } from './scenarios/scenarios.ts';

export const USAGE = `Usage: npm run faults -- [--only FUNCTION[:ACTION]] [--fault FAULT] [--nth N] [--scenario NAME] [--stacks N]
                         [--deaths] [--at-once ROUNDS] [--seed N] [--outbox CREATES]

Has every fault befall every call that a function makes to AWS, each in turn, on local stacks of its own.

  --only FUNCTION[:ACTION]  the calls of one function, or one of them, such as events-relay:PutEvents
  --fault FAULT             one of ${FAULTS.join(', ')}
  --nth N                   which of the equal calls in a scenario
  --scenario NAME           one of them, in quotes
  --stacks N                how many work beside each other, 1 to 16 (default 3)
  --deaths                  in place of every fault at each call: a death after each write in each scenario
  --at-once ROUNDS          in place of one call after the other: all calls of a scenario in one run, so many rounds
  --seed N                  draws the faults of the first round; the next one has the next seed (default 1)
  --outbox CREATES          in place of all that: so many creates, with crashes and throttles at every step

Exit codes: 0 all is survived, 1 something is not, or was not tried, 2 wrong usage.
`;

export type Options = {
  only?: string;
  fault?: Fault;
  nth?: number;
  scenario?: string;
  stacks: number;
  deaths: boolean;
  atOnce?: number;
  seed: number;
  outbox?: number;
};

const isFault = (name: string): name is Fault => FAULTS.includes(name as Fault);

/** @throws UsageError */
export const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    only: { type: 'string' },
    fault: { type: 'string' },
    nth: { type: 'string' },
    scenario: { type: 'string' },
    stacks: { type: 'string', default: '3' },
    deaths: { type: 'boolean', default: false },
    'at-once': { type: 'string' },
    seed: { type: 'string', default: '1' },
    outbox: { type: 'string' },
  });
  const { only, fault, nth, scenario, 'at-once': rounds, outbox } = values;
  if (fault !== undefined && !isFault(fault))
    throw new UsageError(`--fault is ${fault}: it is one of ${FAULTS.join(', ')}`);
  if (scenario !== undefined && !scenarios.some(({ name }) => name === scenario))
    throw new UsageError(
      `--scenario is ${scenario}: it is one of\n  ${scenarios.map(({ name }) => name).join('\n  ')}`,
    );
  return {
    stacks: wholeNumber('stacks', values.stacks, 1, 16),
    deaths: values.deaths,
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31 - 1),
    ...(only !== undefined && { only }),
    ...(fault !== undefined && { fault }),
    ...(scenario !== undefined && { scenario }),
    ...(nth !== undefined && { nth: wholeNumber('nth', nth, 1, 1_000_000) }),
    ...(rounds !== undefined && { atOnce: wholeNumber('at-once', rounds, 1, 1000) }),
    ...(outbox !== undefined && { outbox: wholeNumber('outbox', outbox, 1, 10_000_000) }),
  };
};
