/**
 * Cancels what a stopped job has left to cancel. It may be killed at any point and run twice, since each task is changed
 * only if it still waits.
 *
 * The index of a job's tasks is a moment behind, and an expansion may be making tasks at this very moment; so nothing
 * relies on one look at it. A task whose stream record comes after the job was stopped is canceled by that record. A task
 * whose record came before is in the job's counts, and while these show any, the sweep has the worker look again.
 */
import type { Clock } from '../clock.ts';
import { changeKnown, retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { type CountCutShortDeps, countCutShort, settleJob } from './expand.ts';
import { closeAgain, movedOn, mustClose, statesToClose } from './job.ts';
import type { RestartJob, RestartTask } from './model.ts';
import type { JobRepository, TaskRepository } from './ports.ts';
import { cancel } from './task.ts';

export type CloseTasksDeps = { tasks: Pick<TaskRepository, 'find' | 'save'>; clock: Clock };

export type CloseDeps = Omit<CountCutShortDeps, 'tasks'> & {
  tasks: Pick<TaskRepository, 'find' | 'save' | 'listOfJob'>;
  clock: Clock;
};

/** Tasks that are canceled at once. */
const CHUNK = 25;

/** @param seen the task as it was a moment ago; on a conflict it is read again */
const closeTask = ({ tasks, clock }: CloseTasksDeps, job: RestartJob, seen: RestartTask): Promise<void> =>
  changeKnown(
    seen,
    () => tasks.find(seen.id),
    async (task) => {
      if (task && mustClose(job, task)) await tasks.save(task, cancel(task, clock()));
    },
  );

/** What a stopped job does to these of its tasks; another one changes none. */
export const closeTasks = async (
  deps: CloseTasksDeps,
  job: RestartJob,
  tasks: readonly RestartTask[],
): Promise<void> => {
  const left = tasks.filter((task) => mustClose(job, task));
  for (let at = 0; at < left.length; at += CHUNK) {
    await Promise.all(left.slice(at, at + CHUNK).map((task) => closeTask(deps, job, task)));
  }
};

type LookAgainDeps = { jobs: Pick<JobRepository, 'find' | 'save'>; clock: Clock };

/** Has a job looked through again that is stopped, or stands still: the stream record of this write is what starts it. */
export const lookAgain = ({ jobs, clock }: LookAgainDeps, id: Id): Promise<boolean> =>
  retryOnConcurrentChange(async () => {
    const job = (await jobs.find(id))?.job;
    const after = job && (job.closingDueAt === undefined ? movedOn : closeAgain)(job, clock());
    if (after) await jobs.save(job, after);
    return after !== undefined;
  });

/** @param hasTime asked between chunks; without time left, the job's next stream record calls this again */
export const closeJob = async (deps: CloseDeps, id: Id, hasTime: () => boolean): Promise<void> => {
  const stopped = (await deps.jobs.find(id))?.job;
  if (stopped?.closingDueAt === undefined) return;
  // Whoever stopped it may have died before all of its marks were there.
  await deps.jobs.stop(stopped);
  if (stopped.cutShort) await countCutShort(deps, id);
  const job = await settleJob(deps, id);
  if (job?.closingDueAt === undefined) return;
  for (const state of statesToClose(job)) {
    let after: string | undefined;
    do {
      if (!hasTime()) return void (await lookAgain(deps, id));
      const page = await deps.tasks.listOfJob(id, { limit: CHUNK, state, ...(after !== undefined && { after }) });
      await closeTasks(deps, job, page.items);
      after = page.next;
    } while (after !== undefined);
  }
};
