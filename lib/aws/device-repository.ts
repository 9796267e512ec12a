/** Devices in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { deviceConsequences } from '../devices/events.ts';
import { type Device, groupIdsOf, retirementDueAt } from '../devices/model.ts';
import type { DeviceRepository, ManyDevices, Retirement } from '../devices/ports.ts';
import { batchGet } from './batch-get.ts';
import { type Condition, deviceItem, deviceUpdate } from './device-items.ts';
import { searchDevices } from './device-search.ts';
import { dueAttributes } from './due-index.ts';
import { type Database, held, transact, unaccompanied, type Write, write } from './dynamodb.ts';
import { leaveFleet, moveMember } from './group-items.ts';
import { fromItem, fromItems } from './items.ts';
import { deviceKey, nameSortPrefix, partitions } from './keys.ts';
import { readMemberList } from './member-list.ts';
import { followedBy } from './outbox-items.ts';
import { requestWrite } from './request-items.ts';
import { releaseSerial } from './serial-items.ts';
import { readShardedList } from './sharded-list.ts';
import { unspentSince } from './spending.ts';
import { taskWrite } from './task-items.ts';
import { IN_SERVICE, replace } from './versioned.ts';

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

/** What a poll may change. */
const SEEN = [
  'name',
  'bootId',
  'bootedAt',
  'boots',
  'agentVersion',
  'lastSeenAt',
  'sightingsSpent',
  'sharing',
] as const;

const sightingCondition = (before: Device, after: Device): Condition => {
  const isAsRead = before.name !== after.name;
  if (before.sightingsSpent === after.sightingsSpent) return { expression: IN_SERVICE, isAsRead };
  const { condition, values } = unspentSince('sightingsSpent', before.sightingsSpent);
  return { expression: `${IN_SERVICE} AND ${condition}`, values, isAsRead };
};

const moves = (table: string, device: Device): Write[] =>
  groupIdsOf(device).map((groupId) => moveMember(table, groupId, device));

export const createSightingRecorder = (
  db: Database,
  table: string,
): Pick<DeviceRepository, 'find' | 'saveSighting'> => ({
  ...createDeviceReader(db, table),
  saveSighting: async (before, after) => {
    const members = [...SEEN, 'missingSinceTask'] as const;
    const change = deviceUpdate(table, [before, after], members, sightingCondition(before, after));
    if (before.name === after.name) {
      // That a device was seen is nothing that it asked for.
      await unaccompanied(() => held(write(db, change)));
    } else await held(transact(db, [change, ...moves(table, after)]));
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
    isOnRecord: true,
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
    const { hasOwnName: _, ...rest } = before;
    const after = { ...rest, name, version: before.version + 1 };
    const condition = { expression: IN_SERVICE, isAsRead: true };
    const change = deviceUpdate(tables.devices, [before, after], ['name', 'hasOwnName'], condition);
    await transact(db, [change, ...moves(tables.devices, after)]);
    return after;
  },
  ...createRetirer(db, tables),
});
