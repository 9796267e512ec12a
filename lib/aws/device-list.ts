/** What belongs to one device, newest first: an index names it by keys alone, so that a change costs nothing there. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import { batchGet } from './batch-get.ts';
import type { Database } from './dynamodb.ts';
import { fromItems, type ItemType, isType } from './items.ts';
import type { Key } from './keys.ts';
import { INDEXES } from './tables.ts';

/** @param keyOf where what has this id is kept */
export const readDeviceList = async <T extends { readonly id: Id }>(
  db: Database,
  { table, type, keyOf }: { table: string; type: ItemType; keyOf: (id: Id) => Key },
  deviceId: Id,
  { limit, after }: PageRequest,
): Promise<Page<T>> => {
  const { partitionKey } = INDEXES.device;
  const { Items = [], LastEvaluatedKey: last } = await db.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'device',
      KeyConditionExpression: '#device = :device',
      ExpressionAttributeNames: { '#device': partitionKey },
      ExpressionAttributeValues: { ':device': deviceId },
      ScanIndexForward: false,
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: { ...keyOf(after), [partitionKey]: deviceId } }),
    }),
  );
  const ids = Items.map(({ pk }) => String(pk));
  const items = (await batchGet(db, table, ids.map(keyOf))).filter((item) => isType(item, type));
  const byId = new Map(fromItems<T>(type, items).map((one) => [one.id, one]));
  const found = ids.flatMap((id) => byId.get(id) ?? []);
  return last ? { items: found, next: String(last['pk']) } : { items: found };
};
