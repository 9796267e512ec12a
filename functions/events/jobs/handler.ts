/**
 * Keeps restart jobs: expands each into its tasks, counts the tasks by state, completes the job, and cancels the tasks of
 * one that was called off.
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
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';
import { closeJob, closeTasks } from '../../../lib/restarts/close.ts';
import { expandJob, settleJob } from '../../../lib/restarts/expand.ts';
import type { Joined, RestartJob, RestartTask, TallyEntry } from '../../../lib/restarts/model.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tables = { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE };
const tally = createTallyRepository(db, tables.restarts, clock);
const jobs = createJobRepository(db, tables);
const taskRepository = createTaskRepository(db, tables);
const closing = { jobs, tasks: taskRepository, clock };
const expansion = {
  jobs,
  tasks: taskRepository,
  fleet: createFleetDirectory(db, tables.devices),
  devices: createTargetDevices(db, tables.devices),
  entries: createExpansionRepository(db, tables, clock),
  clock,
};

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

const jobIn = ({ before, after }: Change): RestartJob[] => {
  const change = entityChange(before, after);
  return change?.kind === 'job' && change.after ? [change.after] : [];
};

const idsOf = (jobsFound: readonly RestartJob[]): Set<string> => new Set(jobsFound.map(({ id }) => id));

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
  for (const id of idsOf(changed.filter(({ state }) => state === 'expanding'))) await expandJob(expansion, id, hasTime);
  for (const id of idsOf(changed.filter(({ closingDueAt }) => closingDueAt !== undefined))) {
    await closeJob(closing, id, hasTime);
  }
});
