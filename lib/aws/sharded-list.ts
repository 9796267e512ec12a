/**
 * Reads a list that is spread over the shards of an index, as one list in order: each shard is asked for a page, and
 * the pages are merged. A position in the list is a sort key, so a cursor needs nothing of any shard.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from '../page.ts';
import { batchGet } from './batch-get.ts';
import type { Database } from './dynamodb.ts';
import { fromItems, type Item, type ItemType } from './items.ts';
import { type Key, SHARDS, shardKey } from './keys.ts';
import { INDEXES, type IndexDefinition, type IndexName } from './tables.ts';

export type ShardedList = {
  table: string;
  index: Exclude<IndexName, 'due'>;
  /** One, or several that are read as one list. */
  partition: string | readonly string[];
  order: 'ascending' | 'descending';
  limit: number;
  /** The sort key of the last item of the page before. */
  after?: string | undefined;
  /** Only sort keys that begin so. */
  prefix?: string | undefined;
  /** Only this sort key and what sorts after it. */
  from?: string | undefined;
  /** Only what another index of the same shards has in this partition. */
  alsoIn?: { index: ShardedList['index']; partition: string } | undefined;
};

/** Sorts after every other text, as DynamoDB compares UTF-8. */
const LAST = '\u{10FFFF}';

const range = ({ order, after, prefix = '', from: least }: ShardedList): { from: string; to: string } => {
  // BETWEEN takes no empty text; no sort key is smaller than a space.
  const first = least ?? (prefix || ' ');
  return order === 'ascending'
    ? { from: after === undefined ? first : `${after}\u0000`, to: prefix + LAST }
    : { from: first, to: after ?? prefix + LAST };
};

const isAfter = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;

/** Filtered after they were read, so a page is then as long as DynamoDB makes it, and not as long as what is asked for. */
const filter = ({ alsoIn }: ShardedList, shard: number) =>
  alsoIn && {
    FilterExpression: '#f = :f',
    names: { '#f': INDEXES[alsoIn.index].partitionKey },
    values: { ':f': shardKey(alsoIn.partition, shard) },
  };

const readShard = async (db: Database, list: ShardedList, partition: string, shard: number): Promise<Item[]> => {
  const { partitionKey, sortKey } = INDEXES[list.index];
  const { from, to } = range(list);
  // As only a made-up cursor asks for it. DynamoDB refuses a range that ends before it begins.
  if (isAfter(from, to)) return [];
  const { FilterExpression, names, values } = filter(list, shard) ?? {};
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName: list.table,
        IndexName: list.index,
        KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
        FilterExpression,
        ExpressionAttributeNames: { '#p': partitionKey, '#s': sortKey, ...names },
        ExpressionAttributeValues: { ':p': shardKey(partition, shard), ':from': from, ':to': to, ...values },
        ScanIndexForward: list.order === 'ascending',
        // One more than is shown, to know whether there is a next page; and the one that `after` itself is.
        ...(FilterExpression === undefined && { Limit: list.limit + 2 - items.length }),
        ExclusiveStartKey: start,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start && items.length < list.limit + 2);
  return items.filter((item) => item[sortKey] !== list.after);
};

/** One page of items, of whatever type they are. */
export const readShardedItems = async (db: Database, list: ShardedList): Promise<Page<Item>> => {
  const sortKey = INDEXES[list.index].sortKey;
  const sign = list.order === 'ascending' ? 1 : -1;
  const sortOf = (item: Item) => Buffer.from(String(item[sortKey]));
  const shards = [list.partition]
    .flat()
    .flatMap((partition) => SHARDS.map((shard) => readShard(db, list, partition, shard)));
  const all = (await Promise.all(shards)).flat();
  all.sort((a, b) => sign * Buffer.compare(sortOf(a), sortOf(b)));
  const items = all.slice(0, list.limit);
  const last = items.at(-1);
  return all.length > items.length && last ? { items, next: String(last[sortKey]) } : { items };
};

/** What the index has only the keys of, as it is now; without what is not in the index any more. */
const readWhole = async (db: Database, { table, index }: ShardedList, found: readonly Item[]): Promise<Item[]> => {
  const { keysOnly, partitionKey }: IndexDefinition = INDEXES[index];
  if (!keysOnly) return [...found];
  const nameOf = ({ pk, sk }: Item) => JSON.stringify([pk, sk]);
  const whole = await batchGet(
    db,
    table,
    found.map(({ pk, sk }) => ({ pk, sk }) as Key),
  );
  const byKey = new Map(whole.map((item) => [nameOf(item), item]));
  return found.flatMap((item) => {
    const now = byKey.get(nameOf(item));
    return now?.[partitionKey] === undefined ? [] : [now];
  });
};

/** One page of what an index lists, all of one type. */
export const readShardedList = async <T extends object>(
  db: Database,
  type: ItemType,
  list: ShardedList,
): Promise<Page<T>> => {
  const page = await readShardedItems(db, list);
  return { ...page, items: fromItems<T>(type, await readWhole(db, list, page.items)) };
};
