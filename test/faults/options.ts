/** The options of `npm run faults`. */
import { parseArgs } from 'node:util';
import { FAULTS, type Fault } from './fault.ts';

export type Options = {
  /** A function, or a function and an action: `events-relay:PutEvents`. */
  only?: string;
  fault?: Fault;
  /** Which of the calls in the scenario. */
  nth?: number;
  scenario?: string;
  /** Stacks that work beside each other. */
  stacks: number;
  /** Instead of one call after the other: so many rounds in which all calls of a scenario suffer. */
  atOnce?: number;
  seed: number;
  /** Instead of the table: so many creates with crashes and throttles at every step. */
  outbox?: number;
};

const isFault = (name: string): name is Fault => FAULTS.includes(name as Fault);

/** @throws Error that says which argument is wrong */
export const readOptions = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      fault: { type: 'string' },
      nth: { type: 'string' },
      scenario: { type: 'string' },
      stacks: { type: 'string', default: '3' },
      'at-once': { type: 'string' },
      seed: { type: 'string', default: '1' },
      outbox: { type: 'string' },
    },
  });
  const wholeNumber = (name: string, value: string): number => {
    if (!/^[1-9]\d*$/.test(value)) throw new Error(`--${name} is ${value}: a whole number is needed`);
    return Number(value);
  };
  const { only, fault, nth, scenario, outbox } = values;
  if (fault !== undefined && !isFault(fault)) throw new Error(`--fault is ${fault}: it is one of ${FAULTS.join(', ')}`);
  return {
    stacks: wholeNumber('stacks', values.stacks),
    seed: wholeNumber('seed', values.seed),
    ...(only !== undefined && { only }),
    ...(fault !== undefined && { fault }),
    ...(scenario !== undefined && { scenario }),
    ...(nth !== undefined && { nth: wholeNumber('nth', nth) }),
    ...(values['at-once'] !== undefined && { atOnce: wholeNumber('at-once', values['at-once']) }),
    ...(outbox !== undefined && { outbox: wholeNumber('outbox', outbox) }),
  };
};
