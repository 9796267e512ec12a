/** An operator cancels a task, or a whole job. */
import { notFound } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { cancelJob } from './job.ts';
import type { RestartTask } from './model.ts';
import type { JobRepository, JobWithCounts, TaskRepository } from './ports.ts';
import { cancel } from './task.ts';

/** @throws ProblemError `not_found`; `invalid_state` for a task that has ended otherwise */
export const cancelTask = (
  { tasks, clock }: { tasks: Pick<TaskRepository, 'find' | 'save'>; clock: Clock },
  id: Id,
): Promise<RestartTask> =>
  retryOnConcurrentChange(async () => {
    const before = await tasks.find(id);
    if (!before) throw notFound('restart task');
    const after = cancel(before, clock());
    if (after !== before) await tasks.save(before, after);
    return after;
  });

/**
 * Once this has answered, none of the job's tasks is handed out or acknowledged. The job is written first: should this die
 * before all stop marks are there, whoever reads the job's stream record writes the rest (`close.ts`), as the caller does
 * who asks again. What follows for each task is done there too.
 * @throws ProblemError `not_found`; `invalid_state` for a job that has ended otherwise
 */
export const cancelRestartJob = async (
  { jobs, clock }: { jobs: Pick<JobRepository, 'find' | 'save' | 'stop'>; clock: Clock },
  id: Id,
): Promise<JobWithCounts> => {
  const canceled = await retryOnConcurrentChange(async () => {
    const found = await jobs.find(id);
    if (!found) throw notFound('restart job');
    const after = cancelJob(found.job, clock());
    if (after !== found.job) await jobs.save(found.job, after);
    return { ...found, job: after };
    // A large job is written at each checkpoint of its expansion.
  }, SHARED_RECORD_ATTEMPTS);
  if (canceled.job.state === 'canceling') await jobs.stop(canceled.job);
  return canceled;
};
