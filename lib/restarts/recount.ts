/**
 * Counts a job's tasks again, where stream records of some may have been lost: those tell of each change once. Of a
 * stopped job, those that wait all the same are canceled. What was counted or canceled already changes nothing.
 */
import { changeKnown } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { closeTasks } from './close.ts';
import { entryId, type SettleDeps, settleJob } from './expand.ts';
import { recounted } from './job.ts';
import type { RestartJob, RestartTask, TallyEntry } from './model.ts';
import type { TallyRepository, TaskRepository } from './ports.ts';

type RecountDeps = SettleDeps & {
  tasks: Pick<TaskRepository, 'find' | 'save' | 'listOfJob'>;
  tally: TallyRepository;
};

/** As many as one tally takes. */
const CHUNK = 99;

/** @param task of the job, or the one of another job that it joined */
const entryOf =
  (job: RestartJob) =>
  (task: RestartTask): TallyEntry =>
    task.jobId === job.id
      ? { id: task.id, jobId: job.id, state: task.state, version: task.version }
      : { id: entryId(job, task.deviceId), jobId: job.id, state: 'joined', version: 1 };

/** @param hasTime asked between chunks; without time left, the job's next stream record calls this again */
export const recountJob = async (deps: RecountDeps, id: Id, hasTime: () => boolean): Promise<void> => {
  const { jobs, tasks, tally } = deps;
  const job = (await jobs.find(id))?.job;
  if (job?.recount === undefined) return;
  let { after } = job.recount;
  do {
    const page = await tasks.listOfJob(id, { limit: CHUNK, ...(after !== undefined && { after }) });
    await tally.count(id, page.items.map(entryOf(job)));
    await closeTasks(deps, job, page.items);
    after = page.next;
  } while (after !== undefined && hasTime());
  // Before the mark is off: whoever is given the record again after a crash goes by that.
  const settled = await settleJob(deps, id);
  await changeKnown(
    settled,
    async () => (await jobs.find(id))?.job,
    async (now) => {
      if (now?.recount) await jobs.save(now, recounted(now, after));
    },
  );
};
