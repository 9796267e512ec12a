/** Reads the `due` index: the ids of what the sweep must look at, over all shards. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../clock.ts';
import type { Id } from '../ids.ts';
import type { Database } from './dynamodb.ts';
import type { IndexAttributes, Item } from './items.ts';
import { partitions, SHARDS, shardKey, shardKeyOf } from './keys.ts';
import { INDEXES } from './tables.ts';

/**
 * The attributes that put an item into the index; none where nothing is due.
 * @param partition what else is due in the same table is in others, and is not found with it
 */
export const dueAttributes = (
  id: Id,
  dueAt: Instant | undefined,
  partition: string = partitions.due,
): IndexAttributes => (dueAt === undefined ? {} : { dueShard: shardKeyOf(partition, id), dueAt });

export async function* readDue(
  db: Database,
  table: string,
  now: Instant,
  partition: string = partitions.due,
): AsyncGenerator<Id> {
  for (const shard of SHARDS) {
    let start: Item | undefined;
    do {
      const page = await db.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'due',
          KeyConditionExpression: '#p = :p AND #s <= :now',
          ExpressionAttributeNames: { '#p': INDEXES.due.partitionKey, '#s': INDEXES.due.sortKey },
          ExpressionAttributeValues: { ':p': shardKey(partition, shard), ':now': now },
          ExclusiveStartKey: start,
        }),
      );
      for (const item of page.Items ?? []) yield String(item['pk']);
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
