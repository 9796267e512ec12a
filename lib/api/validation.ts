/** Turns what zod found into the contract's `errors`, in words. zod's own texts would bring a locale into every bundle. */
import type * as z from 'zod/mini';
import { firstOf } from '../one-line.ts';

type Issue = z.core.$ZodIssue;

const UNITS: Record<string, string> = { string: ' characters', array: ' items' };

const bound = (issue: { origin: string; inclusive?: boolean | undefined }, word: string, value: unknown): string =>
  `must ${UNITS[issue.origin] ? 'have' : 'be'} ${word} ${value}${UNITS[issue.origin] ?? ''}`;

const describe = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be given, as ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'too_small':
      return bound(issue, 'at least', issue.minimum);
    case 'too_big':
      return bound(issue, 'at most', issue.maximum);
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a UTC time such as 2026-01-31T12:00:00Z' : issue.message;
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
};

/** One step of a JSON pointer (RFC 6901), in which `~` and `/` have a meaning of their own. */
const step = (part: PropertyKey): string => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Whoever wrote the request wrote the names in it too: of a long one the beginning tells which it is. */
const LONGEST_POINTER = 200;

/** @returns one entry per fault; `path` is a JSON pointer into the body or the query, cut where it is very long */
export const describeIssues = (issues: readonly Issue[]): { path: string; message: string }[] =>
  entriesOf(issues).map(({ path, message }) => ({ path: firstOf(path, LONGEST_POINTER), message }));

const entriesOf = (issues: readonly Issue[]): { path: string; message: string }[] =>
  issues.flatMap((issue) => {
    const pointer = issue.path.map(step).join('');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pointer + step(key), message: 'is not known' }))
      : [{ path: pointer, message: describe(issue) }];
  });
