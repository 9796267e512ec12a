/** Asks of a call that it ends in a problem, and gives the problem back to look at. */
import { expect } from 'vitest';
import { type ProblemCode, ProblemError } from '../../../lib/api/problem.ts';

const asProblem = (error: unknown): ProblemError => {
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
};

/** The problem that a synchronous rule throws; fails where it throws none. */
export const problemOf = (rule: () => unknown): ProblemError => {
  try {
    rule();
  } catch (error) {
    return asProblem(error);
  }
  return expect.fail('a problem should have been thrown');
};

/** The problem that a use case rejects with; fails where it answers. */
export const problemFrom = async (call: Promise<unknown>): Promise<ProblemError> => {
  try {
    await call;
  } catch (error) {
    return asProblem(error);
  }
  return expect.fail('the call should have been refused');
};

export const codeFrom = async (call: Promise<unknown>): Promise<ProblemCode> => (await problemFrom(call)).code;
