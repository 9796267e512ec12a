/** The rules of a restart job: it expands into tasks, runs while any of them is open, and is completed then. */
import type { Instant } from '../clock.ts';
import { type CountedState, type Counts, isOpen, type RestartJob, type TaskState } from './model.ts';

const change = (job: RestartJob, changes: Partial<RestartJob>): RestartJob => ({
  ...job,
  ...changes,
  version: job.version + 1,
});

/** @param count of devices that got their task or joined another, further to those before */
export const expandedBy = (job: RestartJob, count: number): RestartJob => {
  const expanded = job.expanded + count;
  return change(job, { expanded, state: expanded >= job.deviceIds.length ? 'running' : 'expanding' });
};

const isEnded = (state: CountedState): boolean => state === 'joined' || !isOpen({ state: state as TaskState });

/** Devices whose part in the job is over: their task has ended, or they joined another job's. */
export const endedCount = (counts: Counts): number =>
  Object.entries(counts).reduce((sum, [state, n]) => (isEnded(state as CountedState) ? sum + (n ?? 0) : sum), 0);

/** @returns the completed job, or `undefined` while something is to come */
export const complete = (job: RestartJob, counts: Counts, now: Instant): RestartJob | undefined =>
  job.state === 'running' && endedCount(counts) >= job.deviceIds.length
    ? change(job, { state: 'completed', endedAt: now })
    : undefined;
