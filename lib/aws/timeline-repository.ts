/** Devices' timelines in DynamoDB: one partition a device, in the order of time. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { fromIso, type Instant } from '../clock.ts';
import type { TimelineEntry, TimelineRepository } from '../timeline/model.ts';
import { type Database, write } from './dynamodb.ts';
import { fromItems, type Item, toItem } from './items.ts';
import { TIMELINE_PREFIX, timelineEntryId, timelineKey } from './keys.ts';
import { activityTtl } from './retention.ts';

/** @param since from when its days count, where that is not when it happened */
export const timelineItem = (entry: TimelineEntry, since: Instant = fromIso(entry.occurredAt)): Item =>
  toItem('TimelineEntry', timelineKey(entry.deviceId, entry.id), entry, {
    ttl: activityTtl('timeline', { at: since, subject: entry.subject }),
  });

export const createTimelineRepository = (db: Database, table: string): TimelineRepository => ({
  add: (entry) => write(db, { Put: { TableName: table, Item: timelineItem(entry) } }),
  list: async (deviceId, { limit, after }) => {
    const page = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': deviceId, ':prefix': TIMELINE_PREFIX },
        ScanIndexForward: false,
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: timelineKey(deviceId, after) }),
      }),
    );
    const items = fromItems<TimelineEntry>('TimelineEntry', page.Items ?? []);
    const last = page.LastEvaluatedKey;
    return {
      // One that is older than this member has no facts.
      items: items.map(({ deviceId: _, ...entry }) => ({ ...entry, data: entry.data ?? {} })),
      ...(last && { next: timelineEntryId(String(last['sk'])) }),
    };
  },
});
