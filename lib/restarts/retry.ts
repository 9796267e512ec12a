/** An operator has the devices tried again whose task of a job came to nothing: a new job that names the old one. */
import type { Actor } from '../actor.ts';
import { invalidState, notFound } from '../api/problem.ts';
import { currentCause } from '../cause.ts';
import type { Clock } from '../clock.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import { newJob, RETRIED } from './job.ts';
import type { JobState, RestartJob } from './model.ts';
import type { JobRepository } from './ports.ts';
import { jobView } from './view.ts';

export type RetryDeps = { jobs: Pick<JobRepository, 'find' | 'create'>; clock: Clock; newId: IdSource };

/** What the new order has of the old one. Its start time is over, so the new one starts now. */
const optionsOf = (job: RestartJob) => ({
  graceSeconds: job.graceSeconds,
  deliverWithinMinutes: job.deliverWithinMinutes,
  returnWithinMinutes: job.returnWithinMinutes,
  maxPostponements: job.maxPostponements,
  mayReject: job.mayReject,
  force: job.force,
  ...(job.message !== undefined && { message: job.message }),
  ...(job.maxPerMinute !== undefined && { maxPerMinute: job.maxPerMinute }),
  ...(job.abortAfterFailures !== undefined && { abortAfterFailures: job.abortAfterFailures }),
});

const UNDER_WAY: readonly JobState[] = ['expanding', 'running', 'canceling'];

/**
 * One write; the devices are read from the old job's tasks when the new one is expanded. What the old job joined is a
 * task of another job, and is retried with that one.
 * @throws ProblemError `not_found`; `invalid_state` while the job is under way, or where there is nothing to retry
 */
export const retryJob = async (
  { jobs, clock, newId }: RetryDeps,
  id: Id,
  actor: Actor,
  remember?: Remember,
): Promise<RestartJob> => {
  const found = await jobs.find(id);
  if (!found) throw notFound('restart job');
  const { job: old, counts } = found;
  if (UNDER_WAY.includes(old.state)) {
    throw invalidState(`The job is ${old.state}, so it cannot be retried yet.`, old.state);
  }
  const expectedDevices = RETRIED.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  if (expectedDevices === 0) {
    throw invalidState('No task of the job failed, timed out or expired, so there is nothing to retry.', old.state);
  }
  const chosen = { ...optionsOf(old), deviceIds: [], retryOf: id, expectedDevices };
  const job = newJob(newId, chosen, actor, clock(), currentCause().requestId);
  await jobs.create(job, remember?.({ status: 202, body: jobView({ job, counts: {} }) }));
  return job;
};
