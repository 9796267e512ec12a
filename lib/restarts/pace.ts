/**
 * When each task of a job may start. A job never lets everything go at the first moment of its window: it is paced by
 * `maxPerMinute`, and without that, where it has a start time, it is spread over the first minutes of it.
 */
import { type Instant, MINUTE } from '../clock.ts';
import { fractionOf, type Id } from '../ids.ts';
import type { RestartJob } from './model.ts';

/** Up to so many devices start at the very moment that the operator chose. */
export const TOGETHER = 10;

const LONGEST_SPREAD_MS = 5 * MINUTE;

/** The order, or its `notBefore`, whichever is later. */
export const startOf = (job: RestartJob): Instant => Math.max(job.createdAt, job.notBefore ?? 0);

/** Early enough that each task keeps most of the time that it has to be delivered in. */
const spreadOf = (job: RestartJob): number => Math.min(LONGEST_SPREAD_MS, (job.deliverWithinMinutes * MINUTE) / 4);

/** @param index the task's place in the job; `many`: the job is for more devices than start together */
export const releaseAt = (job: RestartJob, taskId: Id, { index, many }: { index: number; many: boolean }): Instant => {
  const start = startOf(job);
  if (job.maxPerMinute !== undefined) return start + Math.floor((index * MINUTE) / job.maxPerMinute);
  // By the task's id, so that a task that is made twice is the same.
  return many && start > job.createdAt ? start + Math.floor(fractionOf(taskId) * spreadOf(job)) : start;
};
