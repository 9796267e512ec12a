/**
 * The server's side of the restart budget: so many restarts of one device in 24 hours, whoever orders them. A loop of
 * restarts, by a fault of ours or of a script that orders them, ends here. The agent has a budget of its own.
 *
 * The device's record keeps when it restarted lately. An acknowledgement takes that along in the task, and the change
 * that ends the task puts it back with the restart added: so it costs no request of its own.
 */
import { invalidState, type ProblemError } from '../api/problem.ts';
import { DAY, type Instant } from '../clock.ts';
import type { RestartTask } from './model.ts';

const OVER_BUDGET = 'restart_budget_exceeded';

/** What `recent` has of the last 24 hours. */
export const recentRestarts = (recent: readonly Instant[] | undefined, now: Instant): Instant[] =>
  (recent ?? []).filter((at) => now - at < DAY);

/** The device's restarts once this task has ended; `undefined` where the task adds none. */
export const restartsAfter = ({ state, endedAt, recentRestarts: recent }: RestartTask): Instant[] | undefined => {
  // A device that did not come back in time may have restarted, and counts as if it had.
  const restarted = state === 'succeeded' || state === 'timedOut';
  return restarted && recent && endedAt !== undefined ? [...recentRestarts(recent, endedAt), endedAt] : undefined;
};

/** The task that is refused instead of acknowledged. */
export const failOverBudget = (task: RestartTask, perDay: number, now: Instant): RestartTask => ({
  ...task,
  state: 'failed',
  version: task.version + 1,
  changedAt: now,
  endedAt: now,
  error: {
    code: OVER_BUDGET,
    message: `The device has restarted ${perDay} times in 24 hours, which is as often as it may.`,
  },
});

/** @returns the problem to answer where the task was refused for the budget */
export const budgetProblem = ({ state, error }: RestartTask): ProblemError | undefined =>
  error?.code === OVER_BUDGET ? invalidState(error.message, state) : undefined;
