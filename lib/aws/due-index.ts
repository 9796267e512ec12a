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

type Shard = { readonly shard: number; items: Item[]; start: Item | undefined; isRead: boolean };

/** What is due, soonest first: a sweep that does not get through it all leaves what is due last. */
export async function* readDue(
  db: Database,
  table: string,
  now: Instant,
  partition: string = partitions.due,
): AsyncGenerator<Id> {
  const { partitionKey, sortKey } = INDEXES.due;
  const readOn = async (state: Shard): Promise<void> => {
    const page = await db.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: '#p = :p AND #s <= :now',
        ExpressionAttributeNames: { '#p': partitionKey, '#s': sortKey },
        ExpressionAttributeValues: { ':p': shardKey(partition, state.shard), ':now': now },
        ExclusiveStartKey: state.start,
      }),
    );
    state.items = page.Items ?? [];
    state.start = page.LastEvaluatedKey;
    state.isRead = state.start === undefined;
  };
  const shards = SHARDS.map((shard): Shard => ({ shard, items: [], start: undefined, isRead: false }));
  const dueAt = ({ items: [first] }: Shard): number => Number(first?.[sortKey] ?? Number.POSITIVE_INFINITY);
  for (;;) {
    await Promise.all(shards.filter(({ items, isRead }) => items.length === 0 && !isRead).map(readOn));
    const soonest = shards.reduce((a, b) => (dueAt(b) < dueAt(a) ? b : a));
    const item = soonest.items.shift();
    if (item) yield String(item['pk']);
    else if (shards.every(({ isRead }) => isRead)) return;
  }
}
