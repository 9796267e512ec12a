/** Who is in a group, and who is in the fleet, in DynamoDB: for what goes through all of them. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ALL_DEVICES } from '../groups/model.ts';
import type { FleetDirectory, GroupRemains } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Database } from './dynamodb.ts';
import { readGroup } from './group-items.ts';
import {
  FLEET_COUNTS,
  MEMBER_PREFIX,
  memberDeviceId,
  memberKey,
  partitions,
  SHARD_COUNT,
  SHARDS,
  shardKey,
} from './keys.ts';
import { INDEXES } from './tables.ts';

/** How many devices there are in all. */
export const countFleet = async (db: Database, table: string): Promise<number> => {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :fleet',
      ExpressionAttributeValues: { ':fleet': FLEET_COUNTS },
      ConsistentRead: true,
    }),
  );
  return Items.reduce((sum, { devices }) => sum + Number(devices), 0);
};

/** The memberships of a group, whether it is deleted or not. */
export const createMemberReader = (db: Database, table: string): Pick<GroupRemains, 'memberIds'> => ({
  memberIds: async (groupId, { limit, after }) => {
    const { Items = [], LastEvaluatedKey: last } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :group AND begins_with(sk, :member)',
        ExpressionAttributeValues: { ':group': groupId, ':member': MEMBER_PREFIX },
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : memberKey(groupId, after),
      }),
    );
    const items = Items.map((item) => memberDeviceId(String(item['sk'])));
    return last ? { items, next: memberDeviceId(String(last['sk'])) } : { items };
  },
});

/**
 * How many to read of each shard for a page of so many: its share, and as many more as make it unlikely that a shard has
 * more of the page than that, which would cut it short. The whole page of each would be eight times what is needed.
 */
const shareOf = (limit: number): number => {
  const share = limit / SHARD_COUNT;
  return Math.ceil(share + 3 * Math.sqrt(share)) + 1;
};

const readFleetShard = async (
  db: Database,
  table: string,
  shard: number,
  { limit, after = ' ' }: PageRequest,
): Promise<Page<Id>> => {
  const { partitionKey, sortKey } = INDEXES.fleet;
  const { Items = [], LastEvaluatedKey: last } = await db.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'fleet',
      KeyConditionExpression: '#p = :p AND #s > :after',
      ExpressionAttributeNames: { '#p': partitionKey, '#s': sortKey },
      ExpressionAttributeValues: { ':p': shardKey(partitions.fleet, shard), ':after': after },
      Limit: limit,
    }),
  );
  const items = Items.map((item) => String(item['pk']));
  return last ? { items, next: String(last['pk']) } : { items };
};

export const createFleetDirectory = (db: Database, devicesTable: string): FleetDirectory => {
  const members = createMemberReader(db, devicesTable);
  return {
    deviceCount: async (groupId) =>
      groupId === ALL_DEVICES
        ? countFleet(db, devicesTable)
        : (await readGroup(db, devicesTable, groupId))?.deviceCount,
    memberIds: async (groupId, page) =>
      (await readGroup(db, devicesTable, groupId)) && members.memberIds(groupId, page),
    fleetIds: async ({ limit, after }) => {
      const wanted = { limit: shareOf(limit), ...(after !== undefined && { after }) };
      const shards = await Promise.all(SHARDS.map((shard) => readFleetShard(db, devicesTable, shard, wanted)));
      // What a shard has behind its page may come before what another one has in its own.
      const whole = shards.flatMap(({ next }) => next ?? []).sort()[0];
      const all = shards.flatMap(({ items }) => items).sort();
      const known = whole === undefined ? all : all.filter((id) => id <= whole);
      const items = known.slice(0, limit);
      const next = items.length < known.length ? items.at(-1) : whole;
      return next === undefined ? { items } : { items, next };
    },
  };
};
