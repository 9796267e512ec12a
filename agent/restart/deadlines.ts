/**
 * What the server's times mean on this device's clock, which may be hours off and may be set at any moment. Only differences
 * of the server's times are used, counted from moments that this device saw; where it is unsure it assumes less time.
 */
import type { AnswerHeaders } from '../../lib/api/client.ts';
import type { RestartTask } from '../../lib/api/restarts.ts';
import type { Clock } from '../clock.ts';
import type { Staged } from '../state/task-file.ts';

const MINUTE_MS = 60_000;
/** The contract's default, should an answer have no `returnBy`. */
const RETURN_WITHIN_MS = 20 * MINUTE_MS;
/** A person gets this much warning even when the agent was killed and the grace ran out meanwhile. */
const WARN_AGAIN_MS = MINUTE_MS;
/** By how much the two clocks may drift apart before what is known about the time is doubted. */
const DRIFT_MS = 10_000;
const RESTART_STARTS_WITHIN_MS = 5 * MINUTE_MS;

/** When the answer was made, by the server's clock; by ours where it does not say. */
export const serverTime = (headers: AnswerHeaders, now: number): number => {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? now : date;
};

/** Until when to try to acknowledge: `acknowledgeBy`, on this device's clock. */
export const giveUpAt = (task: Pick<RestartTask, 'acknowledgeBy'>, now: number, serverNow: number): number =>
  now + Math.max(0, Date.parse(task.acknowledgeBy) - serverNow);

/**
 * When the restart may happen, on this device's clock.
 * @param sentAt when the acknowledgement was sent
 * @param serverNow when it was answered, by the server's clock. The answer may be to a repetition, and then the times
 *   count from the first one, which is that much earlier.
 */
export const restartTimes = (
  task: Pick<RestartTask, 'acknowledgedAt' | 'returnBy' | 'graceSeconds'>,
  sentAt: number,
  serverNow: number,
): Pick<Staged<'acknowledged'>, 'acknowledgedAt' | 'restartAt' | 'deadline'> => {
  const graceMs = task.graceSeconds * 1000;
  const serverAcknowledgedAt = Date.parse(task.acknowledgedAt ?? '') || serverNow;
  const acknowledgedAt = sentAt - Math.max(0, serverNow - serverAcknowledgedAt);
  const allowedMs =
    (Date.parse(task.returnBy ?? '') || serverAcknowledgedAt + graceMs + RETURN_WITHIN_MS) - serverAcknowledgedAt;
  return { acknowledgedAt, restartAt: acknowledgedAt + graceMs, deadline: acknowledgedAt + allowedMs };
};

/** How long to warn before the restart, from now. Never longer than the order's grace, nor into the deadline. */
export const warningMs = (task: Staged<'acknowledged'>, now: number): number => {
  const graceMs = task.graceSeconds * 1000;
  const left = Math.max(task.restartAt - now, Math.min(graceMs, WARN_AGAIN_MS));
  return Math.min(left, graceMs, Math.max(0, task.deadline - now - 15_000));
};

/** How far the wall clock is ahead of the one that does not jump. Changes when the clock is set or the PC sleeps. */
export const clockOffset = (clock: Pick<Clock, 'now' | 'monotonic'>): number => clock.now() - clock.monotonic();

/** Whether the clock was set, or the PC slept, between two offsets. */
export const hasJumped = (before: number, after: number): boolean => Math.abs(after - before) > DRIFT_MS;

/** How long the system may take to begin a restart; half of what is left, where that is little, so that the server still hears. */
export const startsWithinMs = (askedAt: number, deadline: number): number =>
  Math.max(0, Math.min(RESTART_STARTS_WITHIN_MS, (deadline - askedAt) / 2));
