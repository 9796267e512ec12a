/** Event patterns in EventBridge's language, for rules and for the filters of event source mappings. */
import { StartError } from '../errors.ts';
import { type Dialect, parseComparison, type Test } from './comparison.ts';

export type Matcher = (event: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** An array matches where any of its members does; a missing field is seen by `exists` alone. */
const matchesLeaf = (value: unknown, tests: readonly Test[]): boolean => {
  // A leaf pattern says nothing about an object: not even `exists`, which AWS knows on leaves only.
  if (isObject(value)) return false;
  const candidates = Array.isArray(value) ? (value.length > 0 ? value : [undefined]) : [value];
  return candidates.some((candidate) => tests.some((test) => test(candidate)));
};

/**
 * Compiles `pattern`. `where` names it in errors, such as "the pattern of rule Alerts". Throws `StartError` for an
 * operator that is not known, so that a rule which can never match is found when the stack starts.
 */
export const compilePattern = (
  pattern: Record<string, unknown>,
  where: string,
  dialect: Dialect = 'events',
): Matcher => {
  const parts = Object.entries(pattern).map(([field, expected]): Matcher => {
    if (field === '$or' && Array.isArray(expected) && expected.every(isObject)) {
      const alternatives = expected.map((alternative) => compilePattern(alternative, where, dialect));
      return (event) => alternatives.some((matches) => matches(event));
    }
    if (Array.isArray(expected)) {
      if (expected.length === 0) throw new StartError(`${where}: the list of ${field} is empty.`);
      const tests = expected.map((comparison) => parseComparison(comparison, `${where}, at ${field},`, dialect));
      return (event) => matchesLeaf(isObject(event) ? event[field] : undefined, tests);
    }
    if (isObject(expected)) {
      const matches = compilePattern(expected, where, dialect);
      return (event) => {
        const value = isObject(event) ? event[field] : undefined;
        return Array.isArray(value) ? value.some(matches) : matches(value);
      };
    }
    throw new StartError(
      `${where}: ${field} must be a list of values, or an object, and is ${JSON.stringify(expected)}.`,
    );
  });
  return (event) => parts.every((matches) => matches(event));
};

/** Throws `StartError` unless `pattern` can be compiled. */
export const checkPattern = (pattern: Record<string, unknown>, where: string, dialect: Dialect): void => {
  compilePattern(pattern, where, dialect);
};
