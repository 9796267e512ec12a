/**
 * The counts of a job's tasks by state. For each task an item says what was last counted for it; the transaction that
 * moves that item on adds the difference to one of the job's counters. So a record that comes twice, or after a newer
 * one, changes nothing.
 */
import type { Clock, Instant } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { CountedState, TallyEntry } from '../restarts/model.ts';
import type { TallyRepository } from '../restarts/ports.ts';
import { batchGet } from './batch-get.ts';
import { type Database, transact, type Write } from './dynamodb.ts';
import { countedKey, jobCountsKey, SHARD_COUNT } from './keys.ts';
import { keptTtl } from './retention.ts';

type Counted = { pk: string; state: CountedState; version: number };

/** A transaction takes 100 items; one is the counter. */
const BATCH = 99;

const newestOf = (entries: readonly TallyEntry[]): TallyEntry[] => {
  const newest = new Map<string, TallyEntry>();
  for (const entry of entries) {
    if (entry.version > (newest.get(entry.id)?.version ?? 0)) newest.set(entry.id, entry);
  }
  return [...newest.values()];
};

const moveOn = (table: string, entry: TallyEntry, counted: Counted | undefined, now: Instant): Write => ({
  Put: {
    TableName: table,
    Item: { ...countedKey(entry.id), state: entry.state, version: entry.version, ttl: keptTtl('restarts', now) },
    ...(counted
      ? {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': counted.version },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' }),
  },
});

const addToCounter = (
  table: string,
  jobId: string,
  differences: ReadonlyMap<CountedState, number>,
  now: Instant,
): Write => {
  const states = [...differences.keys()];
  return {
    Update: {
      TableName: table,
      Key: jobCountsKey(jobId, Math.floor(Math.random() * SHARD_COUNT)),
      UpdateExpression: `SET #ttl = :ttl ADD ${states.map((_, i) => `#s${i} :d${i}`).join(', ')}`,
      ExpressionAttributeNames: {
        '#ttl': 'ttl',
        ...Object.fromEntries(states.map((state, i) => [`#s${i}`, state])),
      },
      ExpressionAttributeValues: {
        // From the last change on, which is what ends the job.
        ':ttl': keptTtl('restarts', now),
        ...Object.fromEntries(states.map((state, i) => [`:d${i}`, differences.get(state)])),
      },
    },
  };
};

type Target = { db: Database; table: string; clock: Clock };

const countBatch = async ({ db, table, clock }: Target, jobId: string, entries: TallyEntry[]): Promise<void> => {
  const read = (await batchGet(
    db,
    table,
    entries.map((entry) => countedKey(entry.id)),
  )) as Counted[];
  const counted = new Map(read.map((item) => [item.pk, item]));
  const news = entries.filter((entry) => entry.version > (counted.get(entry.id)?.version ?? 0));
  if (news.length === 0) return;
  const differences = new Map<CountedState, number>();
  const add = (state: CountedState, n: number) => differences.set(state, (differences.get(state) ?? 0) + n);
  for (const entry of news) {
    const before = counted.get(entry.id);
    if (before) add(before.state, -1);
    add(entry.state, 1);
  }
  const now = clock();
  await transact(db, [
    ...news.map((entry) => moveOn(table, entry, counted.get(entry.id), now)),
    addToCounter(table, jobId, differences, now),
  ]);
};

export const createTallyRepository = (db: Database, table: string, clock: Clock): TallyRepository => ({
  count: async (jobId, entries) => {
    const newest = newestOf(entries);
    for (let at = 0; at < newest.length; at += BATCH) {
      const batch = newest.slice(at, at + BATCH);
      await retryOnConcurrentChange(() => countBatch({ db, table, clock }, jobId, batch));
    }
  },
});
