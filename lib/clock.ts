/** Time. The domain code takes its clock as an argument and counts in epoch milliseconds; the contract writes ISO 8601. */

/** Epoch milliseconds. */
export type Instant = number;

export type Clock = () => Instant;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-01-31T12:00:00.000Z` */
export const iso = (instant: Instant): string => new Date(instant).toISOString();

export const fromIso = (text: string): Instant => Date.parse(text);

/** `{ [name]: iso(instant) }`, or nothing where there is no instant: for optional members of an answer. */
export const isoMember = <Name extends string>(name: Name, instant: Instant | undefined): { [K in Name]?: string } =>
  instant === undefined ? {} : ({ [name]: iso(instant) } as { [K in Name]: string });
