/** An operator cancels a task. */
import { notFound } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import type { RestartTask } from './model.ts';
import type { TaskRepository } from './ports.ts';
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
