/** `Retry-After` (RFC 9110, 10.2.3): a number of seconds, or a date. */

/** However far away it lies: a value that is absurd must not silence a caller for ever. */
const LONGEST_SECONDS = 24 * 3600;

/** The three forms of a date that a recipient must understand; the last one has no zone, and is UTC. */
const DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

const timeOf = (text: string): number => {
  if (!DATES.some((form) => form.test(text))) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
};

/**
 * How many seconds to wait, a day at most.
 * @param headers of the answer: a date counts from its own `Date`, so that a caller's clock may be wrong
 * @param now the caller's clock, in milliseconds, for an answer without a `Date`
 * @returns `undefined` where there is none: missing, blank, no number and no date, or a date that is over
 */
export const retryAfterSeconds = (headers: Pick<Headers, 'get'>, now: number): number | undefined => {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS);
  const at = timeOf(value);
  const answeredAt = timeOf(headers.get('date')?.trim() ?? '');
  const seconds = Math.ceil((at - (Number.isNaN(answeredAt) ? now : answeredAt)) / 1000);
  return seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : undefined;
};
