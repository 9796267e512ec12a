/**
 * When the person is warned of a restart: when the order arrives, and again 60, 15, 5 and 1 minutes before. A warning that
 * would follow the last one too closely is left out, so a grace of 5 minutes warns at once and at 1 minute, and one of less
 * than a minute at once. Also when the restart turns out to be at another time than was said.
 */

const MINUTE_MS = 60_000;
const MARKS_MS = [60, 15, 5, 1].map((minutes) => minutes * MINUTE_MS);
/** A little less than a minute: a grace of 2 minutes has its second warning although the first one took a moment. */
export const SHORTEST_GAP_MS = 45_000;
/** What a person would not call another time. */
const SAME_TIME_MS = 30_000;

/** A warning that was shown: how long after the acknowledgement, and how long before the restart as it then stood. */
export type Warned = { readonly atMs: number; readonly leftMs: number };

/**
 * In how many milliseconds the next warning is due: 0 for now, `undefined` for none any more.
 * @param elapsedMs since the acknowledgement @param leftMs until the restart @param warned the last warning
 */
export const nextWarningMs = (elapsedMs: number, leftMs: number, warned: Warned | undefined): number | undefined => {
  if (!warned) return 0;
  const restartMs = elapsedMs + leftMs;
  const earliestMs = warned.atMs + SHORTEST_GAP_MS;
  const said = warned.atMs + warned.leftMs;
  const moved = Math.abs(restartMs - said) > SAME_TIME_MS ? [Math.max(elapsedMs, earliestMs)] : [];
  const marks = MARKS_MS.map((mark) => restartMs - mark).filter((at) => at >= earliestMs);
  // Several that passed unshown, while the PC slept for one, are one warning.
  const due = [...moved, ...marks].filter((at) => at < restartMs).map((at) => Math.max(0, at - elapsedMs));
  return due.length > 0 ? Math.min(...due) : undefined;
};
