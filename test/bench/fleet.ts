/**
 * A fleet to order something of: devices written straight into the table, since enrolling thousands would take most of the
 * bench's time. What the relay does for a device that is enrolled, it does for these too.
 */
import { BatchWriteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deviceItem } from '../../lib/aws/device-items.ts';
import { fleetCountKey, shardOf } from '../../lib/aws/keys.ts';
import { randomId } from '../../lib/ids.ts';
import { aDevice } from '../unit/support/fixtures.ts';

/** The most that BatchWriteItem takes. */
const BATCH = 25;

/** Adds so many devices to the fleet. @returns their ids */
export const seedFleet = async (db: DynamoDBDocumentClient, table: string, count: number): Promise<string[]> => {
  const now = Date.now();
  const devices = Array.from({ length: count }, (_, number) =>
    aDevice({ id: randomId('dev', now - 60_000), name: `bench-${number}`, enrolledAt: now - 60_000, lastSeenAt: now }),
  );
  for (let at = 0; at < count; at += BATCH) {
    const requests = devices.slice(at, at + BATCH).map((device) => ({ PutRequest: { Item: deviceItem(device) } }));
    const { UnprocessedItems = {} } = await db.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    if (Object.keys(UnprocessedItems).length > 0) throw new Error('the engine left some devices unwritten');
  }
  for (const [shard, ids] of Map.groupBy(devices, ({ id }) => shardOf(id))) {
    await db.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetCountKey(shard),
        UpdateExpression: 'ADD devices :count',
        ExpressionAttributeValues: { ':count': ids.length },
      }),
    );
  }
  return devices.map(({ id }) => id);
};
