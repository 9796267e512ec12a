/**
 * What one device may do in an hour of what others hear of or pay for: a bound on what a stolen credential can flood.
 * Counted in the device's record, with the write that is counted, so that it costs nothing and is exact.
 */
import { ProblemError } from '../api/problem.ts';
import { HOUR, type Instant } from '../clock.ts';

/** How often it was done in the hour from `startedAt`. */
export type Spent = { readonly startedAt: Instant; readonly uses: number };

/** Saved if what is spent is still as it was `before`. */
export type Spending = { readonly before: Spent | undefined; readonly after: Spent };

const isOver = ({ startedAt }: Spent, now: Instant): boolean => Math.abs(now - startedAt) >= HOUR;

/** @returns `undefined` where it was done as often as it may be */
export const trySpend = (before: Spent | undefined, perHour: number, now: Instant): Spending | undefined => {
  if (before === undefined || isOver(before, now)) return { before, after: { startedAt: now, uses: 1 } };
  return before.uses < perHour ? { before, after: { ...before, uses: before.uses + 1 } } : undefined;
};

/** @throws ProblemError `too_many_requests`, with when the hour is over */
export const spend = (before: Spent | undefined, perHour: number, now: Instant): Spending => {
  const spending = trySpend(before, perHour, now);
  if (spending) return spending;
  throw new ProblemError('too_many_requests', `This device has done so ${perHour} times within an hour.`, {
    retryAfterSeconds: Math.max(1, Math.ceil(((before?.startedAt ?? now) + HOUR - now) / 1000)),
  });
};
