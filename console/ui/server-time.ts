/** The server's time: waits and deadlines are told by it, however far off this PC's clock is. */

const SECOND = 1000;

/** By how much this PC's clock is behind the server's, as the last answer told. */
let behindMs = 0;

/** Learns the time from an answer's `Date`, which is to the second: less than two is no difference. */
export const learnServerTime = (date: string | null, receivedAt = Date.now()): void => {
  const difference = date === null ? Number.NaN : Date.parse(date) - receivedAt;
  if (Number.isFinite(difference)) behindMs = Math.abs(difference) < 2 * SECOND ? 0 : difference;
};

/** In milliseconds. */
export const serverNow = (): number => Date.now() + behindMs;
