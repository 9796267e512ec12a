/**
 * Memberships in DynamoDB. Their conditions are about the membership alone and not about the device's version, so that
 * many changes at once, of one device or of one group, do not keep each other from being done.
 */
import { type Device, groupIdsOf } from '../devices/model.ts';
import { cleanUpDueAt, MOST_GROUPS_OF_A_DEVICE } from '../groups/model.ts';
import type { GroupRemains, MembershipRepository } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import { readDue } from './due-index.ts';
import { type Database, held, transact, type Write, write } from './dynamodb.ts';
import { createMemberReader } from './fleet-directory.ts';
import { addMember, countMember, deleteMember, memberItem, removeMember } from './group-items.ts';
import { deviceKey, groupKey, memberKey } from './keys.ts';
import { create, IN_SERVICE } from './versioned.ts';

class AlreadySo extends Error {}

const unlessAlreadySo = async (write: Promise<void>): Promise<void> => {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof AlreadySo)) throw error;
  }
};

const nameGroup = (table: string, deviceId: Id, groupId: Id): Write => ({
  Update: {
    TableName: table,
    Key: deviceKey(deviceId),
    UpdateExpression: 'SET groupIds = list_append(if_not_exists(groupIds, :none), :group) ADD version :one',
    ConditionExpression: `${IN_SERVICE} AND (attribute_not_exists(groupIds) OR size(groupIds) < :most)`,
    ExpressionAttributeValues: { ':none': [], ':group': [groupId], ':most': MOST_GROUPS_OF_A_DEVICE, ':one': 1 },
  },
});

/** Its condition fails where the group has another place among the device's groups by now. */
const unnameGroup = (table: string, device: Device, groupId: Id): Write => {
  const place = `groupIds[${groupIdsOf(device).indexOf(groupId)}]`;
  return {
    Update: {
      TableName: table,
      Key: deviceKey(device.id),
      UpdateExpression: `REMOVE ${place} ADD version :one`,
      ConditionExpression: `${place} = :group`,
      ExpressionAttributeValues: { ':group': groupId, ':one': 1 },
    },
  };
};

export const createMembershipRepository = (db: Database, table: string): MembershipRepository => {
  // The first write's condition says that there is nothing to do.
  const change = ([first, ...rest]: [Write, ...Write[]]): Promise<void> =>
    unlessAlreadySo(transact(db, [{ ...first, onConditionFailed: () => new AlreadySo() }, ...rest]));
  return {
    // The group first: it is what the change is about.
    addMany: (groupId, devices) =>
      transact(db, [
        countMember(table, groupId, devices.length),
        ...devices.flatMap((device) => [
          create(table, memberItem(groupId, device)),
          nameGroup(table, device.id, groupId),
        ]),
      ]),
    add: (groupId, device) => change([...addMember(table, groupId, device), nameGroup(table, device.id, groupId)]),
    remove: (groupId, device) =>
      change([...removeMember(table, groupId, device.id), unnameGroup(table, device, groupId)]),
  };
};

export const createGroupRemains = (db: Database, table: string): GroupRemains => ({
  ...createMemberReader(db, table),
  forget: async (groupId, deviceId, device) => {
    if (device && groupIdsOf(device).includes(groupId)) {
      await transact(db, [deleteMember(table, groupId, deviceId), unnameGroup(table, device, groupId)]);
    } else {
      await write(db, { Delete: { TableName: table, Key: memberKey(groupId, deviceId) } });
    }
  },
  // The write's own stream record starts it again.
  goOnLater: (groupId, now) => {
    const Update = {
      TableName: table,
      Key: groupKey(groupId),
      UpdateExpression: 'SET dueAt = :due ADD cleanUps :one',
      ConditionExpression: 'attribute_exists(deletedAt)',
      ExpressionAttributeValues: { ':due': cleanUpDueAt(now), ':one': 1 },
    };
    return held(write(db, { Update }));
  },
  due: (now) => readDue(db, table, now),
  purge: (groupId) => write(db, { Delete: { TableName: table, Key: groupKey(groupId) } }),
});
