/**
 * Alerts in DynamoDB. A change of an alert, its entry in the device's timeline, and whether the device has the alert
 * unresolved are one transaction.
 */
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../alerts/model.ts';
import { type AlertRepository, CauseGone } from '../alerts/ports.ts';
import { CAUSES } from '../alerts/rules.ts';
import { DAY, type Instant, iso } from '../clock.ts';
import { alertEntry } from '../timeline/alerts.ts';
import { dueAttributes, readDue } from './due-index.ts';
import { type Database, held, transact, ttl, type Write, write } from './dynamodb.ts';
import { fromItem, type Item, toItem } from './items.ts';
import {
  alertKey,
  clearedKey,
  partitions,
  severitySort,
  shardKeyOf,
  timeSort,
  UNRESOLVED_PREFIX,
  unresolvedAlertId,
  unresolvedKey,
} from './keys.ts';
import { activityTtl } from './retention.ts';
import { readShardedList } from './sharded-list.ts';
import { timelineItem } from './timeline-repository.ts';
import { create, replace } from './versioned.ts';

const keptTtl = ({ raisedAt: at, subject }: Alert): number => activityTtl('alerts', { at, subject });

/** Longer than an event can be on its way: a day on the bus, six hours in Lambda's queue. */
const CLEARED_KEPT_MS = 3 * DAY;

const dueAt = ({ state, notice, resolvesAt }: Alert): Instant | undefined => {
  const at = Math.min(
    notice?.claimedUntil ?? Number.POSITIVE_INFINITY,
    (state === 'resolved' ? undefined : resolvesAt) ?? Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(at) ? at : undefined;
};

const alertItem = (alert: Alert): Item =>
  toItem('Alert', alertKey(alert.id), alert, {
    listShard: shardKeyOf(partitions.alerts, alert.id),
    stateShard: shardKeyOf(partitions.alertsIn(alert.state), alert.id),
    listSort: timeSort(iso(alert.raisedAt), alert.id),
    ...(alert.state === 'active' && {
      severityShard: shardKeyOf(partitions.activeAlerts, alert.id),
      severitySort: severitySort(alert.severity, keptTtl(alert), alert.id),
    }),
    ...dueAttributes(alert.id, dueAt(alert)),
    ttl: keptTtl(alert),
  });

/** What the device knows of an alert that a later event of it may resolve. */
const deviceWrites = (table: string, before: Alert | undefined, after: Alert): Write[] => {
  const { id, deviceId, kind, raisedAt } = after;
  const cause = CAUSES[kind];
  if (cause === undefined || deviceId === undefined || before?.state === 'resolved') return [];
  const isOver = after.state === 'resolved';
  if (!before) {
    if (isOver) return [];
    const item = toItem('UnresolvedAlert', unresolvedKey(deviceId, id), {}, { ttl: keptTtl(after) });
    return [
      {
        ConditionCheck: {
          TableName: table,
          Key: clearedKey(deviceId, cause),
          ConditionExpression: 'attribute_not_exists(pk) OR clearedAt < :raisedAt',
          ExpressionAttributeValues: { ':raisedAt': raisedAt },
        },
        onConditionFailed: () => new CauseGone('the alert’s cause is gone'),
      },
      { Put: { TableName: table, Item: item } },
    ];
  }
  return isOver ? [{ Delete: { TableName: table, Key: unresolvedKey(deviceId, id) } }] : [];
};

const timelineWrites = (table: string, before: Alert | undefined, after: Alert): Write[] => {
  const entry = alertEntry(before, after);
  // It repeats the name that the alert has: an alert that is taken on or resolved late does not keep that for longer.
  return entry ? [{ Put: { TableName: table, Item: timelineItem(entry, after.raisedAt) } }] : [];
};

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
  save: (before, after) =>
    transact(db, [
      before ? replace(table, alertItem(after), before.version) : create(table, alertItem(after)),
      ...deviceWrites(table, before, after),
      ...timelineWrites(table, before, after),
    ]),
  clear: async (deviceId, cause, at) => {
    const Update = {
      TableName: table,
      Key: clearedKey(deviceId, cause),
      UpdateExpression: 'SET clearedAt = :at, #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(clearedAt) OR clearedAt <= :at',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':at': at, ':ttl': ttl(at + CLEARED_KEPT_MS) },
    };
    // Not held where it was gone later than this once more, which says as much.
    await held(write(db, { Update }));
  },
  unresolved: async (deviceId) => {
    const query = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': deviceId, ':prefix': UNRESOLVED_PREFIX },
      ConsistentRead: true,
    });
    const { Items = [] } = await db.send(query);
    return Items.map((item) => unresolvedAlertId(String(item['sk'])));
  },
  due: (now) => readDue(db, table, now),
});
