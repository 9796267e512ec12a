/** Who is in a group, and who is in the fleet, in DynamoDB: for what goes through all of them. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { FleetDirectory, GroupRemains } from '../groups/ports.ts';
import type { Database } from './dynamodb.ts';
import { readGroup } from './group-items.ts';
import { MEMBER_PREFIX, memberDeviceId, memberKey, partitions } from './keys.ts';
import { readShardedItems } from './sharded-list.ts';

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

export const createFleetDirectory = (db: Database, devicesTable: string): FleetDirectory => {
  const members = createMemberReader(db, devicesTable);
  return {
    memberIds: async (groupId, page) =>
      (await readGroup(db, devicesTable, groupId)) && members.memberIds(groupId, page),
    fleetIds: async (page) => {
      const found = await readShardedItems(db, {
        table: devicesTable,
        index: 'fleet',
        partition: partitions.fleet,
        order: 'ascending',
        ...page,
      });
      return { ...found, items: found.items.map((item) => String(item['pk'])) };
    },
  };
};
