/** Devices in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { deviceConsequences } from '../devices/events.ts';
import { type Device, groupIdsOf, isInService, retirementDueAt } from '../devices/model.ts';
import type { DeviceRepository, ManyDevices, Retirement } from '../devices/ports.ts';
import { batchGet } from './batch-get.ts';
import { searchDevices } from './device-search.ts';
import { dueAttributes } from './due-index.ts';
import { type Database, held, transact, unaccompanied, type Write, write } from './dynamodb.ts';
import { leaveFleet, moveMember } from './group-items.ts';
import { causeAttributes, fromItem, fromItems, type IndexAttributes, type Item, toItem } from './items.ts';
import { deviceKey, nameSort, nameSortPrefix, partitions, shardKeyOf } from './keys.ts';
import { readMemberList } from './member-list.ts';
import { followedBy } from './outbox-items.ts';
import { requestWrite } from './request-items.ts';
import { keptTtl } from './retention.ts';
import { releaseSerial } from './serial-items.ts';
import { readShardedList } from './sharded-list.ts';
import { spendingOf } from './spending.ts';
import { taskWrite } from './task-items.ts';
import { IN_SERVICE, replace } from './versioned.ts';

const indexesOf = (device: Device): IndexAttributes => {
  if (device.retiredAt !== undefined) return { ttl: keptTtl('timeline', device.retiredAt) };
  if (!isInService(device)) return dueAttributes(device.id, retirementDueAt(device));
  return {
    listShard: shardKeyOf(partitions.devices, device.id),
    listSort: nameSort(device.name, device.id),
    fleetShard: shardKeyOf(partitions.fleet, device.id),
  };
};

/** A device that is out of service is in no list, and goes in the end. */
export const deviceItem = (device: Device): Item => toItem('Device', deviceKey(device.id), device, indexesOf(device));

/** What authenticating needs; without the rest, so that agents' bundles stay small. */
export const createDeviceReader = (db: Database, table: string): Pick<DeviceRepository, 'find'> => ({
  find: async (id, consistency = 'strongly') => {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: deviceKey(id), ConsistentRead: consistency === 'strongly' }),
    );
    return fromItem<Device>('Device', Item);
  },
});

export const createManyDevices = (db: Database, table: string): ManyDevices => ({
  findMany: async (ids) => fromItems<Device>('Device', await batchGet(db, table, ids.map(deviceKey))),
});

export const createSightingRecorder = (db: Database, table: string): Pick<DeviceRepository, 'recordSighting'> => ({
  recordSighting: async (device, sighting, now, spending) => {
    const { bootId, bootedAt, agentVersion } = sighting;
    const { missingSinceTask, ...present } = device;
    const isBack = missingSinceTask !== undefined;
    const { causedBy } = causeAttributes();
    const spent = spending && spendingOf('sightingsSpent', spending);
    const set = [
      'lastSeenAt = :now, bootId = :bootId, bootedAt = :bootedAt, agentVersion = :agentVersion',
      ...(spent ? [spent.set] : []),
      ...(causedBy === undefined ? [] : ['causedBy = :causedBy']),
    ];
    const conditions = [
      IN_SERVICE,
      ...(spent ? [spent.condition] : []),
      // What follows from its being back names the version; if that is another one by now, the next poll notes it.
      ...(isBack ? ['version = :version'] : []),
    ];
    const Update = {
      TableName: table,
      Key: deviceKey(device.id),
      UpdateExpression: `SET ${set.join(', ')} REMOVE missingSinceTask ADD version :one`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeValues: {
        ...(isBack && { ':version': device.version }),
        ...spent?.values,
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

/** What the two writes of retiring a device are. The first one asks of the record that it is in service, and nothing else. */
export const createRetirer = (
  db: Database,
  tables: DeviceTables,
): Pick<DeviceRepository, 'find' | 'revoke' | 'retire'> => ({
  ...createDeviceReader(db, tables.devices),
  revoke: (id, by, now) => {
    const { dueShard, dueAt } = dueAttributes(id, retirementDueAt({ revokedAt: now }));
    const Update = {
      TableName: tables.devices,
      Key: deviceKey(id),
      UpdateExpression:
        'SET revokedAt = :now, revokedBy = :by, dueShard = :dueShard, dueAt = :dueAt REMOVE listShard, listSort, fleetShard ADD version :one',
      ConditionExpression: IN_SERVICE,
      ExpressionAttributeValues: { ':now': now, ':by': by, ':dueShard': dueShard, ':dueAt': dueAt, ':one': 1 },
    };
    return held(write(db, { Update }));
  },
  // The device was retired when it was revoked, and that is on record.
  retire: (retirement) =>
    unaccompanied(() =>
      transact(db, [
        ...retirementWrites(tables, retirement),
        ...leaveFleet(tables.devices, retirement.device.before),
        ...releaseSerial(tables.devices, retirement.device.before),
      ]),
    ),
});

export const createDeviceRepository = (db: Database, tables: DeviceTables): DeviceRepository => ({
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
  search: (request, isFound, most) => searchDevices(db, tables.devices, request, isFound, most),
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
  ...createRetirer(db, tables),
});
