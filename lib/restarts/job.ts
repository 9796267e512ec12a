/**
 * The rules of a restart job: it expands into tasks, runs while any of them is open, and is completed then. It may be
 * stopped before, by a cancellation or an abortion. From then on none of its tasks is acknowledged (`stop.ts`). They are
 * canceled one by one, and `closingDueAt` marks the job until its counts show that nothing is left to cancel.
 */
import type { Actor } from '../actor.ts';
import { invalidState } from '../api/problem.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import {
  type CountedState,
  type Counts,
  isOpen,
  type JobState,
  type RestartJob,
  type RestartTask,
  type TargetPosition,
  type TaskState,
} from './model.ts';

const change = (job: RestartJob, changes: Partial<RestartJob>): RestartJob => ({
  ...job,
  ...changes,
  version: job.version + 1,
});

type Chosen = Omit<RestartJob, 'id' | 'state' | 'version' | 'expanded' | 'createdAt' | 'createdBy' | 'correlationId'>;

/** @param correlationId the request by which it is ordered */
export const newJob = (
  newId: IdSource,
  chosen: Chosen,
  actor: Actor,
  now: Instant,
  correlationId: string | undefined,
): RestartJob => ({
  ...chosen,
  id: newId('job', now),
  state: 'expanding',
  version: 1,
  expanded: 0,
  createdAt: now,
  createdBy: actor.name,
  ...(correlationId !== undefined && { correlationId }),
  lookAgainAt: now + EXPANDING_FOR_MS,
});

/** How soon an expansion is started again that may stand still. One that only takes long loses nothing by it. */
const EXPANDING_FOR_MS = 10 * MINUTE;

/** How soon the tasks of a job that runs are counted again. Most jobs are over by then. */
const RUNNING_FOR_MS = DAY;

/** When the sweep is to have the worker go on with it. */
export const jobDueAt = ({ closingDueAt, lookAgainAt }: RestartJob): Instant | undefined => closingDueAt ?? lookAgainAt;

/**
 * The job with a new version, whose stream record has the worker go on where a record before it was lost: it expands the
 * job, or looks at its tasks again. `undefined` while there is no need.
 */
export const movedOn = (job: RestartJob, now: Instant): RestartJob | undefined => {
  if (job.lookAgainAt === undefined || now < job.lookAgainAt) return undefined;
  if (job.state === 'expanding') return change(job, { lookAgainAt: now + EXPANDING_FOR_MS });
  return change(job, { lookAgainAt: now + RUNNING_FOR_MS, recount: {} });
};

/**
 * One that has ended needs no other look once all of its tasks were looked at.
 * @param after where counting goes on; absent once all tasks were counted
 */
export const recounted = ({ recount: _, ...job }: RestartJob, after?: string): RestartJob => {
  if (after !== undefined) return change(job, { recount: { after } });
  const { lookAgainAt: __, ...ended } = job;
  return change(job.endedAt === undefined ? job : ended, {});
};

/** How many devices the job is for; of a group or a retry, as far as it has been expanded. */
export const deviceCount = ({ deviceIds, expanded }: RestartJob): number => Math.max(deviceIds.length, expanded);

/** The states that a retry takes its devices from, in the order in which it reads them. */
export const RETRIED = ['failed', 'timedOut', 'expired'] as const satisfies TaskState[] as readonly [
  TaskState,
  ...TaskState[],
];

/**
 * @param count of devices that got their task or joined another, further to those before
 * @param position where a group or a retry goes on; absent at its end
 */
export const expandedBy = (job: RestartJob, count: number, position?: TargetPosition): RestartJob => {
  const { position: _, ...rest } = job;
  const expanded = job.expanded + count;
  const isDone = position === undefined && expanded >= job.deviceIds.length;
  const lookAgainAt = Math.max(job.createdAt, job.notBefore ?? 0) + RUNNING_FOR_MS;
  if (isDone) return change(rest, { expanded, state: 'running', lookAgainAt });
  return change(rest, { expanded, state: 'expanding', ...(position && { position }) });
};

const isEnded = (state: CountedState): boolean => state === 'joined' || !isOpen({ state: state as TaskState });

/** Devices whose part in the job is over: their task has ended, or they joined another job's. */
export const endedCount = (counts: Counts): number =>
  Object.entries(counts).reduce((sum, [state, n]) => (isEnded(state as CountedState) ? sum + (n ?? 0) : sum), 0);

/** How soon what was stopped is looked through again, should the index of its tasks have been behind. */
const CLOSE_AGAIN_AFTER_MS = MINUTE;

/** By then the counts say that nothing is left, unless a record of what was canceled was lost. */
const CLOSED_WITHIN_MS = HOUR;

