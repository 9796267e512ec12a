/** Restart jobs and their counts in DynamoDB: one partition a job, so that one query reads the job with its counts. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { jobEvents } from '../restarts/events.ts';
import { jobDueAt } from '../restarts/job.ts';
import type { Counts, RestartJob } from '../restarts/model.ts';
import type { JobRepository, JobWithCounts } from '../restarts/ports.ts';
import { dueAttributes } from './due-index.ts';
import { type Database, transact, write } from './dynamodb.ts';
import { idempotencyWrites } from './idempotency-store.ts';
import { fromItem, type Item, isType, toItem } from './items.ts';
import { JOB_PREFIX, jobKey, partitions, shardKeyOf } from './keys.ts';
import { followedBy } from './outbox-items.ts';
import { keptTtl } from './retention.ts';
import { readShardedList } from './sharded-list.ts';
import { writeStopMarks } from './stop-marks.ts';
import { create, replace } from './versioned.ts';

const jobItem = (job: RestartJob): Item =>
  toItem('RestartJob', jobKey(job.id), job, {
    listShard: shardKeyOf(partitions.jobs, job.id),
    listSort: job.id,
    ...dueAttributes(job.id, jobDueAt(job)),
    ...(job.endedAt !== undefined && { ttl: keptTtl('restarts', job.endedAt) }),
  });

/** Shards may be negative by themselves; their sum never is. */
const sumCounts = (shards: readonly Item[]): Counts => {
  const sums = new Map<string, number>();
  for (const { pk: _, sk: __, ttl: ___, ...counts } of shards) {
    for (const [state, n] of Object.entries(counts)) sums.set(state, (sums.get(state) ?? 0) + Number(n));
  }
  return Object.fromEntries([...sums].filter(([, n]) => n !== 0));
};

export type JobTables = { restarts: string; idempotency?: string };

export const createJobRepository = (db: Database, tables: JobTables): JobRepository => {
  const find = async (id: string): Promise<JobWithCounts | undefined> => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: tables.restarts,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :job)',
        ExpressionAttributeValues: { ':pk': id, ':job': JOB_PREFIX },
        ConsistentRead: true,
      }),
    );
    const job = fromItem<RestartJob>(
      'RestartJob',
      Items.find((item) => isType(item, 'RestartJob')),
    );
    return job && { job, counts: sumCounts(Items.filter((item) => !isType(item, 'RestartJob'))) };
  };

  return {
    find,
    create: (job, record) =>
      transact(db, [create(tables.restarts, jobItem(job)), ...idempotencyWrites(tables.idempotency ?? '', record)]),
    list: async ({ limit, after }) => {
      const page = await readShardedList<RestartJob>(db, 'RestartJob', {
        table: tables.restarts,
        index: 'list',
        partition: partitions.jobs,
        order: 'descending',
        limit,
        after,
      });
      const jobs = await Promise.all(page.items.map((job) => find(job.id)));
      return { ...page, items: jobs.flatMap((job) => job ?? []) };
    },
    stop: (job) => writeStopMarks(db, tables.restarts, job),
    save: (before, after) => {
      const follows = followedBy({ events: jobEvents(before, after), messages: [] }, after);
      return write(db, { ...replace(tables.restarts, jobItem(after), before.version), follows });
    },
  };
};
