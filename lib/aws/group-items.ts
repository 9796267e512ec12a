/**
 * The items of groups and memberships, and the parts of transactions that change them. A device is in a group where
 * the membership's item is there, the group's count has it, and the device's record names the group: all three or none.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Device, groupIdsOf } from '../devices/model.ts';
import type { Group } from '../groups/model.ts';
import type { Id } from '../ids.ts';
import type { Database, Write } from './dynamodb.ts';
import { fromItem, type Item, toItem } from './items.ts';
import { fleetCountKey, groupKey, memberKey, nameSort, partitions, shardKeyOf, shardOf } from './keys.ts';
import { create } from './versioned.ts';

type Named = Pick<Device, 'id' | 'name'>;

export const groupItem = (group: Group): Item =>
  toItem('Group', groupKey(group.id), group, {
    listShard: shardKeyOf(partitions.groups, group.id),
    listSort: nameSort(group.name, group.id),
  });

/** @returns `undefined` for a deleted group too */
export const readGroup = async (db: Database, table: string, id: Id): Promise<Group | undefined> => {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: groupKey(id), ConsistentRead: true }));
  const group = fromItem<Group>('Group', Item);
  return group?.deletedAt === undefined ? group : undefined;
};

export const memberItem = (groupId: Id, { id, name }: Named): Item =>
  toItem(
    'Member',
    memberKey(groupId, id),
    { deviceId: id },
    { listShard: shardKeyOf(partitions.membersOf(groupId), id), listSort: nameSort(name, id) },
  );

/** Its condition fails where the group is deleted. */
export const countMember = (table: string, groupId: Id, by = 1): Write => ({
  Update: {
    TableName: table,
    Key: groupKey(groupId),
    UpdateExpression: 'ADD deviceCount :by',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
    ExpressionAttributeValues: { ':by': by },
  },
});

/** A deleted group keeps its item for as long as it has members. */
const discountMember = (table: string, groupId: Id): Write => ({
  Update: {
    TableName: table,
    Key: groupKey(groupId),
    UpdateExpression: 'ADD deviceCount :minus',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':minus': -1 },
  },
});

/** Without the device's own write. The first one's condition fails where the device is in the group. */
export const addMember = (table: string, groupId: Id, device: Named): [Write, Write] => [
  create(table, memberItem(groupId, device)),
  countMember(table, groupId),
];

export const deleteMember = (table: string, groupId: Id, deviceId: Id): { Delete: NonNullable<Write['Delete']> } => ({
  Delete: { TableName: table, Key: memberKey(groupId, deviceId), ConditionExpression: 'attribute_exists(pk)' },
});

/** Without the device's own write. The first one's condition fails where the device is not in the group. */
export const removeMember = (table: string, groupId: Id, deviceId: Id): [Write, Write] => [
  deleteMember(table, groupId, deviceId),
  discountMember(table, groupId),
];

/** Lists the device under its new name. */
export const moveMember = (table: string, groupId: Id, { id, name }: Named): Write => ({
  Update: {
    TableName: table,
    Key: memberKey(groupId, id),
    UpdateExpression: 'SET listSort = :sort',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':sort': nameSort(name, id) },
  },
});

const countDevice = (table: string, id: Id, by: number): Write => ({
  Update: {
    TableName: table,
    Key: fleetCountKey(shardOf(id)),
    UpdateExpression: 'ADD devices :by',
    ExpressionAttributeValues: { ':by': by },
  },
});

/** What a new device changes beside its own item. */
export const enterFleet = (table: string, device: Device): Write[] => [
  countDevice(table, device.id, 1),
  ...groupIdsOf(device).flatMap((groupId) => addMember(table, groupId, device)),
];

/** What a device that is retired changes beside its own item. */
export const leaveFleet = (table: string, device: Device): Write[] => [
  countDevice(table, device.id, -1),
  ...groupIdsOf(device).flatMap((groupId) => removeMember(table, groupId, device.id)),
];

/**
 * What changes beside the items of two devices where one is retired for the other. A transaction may write an item once:
 * a counter that both are counted by stays as it is.
 */
export const succeedInFleet = (table: string, former: Device, device: Device): Write[] => {
  const shared = groupIdsOf(device).filter((groupId) => groupIdsOf(former).includes(groupId));
  return [
    ...(shardOf(former.id) === shardOf(device.id)
      ? []
      : [countDevice(table, former.id, -1), countDevice(table, device.id, 1)]),
    ...shared.flatMap((groupId) => [
      deleteMember(table, groupId, former.id),
      create(table, memberItem(groupId, device)),
      countMember(table, groupId, 0),
    ]),
    ...groupIdsOf(former).flatMap((id) => (shared.includes(id) ? [] : removeMember(table, id, former.id))),
    ...groupIdsOf(device).flatMap((id) => (shared.includes(id) ? [] : addMember(table, id, device))),
  ];
};
