/** What the steps of both models are made from. */
import fc from 'fast-check';
import type { CrashPoint } from '../unit/support/crash.ts';

/** Chooses one of what there is at that moment. */
export const any = fc.nat(1000);

/** One time in `oneIn`; otherwise nothing. */
export const sometimes = <T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

export const crash = sometimes(
  8,
  fc.record<CrashPoint>({ call: fc.nat(5), moment: fc.constantFrom('before', 'after') }),
);

export const named = <const Name extends string>(...names: Name[]) => fc.constantFrom(...names);

export const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

/** Which of the records that wait a consumer takes, as often as there are choices. */
export const choices = fc.array(any, { minLength: 1, maxLength: 40, size: 'max' });
