/** What a device's agent does with its task: acknowledge, postpone, report. */
import { anothers, invalidMember, invalidState, notFound, ProblemError } from '../api/problem.ts';
import type { Clock, Instant } from '../clock.ts';
import { changeKnown } from '../concurrency.ts';
import { firstSeenAt } from '../devices/boots.ts';
import type { Device } from '../devices/model.ts';
import type { Id } from '../ids.ts';
import { budgetProblem, failOverBudget, recentRestarts } from './budget.ts';
import type { RestartTask, TaskState } from './model.ts';
import type { Inbox, TaskRepository } from './ports.ts';
import { parseReceipt } from './receipt.ts';
import { JobStopped } from './stop.ts';
import { acknowledge, type ReportedResult, report } from './task.ts';

type ChangeDeps = { tasks: Pick<TaskRepository, 'find' | 'save'>; clock: Clock };

export type AcknowledgeDeps = {
  tasks: Pick<TaskRepository, 'find' | 'save' | 'acknowledge' | 'recheck'>;
  inbox: Inbox;
  clock: Clock;
  /** How often a device may restart in 24 hours. */
  restartsPerDay: number;
};

const ownTask = (device: Device, task: RestartTask | undefined): RestartTask => {
  if (!task) throw notFound('restart task');
  if (task.deviceId !== device.id) throw anothers('restart task');
  return task;
};

/**
 * Applies a rule of `task.ts`. The first attempt trusts the task in the device's record, which the request's
 * authentication has just read; so the usual case costs one write.
 * @throws ProblemError `not_found` for another device's task, and what the rule throws
 */
export const changeOwnTask = (
  { tasks, clock }: ChangeDeps,
  device: Device,
  id: Id,
  rule: (task: RestartTask, now: Instant) => RestartTask,
): Promise<RestartTask> =>
  changeKnown(
    device.openRestart?.id === id ? device.openRestart : undefined,
    async () => ownTask(device, await tasks.find(id)),
    async (before) => {
      const after = rule(before, clock());
      if (after !== before) await tasks.save(before, after);
      return after;
    },
  );

const stopped = (currentState: TaskState): ProblemError =>
  invalidState('The order of the task was canceled or aborted, so it cannot be acknowledged.', currentState);

/** Saves an acknowledgement only while the task's job is not stopped, whatever that costs beside a fleet's others. */
const saveUnlessStopped =
  (tasks: AcknowledgeDeps['tasks']) =>
  async (before: RestartTask, after: RestartTask): Promise<void> => {
    if (after.state !== 'inProgress') return tasks.save(before, after);
    try {
      await tasks.acknowledge(before, after);
    } catch (error) {
      throw error instanceof JobStopped ? stopped('canceled') : error;
    }
  };

/**
 * Only after this has answered may the agent restart. Deletes the message from the inbox afterwards.
 * Where the device has restarted too often, the task fails instead. An acknowledgement that is repeated is allowed only
 * while nobody has canceled the order: it may be that its agent never heard the first answer.
 * @throws ProblemError `not_found`, `invalid_state`, `expired`; `invalid_request` for a receipt that no poll gave out
 */
export const acknowledgeTask = async (
  deps: AcknowledgeDeps,
  device: Device,
  id: Id,
  { receipt, bootId }: { receipt: string; bootId: string },
): Promise<RestartTask> => {
  const parsed = parseReceipt(receipt);
  let isRepeated = false;
  const change = { tasks: { ...deps.tasks, save: saveUnlessStopped(deps.tasks) }, clock: deps.clock };
  const task = await changeOwnTask(change, device, id, (before, now) => {
    const refused = budgetProblem(before);
    if (refused) throw refused;
    const after = acknowledge(before, bootId, now);
    isRepeated = after === before;
    if (isRepeated) return after;
    if (!parsed) throw invalidMember('/receipt', 'is not a receipt that a poll gave out');
    if (parsed.version !== before.version) {
      throw new ProblemError('invalid_state', 'The receipt is from an earlier delivery of the task.', {
        currentState: before.state,
      });
    }
    const recent = recentRestarts(device.recentRestarts, now);
    return recent.length < deps.restartsPerDay
      ? { ...after, recentRestarts: recent }
      : failOverBudget(before, deps.restartsPerDay, now);
  });
  if (isRepeated && (await deps.tasks.recheck(task)).stop === 'canceled') throw stopped('canceling');
  if (parsed) await deps.inbox.remove(device.id, parsed.handle);
  const refused = budgetProblem(task);
  if (refused) throw refused;
  return task;
};

/**
 * How the agent says that it ended. Success is held to what a poll is held to.
 * @throws ProblemError `not_found`, and what the rule throws
 */
export const reportTask = (
  deps: ChangeDeps,
  device: Device,
  id: Id,
  result: Omit<ReportedResult, 'firstSeenAt'>,
): Promise<RestartTask> => {
  const known = { ...result, firstSeenAt: firstSeenAt(device, result.bootId) };
  return changeOwnTask(deps, device, id, (task, now) => report(task, known, now));
};