/**
 * The job as before, with a new version: its stream record is what has it looked through again. Where its counts show after
 * ten minutes that something is left, its tasks are also counted again, and then each hour.
 */
export const closeAgain = (job: RestartJob, now: Instant): RestartJob => {
  const isLate = now >= (job.stoppedAt ?? job.endedAt ?? now) + CLOSED_WITHIN_MS;
  const { lookAgainAt = now + CLOSED_WITHIN_MS } = job;
  return change(job, {
    closingDueAt: now + (isLate ? CLOSED_WITHIN_MS : CLOSE_AGAIN_AFTER_MS),
    ...(now < lookAgainAt ? { lookAgainAt } : { lookAgainAt: now + CLOSED_WITHIN_MS, recount: {} }),
  });
};

/** How soon all tasks of what was stopped are looked at, counted or not: no worker makes any by then. */
const LOOK_THROUGH_AFTER_MS = 10 * MINUTE;

const stop = ({ recount: _, ...job }: RestartJob, changes: Partial<RestartJob>, now: Instant): RestartJob =>
  change(job, {
    ...changes,
    stoppedAt: now,
    closingDueAt: now + CLOSE_AGAIN_AFTER_MS,
    lookAgainAt: now + LOOK_THROUGH_AFTER_MS,
    ...(job.state === 'expanding' && { cutShort: true }),
  });

const abort = (job: RestartJob, now: Instant): RestartJob => stop(job, { state: 'aborted', endedAt: now }, now);

/**
 * Canceling again changes nothing.
 * @throws ProblemError `invalid_state` for a job that has ended otherwise
 */
export const cancelJob = (job: RestartJob, now: Instant): RestartJob => {
  if (job.state === 'canceling' || job.state === 'canceled') return job;
  if (job.state === 'completed' || job.state === 'aborted') {
    throw invalidState(`The job is ${job.state}, so it cannot be canceled.`, job.state);
  }
  return stop(job, { state: 'canceling' }, now);
};

/** @param made how many devices got their task or joined another after the last checkpoint */
export const accountedFor = ({ cutShort: _, ...job }: RestartJob, made: number): RestartJob =>
  change(job, { expanded: job.expanded + made });

const STATES_TO_CLOSE: Readonly<Partial<Record<JobState, readonly TaskState[]>>> = {
  canceling: ['scheduled', 'queued', 'inProgress'],
  // One that is made late, or put off, is canceled too.
  canceled: ['scheduled', 'queued', 'inProgress'],
  aborted: ['scheduled', 'queued'],
};

/**
 * The states in which a stopped job changes a task. After a cancellation those under way are asked to stop; after an
 * abortion they go on.
 */
export const statesToClose = ({ state }: RestartJob): readonly TaskState[] => STATES_TO_CLOSE[state] ?? [];

export const mustClose = (job: RestartJob, task: RestartTask): boolean =>
  task.jobId === job.id && statesToClose(job).includes(task.state);

/**
 * What `abortAfterFailures` counts: restarts that went wrong. A device that was not reached in time (`expired`) is not
 * one: it was never asked to restart.
 */
const failuresIn = (counts: Counts): number => (counts.failed ?? 0) + (counts.timedOut ?? 0);

const mustAbort = ({ state, abortAfterFailures }: RestartJob, counts: Counts): boolean =>
  (state === 'expanding' || state === 'running') &&
  abortAfterFailures !== undefined &&
  failuresIn(counts) >= abortAfterFailures;

const countOf = (counts: Counts): number => Object.values(counts).reduce((sum, n) => sum + (n ?? 0), 0);

/** Whether each task of a stopped job is known, and none of them is left to cancel. */
const haveFollowed = (job: RestartJob, counts: Counts): boolean =>
  job.cutShort === undefined &&
  countOf(counts) >= job.expanded &&
  statesToClose(job).every((state) => (counts[state] ?? 0) === 0);

/** @returns the job as its counts make it: aborted, completed, or with nothing left to cancel; the same where they change nothing */
export const settled = (job: RestartJob, counts: Counts, now: Instant): RestartJob => {
  if (mustAbort(job, counts)) return abort(job, now);
  if (job.state === 'running' && endedCount(counts) >= deviceCount(job)) {
    const { lookAgainAt: _, recount: __, ...rest } = job;
    return change(rest, { state: 'completed', endedAt: now });
  }
  if (job.closingDueAt !== undefined && haveFollowed(job, counts)) {
    const { closingDueAt: _, ...closed } = job;
    return change(closed, job.state === 'canceling' ? { state: 'canceled', endedAt: now } : {});
  }
  return job;
};
