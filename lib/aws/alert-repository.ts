/** Alerts in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../alerts/model.ts';
import type { AlertRepository } from '../alerts/ports.ts';
import { DAY, iso } from '../clock.ts';
import { type Database, held, ttl, write } from './dynamodb.ts';
import { fromItem, type Item, toItem } from './items.ts';
import { alertKey, partitions, shardKeyOf, timeSort } from './keys.ts';
import { readShardedList } from './sharded-list.ts';
import { create } from './versioned.ts';

const KEPT_MS = 90 * DAY;

const alertItem = (alert: Alert): Item =>
  toItem('Alert', alertKey(alert.id), alert, {
    listShard: shardKeyOf(partitions.alerts, alert.id),
    stateShard: shardKeyOf(partitions.alertsIn(alert.state), alert.id),
    listSort: timeSort(iso(alert.raisedAt), alert.id),
    ttl: ttl(alert.raisedAt + KEPT_MS),
  });

export const createAlertRepository = (db: Database, table: string): AlertRepository => ({
  find: async (id) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: alertKey(id), ConsistentRead: true }));
    return fromItem<Alert>('Alert', Item);
  },
  list: ({ limit, after, state }) =>
    readShardedList(db, 'Alert', {
      table,
      ...(state
        ? { index: 'state', partition: partitions.alertsIn(state) }
        : { index: 'list', partition: partitions.alerts }),
      order: 'descending',
      limit,
      after,
    }),
  create: async (alert) => void (await held(write(db, create(table, alertItem(alert))))),
  save: (before, after) =>
    write(db, {
      Put: {
        TableName: table,
        Item: alertItem(after),
        // Telling the admins changes nothing but `notifiedAt`, which must not be lost.
        ConditionExpression: `#state = :state AND ${before.notifiedAt === undefined ? 'attribute_not_exists(notifiedAt)' : 'attribute_exists(notifiedAt)'}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': before.state },
      },
    }),
  markNotified: async (id, now) => {
    const Update = {
      TableName: table,
      Key: alertKey(id),
      UpdateExpression: 'SET notifiedAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': now },
    };
    await held(write(db, { Update }));
  },
});
