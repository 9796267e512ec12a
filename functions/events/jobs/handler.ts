/**
 * Keeps restart jobs: expands each into its tasks, counts the tasks by state, completes the job, and cancels the tasks of
 * one that is stopped.
 */
import type { Context } from 'aws-lambda';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { createExpansionRepository, createTargetDevices } from '../../../lib/aws/expansion-repository.ts';
import { createFleetDirectory } from '../../../lib/aws/fleet-directory.ts';
import { domainObject, isType } from '../../../lib/aws/items.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createTallyRepository } from '../../../lib/aws/tally-repository.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { type Cause, following } from '../../../lib/cause.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { type Change, causeOfChange, streamFunction } from '../../../lib/lambda/stream.ts';
import { closeJob, closeTasks } from '../../../lib/restarts/close.ts';
import { expandJob, settleJob } from '../../../lib/restarts/expand.ts';
import type { Joined, RestartJob, RestartTask, TallyEntry } from '../../../lib/restarts/model.ts';
import { recountJob } from '../../../lib/restarts/recount.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tables = { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE };
const tally = createTallyRepository(db, tables.restarts, clock);
const jobs = createJobRepository(db, tables);
const taskRepository = createTaskRepository(db, tables);
const expansion = {
  jobs,
  tasks: taskRepository,
  fleet: createFleetDirectory(db, tables.devices),
  devices: createTargetDevices(db, tables.devices),
  entries: createExpansionRepository(db, tables, clock),
  clock,
};
const closing = expansion;

/** As many as one tally takes. */
const CHUNK = 100;

/** Left for the chunk under way when an expansion or a closing stops; its last checkpoint starts it again. */
const RESERVED_MS = 15_000;

const taskIn = ({ before, after }: Change): RestartTask[] => {
  const change = entityChange(before, after);
  return change?.kind === 'task' && change.after ? [change.after] : [];
};

const tallyEntry = (change: Change): TallyEntry[] => {
  const { after } = change;
  if (isType(after, 'Joined')) {
    const { id, jobId } = domainObject<Joined>('Joined', after);
    return [{ id, jobId, state: 'joined', version: 1 }];
  }
  return taskIn(change).map(({ id, jobId, state, version }) => ({ id, jobId, state, version }));
};

const jobIn = (change: Change): CausedJob[] => {
  const entity = entityChange(change.before, change.after);
  return entity?.kind === 'job' && entity.after ? [{ job: entity.after, cause: causeOfChange(change) }] : [];
};

type CausedJob = { readonly job: RestartJob; readonly cause: Cause };

/** Each job once, with the request that changed it last: an order, or what stopped it. */
const latestOf = (found: readonly CausedJob[]): CausedJob[] => [
  ...new Map(found.map((each) => [each.job.id, each])).values(),
];

export const handler = streamFunction(CHUNK, async (changes: Change[], context: Context) => {
  const byJob = Map.groupBy(changes.flatMap(tallyEntry), (entry) => entry.jobId);
  const tasks = Map.groupBy(changes.flatMap(taskIn), (task) => task.jobId);
  for (const [jobId, entries] of byJob) {
    await tally.count(jobId, entries);
    const job = await settleJob(expansion, jobId);
    if (job) await closeTasks(closing, job, tasks.get(jobId) ?? []);
  }
  const hasTime = () => context.getRemainingTimeInMillis() > RESERVED_MS;
  const changed = changes.flatMap(jobIn);
  const forEach = async (isMeant: (job: RestartJob) => boolean, act: (id: string) => Promise<void>): Promise<void> => {
    for (const { job, cause } of latestOf(changed.filter((each) => isMeant(each.job)))) {
      await following(cause, () => act(job.id));
    }
  };
  await forEach(
    ({ state }) => state === 'expanding',
    (id) => expandJob(expansion, id, hasTime),
  );
  await forEach(
    ({ closingDueAt }) => closingDueAt !== undefined,
    (id) => closeJob(closing, id, hasTime),
  );
  await forEach(
    ({ recount }) => recount !== undefined,
    (id) => recountJob({ ...closing, tally }, id, hasTime),
  );
});
