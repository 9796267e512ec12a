/** The items of groups, and the read of one, which restarts need too. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Group } from '../groups/model.ts';
import type { Id } from '../ids.ts';
import type { Database } from './dynamodb.ts';
import { fromItem } from './items.ts';
import { groupKey } from './keys.ts';

/** @returns `undefined` for a deleted group too */
export const readGroup = async (db: Database, table: string, id: Id): Promise<Group | undefined> => {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: groupKey(id), ConsistentRead: true }));
  const group = fromItem<Group>('Group', Item);
  return group?.deletedAt === undefined ? group : undefined;
};
