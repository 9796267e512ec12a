/**
 * Counts what an index has in a partition, as far as it matters. Each shard is asked for its share first, since where
 * there are many there are many in each; so what it costs does not depend on how many there are.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from './dynamodb.ts';
import type { Item } from './items.ts';
import { SHARD_COUNT, SHARDS, shardKey } from './keys.ts';
import { INDEXES, type IndexName } from './tables.ts';

export type CountedRange = {
  table: string;
  index: Exclude<IndexName, 'due'>;
  partition: string;
  /** Sort keys from here to there, both included. */
  from: string;
  to: string;
};

/** `start` is there where the shard has more. */
type Read = { sorts: string[]; start: Item | undefined };

/** The first sort keys of one shard, at most `limit` of them, whatever DynamoDB's pages are. */
export const readSorts = async (
  db: Database,
  { table, index, partition, from, to }: CountedRange,
  shard: number,
  limit: number,
  start?: Item,
): Promise<Read> => {
  const { partitionKey, sortKey } = INDEXES[index];
  const read: Read = { sorts: [], start };
  do {
    const { Items = [], LastEvaluatedKey } = await db.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        ProjectionExpression: '#s',
        KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#p': partitionKey, '#s': sortKey },
        ExpressionAttributeValues: { ':p': shardKey(partition, shard), ':from': from, ':to': to },
        Limit: limit - read.sorts.length,
        ExclusiveStartKey: read.start,
      }),
    );
    read.sorts.push(...Items.map((item) => String(item[sortKey])));
    read.start = LastEvaluatedKey;
  } while (read.start && read.sorts.length < limit);
  return read;
};

/** A little more than its share, so that where there are many the first round finds enough. */
const shareOf = (most: number): number => Math.ceil(most / SHARD_COUNT) + 1;

/**
 * @param most counting ends here
 * @returns how many there are, `most` where there are as many or more; and the first sort key, where there is one
 */
export const countUpTo = async (
  db: Database,
  range: CountedRange,
  most: number,
): Promise<{ count: number; first?: string }> => {
  const shares = await Promise.all(SHARDS.map((shard) => readSorts(db, range, shard, shareOf(most))));
  const first = shares.flatMap(({ sorts }) => sorts.slice(0, 1)).sort()[0];
  const found = shares.reduce((sum, { sorts }) => sum + sorts.length, 0);
  const rest =
    found >= most
      ? []
      : await Promise.all(
          shares.map(({ start }, shard) => (start ? readSorts(db, range, shard, most, start) : { sorts: [] })),
        );
  const count = rest.reduce((sum, { sorts }) => sum + sorts.length, found);
  return { count: Math.min(count, most), ...(first !== undefined && { first }) };
};
