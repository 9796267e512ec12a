/**
 * Expands a job into one task, or one join, for each of its devices. It goes on from the job's own checkpoint, so it
 * may be killed at any point and run twice: what a device gets has an id made from the job and the device.
 *
 * A device that is retired between the order and its turn gets a task that is `removed`, so that the counts add up; of a
 * group it is no member any more by then, and gets none. Who is in the group at its turn is part of the order, unless
 * enrolled after it (`target.ts`).
 */
import type { Clock } from '../clock.ts';
import { ConcurrentChange, retryOnConcurrentChange } from '../concurrency.ts';
import { derivedId, type Id } from '../ids.ts';
import { accountedFor, expandedBy, settled } from './job.ts';
import type { RestartJob } from './model.ts';
import { releaseAt } from './pace.ts';
import type { ExpansionRepository, JobRepository, TargetDevice, TargetDevices } from './ports.ts';
import { nextChunk, type TargetSources } from './target.ts';
import { failBehindCanceled, newTask, remove } from './task.ts';

export type ExpansionDeps = TargetSources & {
  jobs: JobRepository;
  devices: TargetDevices;
  entries: ExpansionRepository;
  clock: Clock;
};

/** Devices between two checkpoints; what a crash makes it look at again. */
const CHUNK = 25;

/** The id of what a device gets of the job. */
export const entryId = (job: RestartJob, deviceId: Id): Id => derivedId('tsk', job.createdAt, `${job.id} ${deviceId}`);

/** A device's place in a job. */
type Place = { deviceId: Id; index: number };

/** @param found what was read of the device along with the rest of the chunk; on a conflict it is read again */
const giveTask = (
  deps: ExpansionDeps,
  job: RestartJob,
  { deviceId, index }: Place,
  found: TargetDevice | undefined,
): Promise<void> => {
  const { entries, clock, devices } = deps;
  const id = entryId(job, deviceId);
  const release = releaseAt(job, id, index);
  let reading: Promise<TargetDevice | undefined> | undefined = Promise.resolve(found);
  return retryOnConcurrentChange(async () => {
    const device = await (reading ?? devices.findMany([deviceId]).then(([again]) => again));
    reading = undefined;
    const now = clock();
    if (!device) return entries.addEnded(remove(newTask(job, { id: deviceId, name: deviceId }, id, now), now));
    const { openTask } = device;
    // Joining it would restart nothing, and say so nowhere.
    if (openTask?.state === 'canceling')
      return entries.addEnded(failBehindCanceled(newTask(job, device, id, now), now));
    if (openTask) return entries.addJoined({ id, jobId: job.id, deviceId, taskId: openTask.id });
    if (!(await entries.addTask(newTask(job, device, id, now, release))))
      throw new ConcurrentChange('the gate has changed');
  });
};

/**
 * @returns the job as the checkpoint leaves it; or as somebody else did meanwhile, who was expanding it too or stopped it.
 * In that case the tasks made here are canceled by their own stream records (`close.ts`).
 */
const saveCheckpoint = async (
  { jobs }: ExpansionDeps,
  before: RestartJob,
  after: RestartJob,
): Promise<RestartJob | undefined> => {
  try {
    await jobs.save(before, after);
    return after;
  } catch (error) {
    if (!(error instanceof ConcurrentChange)) throw error;
    return (await jobs.find(before.id))?.job;
  }
};

const expandChunk = async (deps: ExpansionDeps, job: RestartJob): Promise<RestartJob | undefined> => {
  const { deviceIds: chunk, next } = await nextChunk(deps, job, CHUNK);
  const done = await deps.entries.existing(chunk.map((deviceId) => entryId(job, deviceId)));
  const left = chunk.filter((deviceId) => !done.has(entryId(job, deviceId)));
  const devices = new Map((await deps.devices.findMany(left)).map((device) => [device.id, device]));
  const places = chunk.map((deviceId, i): Place => ({ deviceId, index: job.expanded + i }));
  await Promise.all(
    places
      .filter(({ deviceId }) => !done.has(entryId(job, deviceId)))
      .map((place) => giveTask(deps, job, place, devices.get(place.deviceId))),
  );
  return saveCheckpoint(deps, job, expandedBy(job, chunk.length, next));
};

export type CountCutShortDeps = TargetSources & {
  jobs: Pick<JobRepository, 'find' | 'save' | 'stop'>;
  entries: Pick<ExpansionRepository, 'existing'>;
};

/**
 * Notes how far the expansion of a job got that was stopped meanwhile: its last chunk has no checkpoint, so what there is
 * of it is looked up. A stream hands on the changes of one item in order, so no expansion of the job is under way any more.
 */
export const countCutShort = (deps: CountCutShortDeps, id: Id): Promise<void> =>
  retryOnConcurrentChange(async () => {
    const job = (await deps.jobs.find(id))?.job;
    if (!job?.cutShort) return;
    const { deviceIds } = await nextChunk(deps, job, CHUNK);
    const made = await deps.entries.existing(deviceIds.map((deviceId) => entryId(job, deviceId)));
    await deps.jobs.save(job, accountedFor(job, made.size));
  });

export type SettleDeps = { jobs: Pick<JobRepository, 'find' | 'save' | 'stop'>; clock: Clock };

/**
 * Completes the job where nothing of it is open any more, aborts it where too many failed, and ends the closing of one
 * that is stopped and has nothing left to cancel. Safe to repeat.
 * @returns the job as it is then
 */
export const settleJob = ({ jobs, clock }: SettleDeps, id: Id): Promise<RestartJob | undefined> =>
  retryOnConcurrentChange(async () => {
    const found = await jobs.find(id);
    if (!found) return undefined;
    const after = settled(found.job, found.counts, clock());
    // Before anybody can read that it is aborted, or canceled, nothing of it is acknowledged any more.
    if (after.stoppedAt !== undefined && after.state !== found.job.state) await jobs.stop(after);
    if (after !== found.job) await jobs.save(found.job, after);
    return after;
  });

/**
 * @param hasTime asked between checkpoints; the last checkpoint's own stream record calls this again. There is one each
 * time, even where another job of the same batch has used up the time: nothing else would start this one again.
 */
export const expandJob = async (deps: ExpansionDeps, id: Id, hasTime: () => boolean): Promise<void> => {
  let job = (await deps.jobs.find(id))?.job;
  for (let isFirst = true; job?.state === 'expanding' && (isFirst || hasTime()); isFirst = false) {
    job = await expandChunk(deps, job);
  }
  if (job?.state === 'running') await settleJob(deps, id);
};
