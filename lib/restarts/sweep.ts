/**
 * Moves tasks past their start times and deadlines, and has stopped jobs looked through again. Each
 * minute, and safe to run twice or at the same time.
 */
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import { forEachDue } from '../due.ts';
import type { Id } from '../ids.ts';
import { lookAgain } from './close.ts';
import type { JobRepository, TaskRepository } from './ports.ts';
import { onTime } from './task.ts';

type SweepDeps = {
  tasks: Pick<TaskRepository, 'due' | 'find' | 'save'>;
  jobs: Pick<JobRepository, 'find' | 'save'>;
  clock: Clock;
};

const sweepTask = ({ tasks, clock }: SweepDeps, id: Id): Promise<boolean> =>
  retryOnConcurrentChange(async () => {
    const task = await tasks.find(id);
    const after = task && onTime(task, clock());
    if (after) await tasks.save(task, after);
    return after !== undefined;
  });

const isJob = (id: Id): boolean => id.startsWith('job_');

/** @returns how many tasks it moved, and jobs it had looked through */
export const sweepTasks = (deps: SweepDeps): Promise<number> =>
  forEachDue(deps.tasks.due(deps.clock()), (id) => (isJob(id) ? lookAgain(deps, id) : sweepTask(deps, id)));
