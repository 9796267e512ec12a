/** When to call again: the server's pace while it answers, full-jitter exponential back-off with a floor while it does not. */

export type BackOff = { floorSeconds: number; capSeconds: number };

/** For polls. With this floor, a million agents that come back after an outage stay near their steady rate. */
export const POLL_BACK_OFF: BackOff = { floorSeconds: 60, capSeconds: 600 };

/** For what a task waits for: few devices have one at a time, and its deadlines may be a minute away. */
export const TASK_BACK_OFF: BackOff = { floorSeconds: 10, capSeconds: 600 };

const DEFAULT_POLL_SECONDS = 60;
const LONGEST_PACE_SECONDS = 3600;

/**
 * How long to wait after the nth failure in a row: anywhere between the floor and a ceiling that doubles up to the cap.
 * A `Retry-After` raises the floor, and the jitter stays, so that those who were all told the same do not all come at once.
 * @param failures 1 or more
 * @param random from 0 up to 1
 */
export const backOffMs = (
  failures: number,
  random: number,
  { floorSeconds, capSeconds }: BackOff = POLL_BACK_OFF,
  retryAfterSeconds = 0,
): number => {
  const floor = Math.max(floorSeconds, Math.min(retryAfterSeconds, LONGEST_PACE_SECONDS));
  const ceiling = Math.max(Math.min(capSeconds, floorSeconds * 2 ** Math.min(failures, 30)), floor * 1.5);
  return Math.round((floor + random * (ceiling - floor)) * 1000);
};

/**
 * How long to wait after the nth failed poll in a row: at least as long as the server last asked for. A fleet that came
 * back sooner than that would poll faster after an outage than before it.
 * @param paceMs what the last answer asked for; 0 when there was none
 */
export const pollBackOffMs = (failures: number, random: number, paceMs: number, retryAfterSeconds = 0): number => {
  const floorSeconds = Math.max(POLL_BACK_OFF.floorSeconds, paceMs / 1000);
  return backOffMs(failures, random, { ...POLL_BACK_OFF, floorSeconds }, retryAfterSeconds);
};

/** How long to wait after an answer: `Retry-After`, else what its body says, and never less than a second. */
export const pollDelayMs = (answer: { retryAfterSeconds?: number; pollAfterSeconds?: number }): number => {
  const seconds = answer.retryAfterSeconds ?? answer.pollAfterSeconds ?? DEFAULT_POLL_SECONDS;
  return Math.min(Math.max(seconds, 1), LONGEST_PACE_SECONDS) * 1000;
};

/** How long to wait before the first poll, so that PCs that are switched on together do not poll together. */
export const startDelayMs = (random: number, withinSeconds: number): number =>
  Math.round(random * withinSeconds * 1000);
