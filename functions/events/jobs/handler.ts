/** Keeps restart jobs: expands each into its tasks, counts the tasks by state, and completes the job. */
import type { Context } from 'aws-lambda';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { createExpansionRepository, createTargetDevices } from '../../../lib/aws/expansion-repository.ts';
import { fromItem, isType } from '../../../lib/aws/items.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createTallyRepository } from '../../../lib/aws/tally-repository.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';
import { expandJob, settleJob } from '../../../lib/restarts/expand.ts';
import type { Joined, TallyEntry } from '../../../lib/restarts/model.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tables = { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE };
const tally = createTallyRepository(db, tables.restarts, clock);
const expansion = {
  jobs: createJobRepository(db, tables),
  devices: createTargetDevices(db, tables.devices),
  entries: createExpansionRepository(db, tables, clock),
  clock,
};

/** As many as one tally takes. */
const CHUNK = 100;

/** Left for the chunk under way when an expansion stops; its last checkpoint starts it again. */
const RESERVED_MS = 15_000;

const tallyEntry = ({ before, after }: Change): TallyEntry[] => {
  if (isType(after, 'Joined')) {
    const { id, jobId } = fromItem<Joined>('Joined', after) as Joined;
    return [{ id, jobId, state: 'joined', version: 1 }];
  }
  const change = entityChange(before, after);
  if (change?.kind !== 'task' || !change.after) return [];
  const { id, jobId, state, version } = change.after;
  return [{ id, jobId, state, version }];
};

const jobToExpand = ({ before, after }: Change): string[] => {
  const change = entityChange(before, after);
  return change?.kind === 'job' && change.after?.state === 'expanding' ? [change.after.id] : [];
};

export const handler = streamFunction(CHUNK, async (changes: Change[], context: Context) => {
  const byJob = Map.groupBy(changes.flatMap(tallyEntry), (entry) => entry.jobId);
  for (const [jobId, entries] of byJob) {
    await tally.count(jobId, entries);
    await settleJob(expansion, jobId);
  }
  for (const jobId of new Set(changes.flatMap(jobToExpand))) {
    await expandJob(expansion, jobId, () => context.getRemainingTimeInMillis() > RESERVED_MS);
  }
});
