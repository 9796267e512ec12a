/** The search that judges concurrent histories, on a counter that answers with what it was before. */
import { describe, expect, it } from 'vitest';
import { linearize, type Operation } from '../../model/stack/linearize.ts';

type Counter = { value: number };

const add = (calledAt: number, answeredAt: number, outcome?: number): Operation<Counter> => ({
  name: 'add',
  calledAt,
  answeredAt,
  outcome: outcome === undefined ? undefined : String(outcome),
  parts: [
    (counter) => {
      counter.value += 1;
      return String(counter.value - 1);
    },
  ],
});

/** Reads, adds to what it read, and writes: others may come in between. */
const addInTwo = (calledAt: number, answeredAt: number, outcome: number): Operation<Counter> => {
  let read = 0;
  return {
    ...add(calledAt, answeredAt, outcome),
    parts: [
      ({ value }) => {
        read = value;
        return undefined;
      },
      (counter) => {
        counter.value = read + 1;
        return String(read);
      },
    ],
  };
};

const valueAfter = (...operations: Operation<Counter>[]) =>
  linearize({ value: 0 }, operations, (counter) => ({ ...counter }))?.value;

describe('a history', () => {
  it('of callers one after the other has the order in which they came', () => {
    expect(valueAfter(add(0, 1, 0), add(2, 3, 1))).toBe(2);
    expect(valueAfter(add(0, 1, 1), add(2, 3, 0))).toBeUndefined();
  });

  it('of callers at once has any order', () => {
    expect(valueAfter(add(0, 10, 1), add(1, 9, 0), add(2, 3, 2))).toBe(3);
  });

  it('in which two were told the same is of no order', () => {
    expect(valueAfter(add(0, 10, 0), add(1, 9, 0))).toBeUndefined();
  });

  it('with a caller who got no answer counts with its effect and without, also a late one', () => {
    expect(valueAfter(add(0, Number.POSITIVE_INFINITY), add(1, 2, 0))).toBe(1);
    expect(valueAfter(add(0, Number.POSITIVE_INFINITY), add(1, 2, 1))).toBe(2);
    expect(valueAfter(add(0, Number.POSITIVE_INFINITY), add(1, 2, 0), add(3, 4, 2))).toBe(3);
    expect(valueAfter(add(5, Number.POSITIVE_INFINITY), add(1, 2, 1))).toBeUndefined();
  });

  it('of operations in two parts has others between them', () => {
    expect(valueAfter(addInTwo(0, 10, 0), addInTwo(0, 10, 0))).toBe(1);
    expect(valueAfter(addInTwo(0, 1, 0), addInTwo(2, 3, 0))).toBeUndefined();
  });
});
