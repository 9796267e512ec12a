/** Conditions of writes: that the item is as it was when the change was decided on. */
import type { Write } from './dynamodb.ts';
import type { Item } from './items.ts';

/** For a device's record: it is there, and neither retired nor about to be. */
export const IN_SERVICE =
  'attribute_exists(pk) AND attribute_not_exists(revokedAt) AND attribute_not_exists(retiredAt)';

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
