/**
 * The rules of a restart task: each change as a pure function from the task before to the task after. States move
 * forward only. A change that the state does not allow is a conflict that names the state.
 */

import { invalidState, ProblemError } from '../api/problem.ts';
import type { TaskState } from '../api/restarts.ts';
import { type Instant, iso, MINUTE, SECOND } from '../clock.ts';
import type { Id } from '../ids.ts';
import { isOpen, type RestartJob, type RestartTask } from './model.ts';
import { startOf, underWayPollSeconds } from './pace.ts';
import { markOf } from './stop.ts';

type Change = Partial<RestartTask> & { state: TaskState };

const changed = (task: RestartTask, now: Instant, change: Change): RestartTask => ({
  ...task,
  ...change,
  version: task.version + 1,
  changedAt: now,
});

const ended = (task: RestartTask, now: Instant, state: TaskState, error?: RestartTask['error']): RestartTask =>
  changed(task, now, { state, endedAt: now, ...(error && { error }) });

const refuse = (task: RestartTask, doing: string): never => {
  throw invalidState(`The task is ${task.state}, so it cannot be ${doing}.`, task.state);
};

/** `deliverWithinMinutes` after the order or its `notBefore`, whichever is later. */
const acknowledgeBy = (from: Instant, deliverWithinMinutes: number): Instant => from + deliverWithinMinutes * MINUTE;

/** @param release when it may start, as the job's pace has it */
export const newTask = (
  job: RestartJob,
  device: { id: Id; name: string },
  id: Id,
  now: Instant,
  release: Instant = startOf(job),
): RestartTask => {
  const notBefore = release > job.createdAt ? release : job.notBefore;
  const pollSeconds = underWayPollSeconds(job);
  return {
    id,
    jobId: job.id,
    deviceId: device.id,
    deviceName: device.name,
    orderedBy: job.createdBy,
    ...(job.correlationId !== undefined && { correlationId: job.correlationId }),
    state: release > now ? 'scheduled' : 'queued',
    version: 1,
    changedAt: now,
    ...(job.message !== undefined && { message: job.message }),
    graceSeconds: job.graceSeconds,
    deliverWithinMinutes: job.deliverWithinMinutes,
    returnWithinMinutes: job.returnWithinMinutes,
    force: job.force,
    mayReject: job.mayReject,
    postponements: 0,
    maxPostponements: job.maxPostponements,
    createdAt: now,
    ...(notBefore !== undefined && { notBefore }),
    ...(pollSeconds !== undefined && { underWayPollSeconds: pollSeconds }),
    ...markOf(job, id),
    acknowledgeBy: acknowledgeBy(release, job.deliverWithinMinutes),
  };
};

/** When the sweep must look at the task next; nothing once it has ended. */
export const dueAt = (task: RestartTask): Instant | undefined => {
  if (task.state === 'scheduled') return task.notBefore ?? task.createdAt;
  if (task.state === 'queued') return task.acknowledgeBy;
  return isOpen(task) ? task.returnBy : undefined;
};

/**
 * The server's yes, without which an agent does not restart. The same boot asking again gets the same yes.
 * @throws ProblemError `expired` past the deadline; `invalid_state` for a task that is not waiting to be acknowledged
 */
export const acknowledge = (task: RestartTask, bootId: string, now: Instant): RestartTask => {
  if (task.state === 'inProgress' && task.acknowledgedBootId === bootId) return task;
  const late = task.state === 'queued' && now >= task.acknowledgeBy;
  if (late || task.state === 'expired') {
    throw new ProblemError('expired', `The task had to be acknowledged by ${iso(task.acknowledgeBy)}.`);
  }
  if (task.state !== 'queued') return refuse(task, 'acknowledged');
  return changed(task, now, {
    state: 'inProgress',
    acknowledgedAt: now,
    acknowledgedBootId: bootId,
    returnBy: now + task.graceSeconds * SECOND + task.returnWithinMinutes * MINUTE,
  });
};

/** @throws ProblemError `invalid_state` when it is not in progress or the budget is spent */
export const postpone = (task: RestartTask, minutes: number, now: Instant): RestartTask => {
  if (task.state !== 'inProgress') return refuse(task, 'postponed');
  if (task.postponements >= task.maxPostponements) {
    throw invalidState(`The order allows ${task.maxPostponements} postponements, and no more are left.`, task.state);
  }
  const { acknowledgedAt: _, acknowledgedBootId: __, returnBy: ___, ...waiting } = task;
  const notBefore = now + minutes * MINUTE;
  return changed(waiting, now, {
    state: 'scheduled',
    postponements: task.postponements + 1,
    notBefore,
    acknowledgeBy: acknowledgeBy(notBefore, task.deliverWithinMinutes),
  });
};

/** What a device shows of the boot that it runs. */
export type Boot = {
  readonly bootId: string;
  /** For how long it has run; older agents do not say. */
  readonly uptimeSeconds?: number | undefined;
  /** When the device was first seen with it; absent where it was not. */
  readonly firstSeenAt?: Instant | undefined;
};

/** By how much an uptime may be off: it is a moment old when it is told, and some systems count from a little earlier. */
const UPTIME_TOLERANCE_MS = MINUTE;

