/**
 * Calls to AWS fail, in ways that the seed draws, while people and devices go about their business: a selection of what
 * `npm run faults` does, which has every fault befall every call.
 */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Bench, openBench } from '../../faults/bench.ts';
import { type Blow, runCell, runCellDrawn } from '../../faults/cell.ts';
import type { Fault } from '../../faults/fault.ts';
import { outboxHolds } from '../../faults/outbox.ts';
import { drawing } from '../../faults/plan.ts';
import { scenarios } from '../../faults/scenarios/scenarios.ts';

/** Always the same, so that a run that passes says something of the next one. */
const SEED = 20_261_126;

/** Those that are over at once; what the SDK waits for is one test, and the rest of it in `npm run faults`. */
const SWIFT: readonly Fault[] = [
  'serverError',
  'reset',
  'answerLost',
  'partial',
  'deadline',
  'killedBefore',
  'killedAfter',
];

/** Between them they call most functions. */
const CHOSEN = [
  'a credential is rotated and used',
  'requests that are declined and withdrawn',
  'devices go while something of theirs is under way',
];

const LONG_MS = 180_000;

let bench: Bench;

beforeAll(async () => {
  bench = await openBench(inject('assemblyDir'));
});
afterAll(() => bench.remove());

it.each(scenarios.filter(({ name }) => CHOSEN.includes(name)).map((scenario) => [scenario.name, scenario] as const))(
  'nothing is lost or done twice when calls fail on the way of: %s',
  async (_, scenario) => {
    const { failure, fallen } = await runCellDrawn(bench, scenario, drawing(SEED, SWIFT));
    expect(failure).toBeUndefined();
    expect(fallen.length).toBeGreaterThan(5);
  },
  LONG_MS,
);

it(
  'nothing is lost or done twice where a call is throttled at each attempt, and one hangs that took effect',
  async () => {
    const [scenario] = scenarios.filter(({ name }) => name === CHOSEN[0]);
    const blows: Blow[] = [
      { moment: { function: 'events-relay', action: 'PutEvents', nth: 1 }, fault: 'throttled' },
      { moment: { function: 'agent-credentials', action: 'TransactWriteItems', nth: 1 }, fault: 'timeOutAfter' },
    ];
    const { failure, fallen } = await runCell(bench, scenario ?? expect.fail(), blows);
    expect(failure).toBeUndefined();
    expect(fallen).toEqual(blows);
  },
  LONG_MS,
);

it(
  'what consumers saw of 50 creates is what was committed, with crashes and throttles at every step',
  async () => {
    const { committed, seen, deliveries } = await outboxHolds(bench, 50, SEED);
    expect([committed, seen]).toEqual([50, 50]);
    expect(deliveries).toBeGreaterThanOrEqual(50);
  },
  LONG_MS,
);
