/** What a call of a use case came to. */
import { ProblemError } from '../../lib/api/problem.ts';
import { Crash } from '../unit/support/crash.ts';

/** `ok`, a problem's code, or that it was killed and nobody knows. */
export type Result<T = unknown> = { outcome: 'ok'; value: T } | { outcome: string; value?: undefined };

export const KILLED = 'killed';

/** @throws what is neither a problem for the caller nor the injected crash: a bug of the product's */
export const resultOf = async <T>(call: () => Promise<T>): Promise<Result<T>> => {
  try {
    return { outcome: 'ok', value: await call() };
  } catch (error) {
    if (error instanceof Crash) return { outcome: KILLED };
    if (error instanceof ProblemError) return { outcome: error.code };
    if (error instanceof AggregateError && error.errors.every((one) => one instanceof Crash))
      return { outcome: KILLED };
    throw error;
  }
};