/**
 * Why a boot proves no restart; `undefined` where it does. A boot that another machine or an older snapshot runs was
 * there before the acknowledgement: the device was seen with it, or it has run for longer. No clock but ours is asked.
 */
const unproved = (
  task: RestartTask,
  { bootId, uptimeSeconds, firstSeenAt }: Boot,
  now: Instant,
): string | undefined => {
  const { acknowledgedAt, acknowledgedBootId } = task;
  if (acknowledgedAt === undefined || acknowledgedBootId === bootId)
    return 'The boot id is still the one that acknowledged the task.';
  if (firstSeenAt !== undefined && firstSeenAt < acknowledgedAt)
    return 'The device was seen with this boot id before the task was acknowledged.';
  const startedAt = uptimeSeconds === undefined ? now : now - uptimeSeconds * SECOND;
  return startedAt < acknowledgedAt - UPTIME_TOLERANCE_MS
    ? 'By its uptime the device has not started since the task was acknowledged.'
    : undefined;
};

/** A boot that began after the acknowledgement is the proof of a restart. */
export const provesRestart = (task: RestartTask, boot: Boot, now: Instant): boolean =>
  unproved(task, boot, now) === undefined;

const UNDER_WAY: readonly TaskState[] = ['inProgress', 'canceling'];

export const isUnderWay = (task: RestartTask): boolean => UNDER_WAY.includes(task.state);

export const succeed = (task: RestartTask, now: Instant): RestartTask => ended(task, now, 'succeeded');

/** When its device came back, where it was one of a whole fleet; `undefined` otherwise. */
export const restartedWithFleetAt = ({
  state,
  endedAt,
  underWayPollSeconds: pace,
}: RestartTask): Instant | undefined => (state === 'succeeded' && pace !== undefined ? endedAt : undefined);

export type ReportedResult = Boot & {
  outcome: 'succeeded' | 'failed' | 'rejected' | 'canceled';
  error?: { code: string; message: string } | undefined;
};

/**
 * What the agent says of how it ended. The same report again changes nothing.
 * @throws ProblemError `restart_not_proved`; `invalid_state` for an outcome that the task's state or order rules out
 */
export const report = (task: RestartTask, result: ReportedResult, now: Instant): RestartTask => {
  const { outcome, bootId } = result;
  const problem = outcome === 'succeeded' ? unproved(task, result, now) : undefined;
  const isSameBoot = problem !== undefined && task.acknowledgedBootId === bootId;
  if (isSameBoot) throw new ProblemError('restart_not_proved', problem);
  if (task.state === outcome) return task;
  if (!isUnderWay(task)) return refuse(task, `reported as ${outcome}`);
  if (problem !== undefined) throw new ProblemError('restart_not_proved', problem);
  if (outcome === 'succeeded') return succeed(task, now);
  if (outcome === 'canceled')
    return task.state === 'canceling' ? ended(task, now, 'canceled') : refuse(task, 'canceled by its agent');
  if (outcome === 'rejected' && !task.mayReject) return refuse(task, 'rejected, which its order does not allow');
  const unexplained = { code: 'unspecified', message: 'The agent gave no reason.' };
  return ended(task, now, outcome, result.error ?? (outcome === 'failed' ? unexplained : undefined));
};

/**
 * Before the acknowledgement the task is canceled at once; after it the agent is asked. Asking twice changes nothing.
 * @throws ProblemError `invalid_state` when it has ended otherwise
 */
export const cancel = (task: RestartTask, now: Instant): RestartTask => {
  if (task.state === 'scheduled' || task.state === 'queued') return ended(task, now, 'canceled');
  if (task.state === 'inProgress') return changed(task, now, { state: 'canceling' });
  if (task.state === 'canceling' || task.state === 'canceled') return task;
  return refuse(task, 'canceled');
};

/** The device was retired. */
export const remove = (task: RestartTask, now: Instant): RestartTask => ended(task, now, 'removed');

/** Ordered while the device's task before was being canceled: its agent may restart it yet, or not at all. */
export const failBehindCanceled = (task: RestartTask, now: Instant): RestartTask =>
  ended(task, now, 'failed', {
    code: 'cancellation_under_way',
    message: "The cancellation of the device's restart before was still under way. Retry the job once that has ended.",
  });

/** Delivered as often as the redrive policy allows and never acknowledged; `undefined` where that no longer matters. */
export const failUndelivered = (task: RestartTask, version: number, now: Instant): RestartTask | undefined =>
  task.state === 'queued' && task.version === version
    ? ended(task, now, 'failed', {
        code: 'not_acknowledged',
        message: 'The task was handed to the device five times, and never acknowledged.',
      })
    : undefined;

/** What the passing of time does to a task; `undefined` while nothing is due. */
export const onTime = (task: RestartTask, now: Instant): RestartTask | undefined => {
  const due = dueAt(task);
  if (due === undefined || now < due) return undefined;
  if (task.state === 'scheduled') return changed(task, now, { state: 'queued' });
  if (task.state === 'queued') {
    return ended(task, now, 'expired', {
      code: 'not_acknowledged',
      message: `The device did not acknowledge the task by ${iso(task.acknowledgeBy)}.`,
    });
  }
  return ended(task, now, 'timedOut', {
    code: 'not_returned',
    message: `The device did not come back by ${iso(due)}.`,
  });
};
