/** Writes that hold only while the item is of the version that the change was decided on. */
import type { Write } from './dynamodb.ts';
import type { Item } from './items.ts';

const expected = (version: number) => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': version },
});

/** `Put` of what replaces the item of this version. */
export const replace = (table: string, item: Item, version: number): { Put: NonNullable<Write['Put']> } => ({
  Put: { TableName: table, Item: item, ...expected(version) },
});

/** `Put` of what must not be there yet. */
export const create = (table: string, item: Item): { Put: NonNullable<Write['Put']> } => ({
  Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
});
