/** Idempotency records in DynamoDB: saved in the transaction of the change that they answer. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import {
  IdempotencyKeyTaken,
  type IdempotencyRecord,
  type IdempotencyStore,
  KEPT_FOR_MS,
} from '../idempotency/model.ts';
import { type Database, ttl, type Write } from './dynamodb.ts';
import { idempotencyKey } from './keys.ts';

export const createIdempotencyStore = (db: Database, table: string): IdempotencyStore => ({
  find: async (id) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: idempotencyKey(id), ConsistentRead: true }));
    return Item && (Item['record'] as IdempotencyRecord);
  },
});

/** @returns the write to add to a transaction; none where the request came without a key */
export const idempotencyWrites = (table: string, record: IdempotencyRecord | undefined): Write[] =>
  record
    ? [
        {
          Put: {
            TableName: table,
            Item: { ...idempotencyKey(record.id), record, expiresAt: record.expiresAt, ttl: ttl(record.expiresAt) },
            ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
            ExpressionAttributeValues: { ':now': record.expiresAt - KEPT_FOR_MS },
          },
          onConditionFailed: () => new IdempotencyKeyTaken(),
        },
      ]
    : [];
