/** How long the console waits before it asks for news again. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** While something is pending or under way. */
export const BUSY_MS = 5 * SECOND;
/** From the start of one call to the start of the next: what is new is seen within ten seconds, its call included. */
export const CALM_MS = 9 * SECOND;
/** After an hour in which nobody used any tab. */
export const UNUSED_MS = MINUTE;
const UNUSED_AFTER_MS = 60 * MINUTE;
const LONGEST_BACK_OFF_MS = MINUTE;

/** Nothing heard for so long is old, whatever the reason: the longest wait, and a call that takes its time. */
export const OLD_MS = 2 * UNUSED_MS;

export type Situation = {
  /** Whether something is pending or under way. */
  isBusy: boolean;
  /** For how long nobody used any tab. */
  unusedMs: number;
  /** How many calls in a row have failed. */
  failures: number;
  /** What the server asked for, where it asked for anything. */
  retryAfterSeconds?: number | undefined;
};

/** The wait in milliseconds. @param random from 0 up to 1: after failures, waits of many consoles spread */
export const waitMs = ({ isBusy, unusedMs, failures, retryAfterSeconds }: Situation, random: number): number => {
  if (retryAfterSeconds !== undefined) return Math.max(retryAfterSeconds * SECOND, BUSY_MS);
  if (failures > 0) return BUSY_MS + random * Math.min(BUSY_MS * 2 ** failures, LONGEST_BACK_OFF_MS);
  if (unusedMs >= UNUSED_AFTER_MS) return UNUSED_MS;
  return isBusy ? BUSY_MS : CALM_MS;
};

/** How often a page asks for what it shows, given how often it would. */
export const pagePace = (everyMs: number, unusedMs: number): number =>
  unusedMs >= UNUSED_AFTER_MS ? Math.max(everyMs, UNUSED_MS) : everyMs;
