/**
 * What is waiting now, for metrics. Read each minute by the sweep, so it costs the same whatever the fleet's size: requests
 * that wait are counted in the index by which they fall due; the oldest queued task is found without going through the
 * open ones, which may be a whole fleet's that is to restart next week.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../clock.ts';
import type { RestartTask } from '../restarts/model.ts';
import type { Database } from './dynamodb.ts';
import { fromItems, type Item } from './items.ts';
import { jobSortPrefix, lastOfTime, partitions, SHARDS, shardKey } from './keys.ts';
import { readShardedItems } from './sharded-list.ts';
import { INDEXES } from './tables.ts';

export type Gauges = {
  /** How many requests for help nobody has answered. */
  requestsWaiting(): Promise<number>;
  /** Since when the longest waiting task has been queued. `unknown` behind many orders of which none is. */
  queuedSince(): Promise<Instant | 'none' | 'unknown'>;
};

/** They live for four hours, and only keys are read. */
const countShard = async (db: Database, table: string, shard: number): Promise<number> => {
  let count = 0;
  let start: Item | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'due',
        Select: 'COUNT',
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': INDEXES.due.partitionKey },
        ExpressionAttributeValues: { ':p': shardKey(partitions.due, shard) },
        ExclusiveStartKey: start,
      }),
    );
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start);
  return count;
};

/** How many orders are asked before giving up: older ones whose tasks are all scheduled, or under way. */
const MOST_ORDERS = 10;

/** How many of an order's queued tasks are looked at: in one with a pace, they were queued one after the other. */
const SAMPLE = 25;

const oldestOfJob = async (db: Database, table: string, jobId: string): Promise<Instant | undefined> => {
  const list = {
    table,
    index: 'job',
    partition: partitions.tasksOf(jobId),
    order: 'ascending',
    limit: SAMPLE,
  } as const;
  const { items } = await readShardedItems(db, { ...list, prefix: jobSortPrefix('queued') });
  const times = fromItems<RestartTask>('RestartTask', items).map(({ changedAt }) => changedAt);
  return times.length > 0 ? Math.min(...times) : undefined;
};

export const createGauges = (db: Database, tables: { assistance: string; restarts: string }): Gauges => ({
  requestsWaiting: async () => {
    const counts = await Promise.all(SHARDS.map((shard) => countShard(db, tables.assistance, shard)));
    return counts.reduce((sum, count) => sum + count, 0);
  },
  queuedSince: async () => {
    const table = tables.restarts;
    const list = { table, index: 'list', partition: partitions.openTasks, order: 'ascending', limit: 1 } as const;
    let after: string | undefined;
    for (let asked = 0; asked < MOST_ORDERS; asked += 1) {
      const { items } = await readShardedItems(db, { ...list, after });
      const [task] = fromItems<RestartTask>('RestartTask', items);
      if (!task) return 'none';
      const since = await oldestOfJob(db, table, task.jobId);
      if (since !== undefined) return since;
      // All tasks of an order have the order's time in their ids, so the next order is behind the last of that time.
      after = lastOfTime(task.id);
    }
    return 'unknown';
  },
});
