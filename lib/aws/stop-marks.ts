/** A job's stop marks in DynamoDB: items that are there once the job is stopped, and that acknowledgements check. */
import type { RestartJob, RestartTask } from '../restarts/model.ts';
import { JobStopped, marksOf, type Stop, stopOf } from '../restarts/stop.ts';
import { type Database, unaccompanied, type Write, write } from './dynamodb.ts';
import type { Item } from './items.ts';
import { type Key, stopMarkKey } from './keys.ts';
import { keptTtl } from './retention.ts';

/** Of the mark that the task checks. */
export const stopMarkKeyOf = ({ jobId, stopMark = 0 }: RestartTask): Key => stopMarkKey(jobId, stopMark);

export const stopIn = (mark: Item | undefined): Stop | undefined => mark?.['stop'] as Stop | undefined;

/** To go with a change that only a task of a job may have that is not stopped. */
export const unlessStopped = (table: string, task: RestartTask): Write => ({
  ConditionCheck: { TableName: table, Key: stopMarkKeyOf(task), ConditionExpression: 'attribute_not_exists(pk)' },
  onConditionFailed: () => new JobStopped(`the job ${task.jobId} is stopped`),
});

/**
 * Each by itself: one transaction of them all would nearly always meet some acknowledgement while a fleet acknowledges.
 * The job's own write is on the audit record; these follow from it.
 */
export const writeStopMarks = async (db: Database, table: string, job: RestartJob): Promise<void> => {
  const mark = { stop: stopOf(job), ttl: keptTtl('restarts', job.stoppedAt ?? job.createdAt) };
  const keys = Array.from({ length: marksOf(job) }, (_, index) => stopMarkKey(job.id, index));
  await unaccompanied(() =>
    Promise.all(keys.map((key) => write(db, { Put: { TableName: table, Item: { ...key, ...mark } } }))),
  );
};
