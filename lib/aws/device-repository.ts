/** Devices in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { deviceConsequences } from '../devices/events.ts';
import { type Device, groupIdsOf } from '../devices/model.ts';
import type { DeviceRepository, Retirement } from '../devices/ports.ts';
import { type Database, held, transact, unaccompanied, type Write, write } from './dynamodb.ts';
import { leaveFleet, moveMember } from './group-items.ts';
import { causeAttributes, fromItem, type Item, toItem } from './items.ts';
import { deviceKey, nameSort, nameSortPrefix, partitions, shardKeyOf } from './keys.ts';
import { readMemberList } from './member-list.ts';
import { followedBy } from './outbox-items.ts';
import { requestWrite } from './request-items.ts';
import { keptTtl } from './retention.ts';
import { releaseSerial } from './serial-items.ts';
import { readShardedList } from './sharded-list.ts';
import { taskWrite } from './task-items.ts';
import { IN_SERVICE, replace } from './versioned.ts';

/** A retired device is in no list, and goes in the end. */
export const deviceItem = (device: Device): Item =>
  toItem(
    'Device',
    deviceKey(device.id),
    device,
    device.retiredAt === undefined
      ? {
          listShard: shardKeyOf(partitions.devices, device.id),
          listSort: nameSort(device.name, device.id),
          fleetShard: shardKeyOf(partitions.fleet, device.id),
        }
      : { ttl: keptTtl('timeline', device.retiredAt) },
  );

/** What authenticating needs; without the rest, so that agents' bundles stay small. */
export const createDeviceReader = (db: Database, table: string): Pick<DeviceRepository, 'find'> => ({
  find: async (id, consistency = 'strongly') => {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: deviceKey(id), ConsistentRead: consistency === 'strongly' }),
    );
    return fromItem<Device>('Device', Item);
  },
});

export const createSightingRecorder = (db: Database, table: string): Pick<DeviceRepository, 'recordSighting'> => ({
  recordSighting: async (device, sighting, now) => {
    const { bootId, bootedAt, agentVersion } = sighting;
    const { missingSinceTask, ...present } = device;
    const isBack = missingSinceTask !== undefined;
    const { causedBy } = causeAttributes();
    const cause = causedBy === undefined ? '' : ', causedBy = :causedBy';
    const Update = {
      TableName: table,
      Key: deviceKey(device.id),
      UpdateExpression: `SET lastSeenAt = :now, bootId = :bootId, bootedAt = :bootedAt, agentVersion = :agentVersion${cause} REMOVE missingSinceTask ADD version :one`,
      // What follows from its being back names the version; if that is another one by now, the next poll notes it.
      ConditionExpression: isBack ? `${IN_SERVICE} AND version = :version` : IN_SERVICE,
      ExpressionAttributeValues: {
        ...(isBack && { ':version': device.version }),
        ':now': now,
        ':bootId': bootId,
        ':bootedAt': bootedAt,
        ':agentVersion': agentVersion,
        ':one': 1,
        ...(causedBy !== undefined && { ':causedBy': causedBy }),
      },
    };
    const after = { ...present, ...sighting, lastSeenAt: now, version: device.version + 1 };
    const change: Write = { Update, ...(isBack && { follows: followedBy(deviceConsequences(device, after), after) }) };
    // That a device was seen is nothing that it asked for.
    await unaccompanied(() => held(write(db, change)));
  },
});

export type DeviceTables = { devices: string; assistance: string; restarts: string };

/**
 * What retiring writes beside the memberships, the counts and the serial number. The device's own write closes its
 * gates, so the task and the request are written without.
 */
export const retirementWrites = (tables: DeviceTables, { device, task, request }: Retirement): Write[] => [
  {
    ...replace(tables.devices, deviceItem(device.after), device.before.version),
    follows: followedBy(deviceConsequences(device.before, device.after), device.after),
  },
  ...(task ? [taskWrite(tables.restarts, task.before, task.after)] : []),
  ...(request ? [requestWrite(tables.assistance, request.before, request.after)] : []),
];

export const createDeviceRepository = (db: Database, tables: DeviceTables): DeviceRepository => ({
  ...createDeviceReader(db, tables.devices),
  ...createSightingRecorder(db, tables.devices),
  list: ({ limit, after, namePrefix, groupId }) => {
    const page = { limit, after, prefix: namePrefix && nameSortPrefix(namePrefix) };
    return groupId === undefined
      ? readShardedList(db, 'Device', {
          table: tables.devices,
          index: 'names',
          partition: partitions.devices,
          order: 'ascending',
          ...page,
        })
      : readMemberList(db, tables.devices, groupId, page);
  },
  rename: async (before, name) => {
    const update: Write = {
      Update: {
        TableName: tables.devices,
        Key: deviceKey(before.id),
        UpdateExpression: 'SET #name = :name, listSort = :sort ADD version :one',
        ConditionExpression: 'version = :version',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: {
          ':name': name,
          ':sort': nameSort(name, before.id),
          ':one': 1,
          ':version': before.version,
        },
      },
    };
    const after = { ...before, name, version: before.version + 1 };
    await transact(db, [update, ...groupIdsOf(before).map((groupId) => moveMember(tables.devices, groupId, after))]);
    return after;
  },
  retire: (retirement) =>
    transact(db, [
      ...retirementWrites(tables, retirement),
      ...leaveFleet(tables.devices, retirement.device.before),
      ...releaseSerial(tables.devices, retirement.device.before),
    ]),
});
