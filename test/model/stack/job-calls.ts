/**
 * What each call about a whole job does by its specification. A job is completed a moment after its last task has ended:
 * until all has come to rest, it may be answered for as running or as completed.
 */
import type { JobState } from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import { isOpen, type RestartSpec, type SpecJob, type SpecTask } from '../restart-spec.ts';
import type { Part } from './recorder.ts';

type JobPart = Part<RestartSpec>;

/** What a job was when all had come to rest. */
export type RestedJob = { readonly state: JobState; readonly failures: number };

export const mayBeRetried = ({ state }: Pick<SpecTask, 'state'>): boolean =>
  state === 'failed' || state === 'timedOut' || state === 'expired';

export const tasksOf = (spec: RestartSpec, job: Id): SpecTask[] =>
  [...spec.tasks.values()].filter((task) => task.job === job);

export const closes = (task: SpecTask): 'canceled' | 'canceling' =>
  task.state === 'inProgress' ? 'canceling' : 'canceled';

/** @param made the job that the caller was told of, once it was */
export const ordering =
  (devices: readonly Id[], terms: SpecJob, made: () => Id | undefined): JobPart =>
  (spec) => {
    const id = made();
    if (id !== undefined && spec.jobs.has(id)) return 'ok';
    if (devices.some((device) => spec.devices.get(device)?.retired !== undefined)) return 'invalid_request';
    if (id !== undefined) spec.jobs.set(id, { ...terms });
    return 'ok';
  };

/**
 * It is answered once nothing of the job is acknowledged any more, which is a moment after the job says that it is canceled.
 * @param rested nothing where the job is new
 */
export const canceling = (id: Id, rested: RestedJob | undefined, outcome: string | undefined): JobPart[] => [
  (spec) => {
    const job = spec.jobs.get(id);
    if (!job) return 'not_found';
    if (job.canceled) return undefined;
    const isOver = rested?.state === 'completed';
    const mayBeOver = isOver || !tasksOf(spec, id).some(isOpen);
    if (isOver || (mayBeOver && outcome === 'invalid_state')) return 'invalid_state';
    job.canceled = true;
    return undefined;
  },
  (spec) => {
    const job = spec.jobs.get(id);
    if (job) job.stop = 'canceled';
    return 'ok';
  },
];

/** What may become of a task at any moment after its job was canceled. */
export const closing =
  (id: Id): JobPart =>
  (spec) => {
    const task = spec.tasks.get(id);
    if (task && spec.jobOf(task).canceled && spec.mayClose(task, closes(task), 'canceled'))
      spec.move(task, closes(task));
    return 'ok';
  };

type Retry = { readonly rested: RestedJob; readonly terms: SpecJob; made(): Id | undefined };

export const retrying =
  (id: Id, { rested, terms, made }: Retry, outcome: string | undefined): JobPart =>
  (spec) => {
    const retry = made();
    if (retry !== undefined && spec.jobs.has(retry)) return 'ok';
    const tasks = tasksOf(spec, id);
    const isOver = rested.state === 'canceled' || rested.state === 'completed';
    // A job that was canceled meanwhile is canceling first.
    const mayBeOver = isOver || spec.jobs.get(id)?.canceled || !tasks.some(isOpen);
    const mayBe = mayBeOver && tasks.some(mayBeRetried);
    const mustBe = isOver && rested.failures > 0;
    if (!mayBe || (!mustBe && outcome === 'invalid_state')) return 'invalid_state';
    if (retry !== undefined) spec.jobs.set(retry, { ...terms });
    return 'ok';
  };

/** Once all has come to rest: whoever canceled it may have died halfway, and its worker has done the rest. */
export const readingJob =
  (id: Id, state: JobState | undefined): JobPart =>
  (spec) => {
    const job = spec.jobs.get(id);
    if (!job) return 'not_found';
    if (job.canceled) job.stop = 'canceled';
    return job.canceled === (state === 'canceled') ? 'ok' : `is ${job.canceled ? '' : 'not '}canceled, not ${state}`;
  };
