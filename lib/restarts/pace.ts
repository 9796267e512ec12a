/**
 * When each task of a job may start, and how often its device polls meanwhile. A job never lets a large fleet go at one
 * moment: it is paced by `maxPerMinute`, and without that it is spread over a time that grows with its size.
 */
import { type Instant, MINUTE } from '../clock.ts';
import { fractionOf, type Id } from '../ids.ts';
import type { RestartJob } from './model.ts';

/** Up to so many devices start at the very moment that the operator chose. */
const TOGETHER = 10;

/** The least that a start time is spread over, for more devices than that. */
const WINDOW_SPREAD_MS = 5 * MINUTE;

/** As fast as an order goes without `maxPerMinute`: a million devices take the half of the usual four hours. */
const UNPACED_PER_MINUTE = 8_000;

/** With fewer devices under way, polls each few seconds are nothing that the API would notice. */
const FEW = 1_000;
const QUICK_SECONDS = 4;
/** `docs/scale.md` shows what quicker ones would load. */
const SLOWEST_SECONDS = 60;

/** The order, or its `notBefore`, whichever is later. */
export const startOf = (job: RestartJob): Instant => Math.max(job.createdAt, job.notBefore ?? 0);

/** For how long after its start a job without `maxPerMinute` goes on to let tasks start. */
export const spreadMs = (job: RestartJob): number => {
  const deliverMs = job.deliverWithinMinutes * MINUTE;
  // Less than a minute is no spread: the sweep, which lets tasks start, comes once in each.
  const bySize = Math.floor(job.expectedDevices / UNPACED_PER_MINUTE) * MINUTE;
  const isWindow = job.expectedDevices > TOGETHER && startOf(job) > job.createdAt;
  return Math.max(isWindow ? Math.min(WINDOW_SPREAD_MS, deliverMs / 4) : 0, Math.min(bySize, deliverMs / 2));
};

/** @param index the task's place in the job */
export const releaseAt = (job: RestartJob, taskId: Id, index: number): Instant => {
  if (job.maxPerMinute !== undefined) return startOf(job) + Math.floor((index * MINUTE) / job.maxPerMinute);
  // By the task's id, so that a task that is made twice is the same.
  return startOf(job) + Math.floor(fractionOf(taskId) * spreadMs(job));
};

/** Seconds between two polls of a device whose task is under way; `undefined`: as few as for a single device. */
export const underWayPollSeconds = ({ expectedDevices }: RestartJob): number | undefined =>
  expectedDevices > FEW ? Math.min(SLOWEST_SECONDS, Math.ceil((expectedDevices * QUICK_SECONDS) / FEW)) : undefined;
