/** The terms of every restart that the model orders, and what they are in the specification. */
import type { SpecJob } from '../restart-spec.ts';

const MINUTE = 60_000;

export const TERMS = {
  graceSeconds: 0,
  deliverWithinMinutes: 240,
  returnWithinMinutes: 20,
  maxPostponements: 1,
  mayReject: true,
};

export const termsAt = (orderedAt: number): SpecJob => ({
  orderedAt,
  deliverMs: TERMS.deliverWithinMinutes * MINUTE,
  returnMs: TERMS.returnWithinMinutes * MINUTE,
  maxPostponements: TERMS.maxPostponements,
  mayReject: TERMS.mayReject,
  canceled: false,
  stop: undefined,
  abortAfterFailures: undefined,
});
