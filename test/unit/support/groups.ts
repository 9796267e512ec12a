/** Groups and memberships in memory: a membership is what the device's record says, and each group counts them. */
import type { Instant } from '../../../lib/clock.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { deviceDueAt } from '../../../lib/devices/due.ts';
import { groupIdsOf, isInService } from '../../../lib/devices/model.ts';
import { ALL_DEVICES, cleanUpDueAt, type Group, MOST_GROUPS_OF_A_DEVICE } from '../../../lib/groups/model.ts';
import type { FleetDirectory, GroupRemains, GroupRepository, MembershipRepository } from '../../../lib/groups/ports.ts';
import type { Id } from '../../../lib/ids.ts';
import type { PageRequest } from '../../../lib/page.ts';
import { assertKeyFree, inOrder, keepAnswer, pageOf, type Store, touchDevice } from './store.ts';

export const findGroup = (store: Store, id: Id): Group | undefined => {
  const group = store.groups.get(id);
  return group?.deletedAt === undefined ? group : undefined;
};

export const countIn = (store: Store, id: Id, by: number): void => {
  const group = store.groups.get(id);
  if (group) store.groups.set(id, { ...group, deviceCount: group.deviceCount + by });
};

const inService = (store: Store) => [...store.devices.values()].filter(isInService);

export const groupsIn = (store: Store): GroupRepository => {
  const change = (id: Id, changes: Partial<Group>): boolean => {
    const group = findGroup(store, id);
    if (group) store.groups.set(id, { ...group, ...changes });
    return group !== undefined;
  };
  return {
    create: async (group, record) => {
      assertKeyFree(store, record);
      store.groups.set(group.id, group);
      keepAnswer(store, record);
    },
    find: async (id) => findGroup(store, id),
    list: async (page) => {
      const groups = [...store.groups.values()].filter(({ deletedAt }) => deletedAt === undefined);
      return pageOf(groups, page, ({ name, id }) => `${name.toLowerCase()}\u0000${id}`, 'ascending');
    },
    countFleet: async () => inService(store).length,
    rename: async (id, name) => change(id, { name }),
    delete: async (id, now) => change(id, { deletedAt: now }),
  };
};

const without = (store: Store, groupId: Id, deviceId: Id): void =>
  touchDevice(store, deviceId, (device) => ({
    ...device,
    groupIds: groupIdsOf(device).filter((one) => one !== groupId),
  }));

export const membershipsIn = (store: Store): MembershipRepository => ({
  add: async (groupId, { id }) => {
    const device = store.devices.get(id);
    if (device && groupIdsOf(device).includes(groupId)) return;
    if (!findGroup(store, groupId) || !device || !isInService(device)) throw new ConcurrentChange('gone');
    if (groupIdsOf(device).length >= MOST_GROUPS_OF_A_DEVICE) throw new ConcurrentChange('too many groups');
    touchDevice(store, id, (before) => ({ ...before, groupIds: [...groupIdsOf(before), groupId] }));
    countIn(store, groupId, 1);
  },
  addMany: async (groupId, devices) => {
    const kept = devices.map(({ id }) => store.devices.get(id));
    const isAddable = (device: (typeof kept)[number]): boolean =>
      device !== undefined &&
      isInService(device) &&
      !groupIdsOf(device).includes(groupId) &&
      groupIdsOf(device).length < MOST_GROUPS_OF_A_DEVICE;
    if (!findGroup(store, groupId) || !kept.every(isAddable)) throw new ConcurrentChange('in memory');
    for (const { id } of devices) {
      touchDevice(store, id, (before) => ({ ...before, groupIds: [...groupIdsOf(before), groupId] }));
    }
    countIn(store, groupId, devices.length);
  },
  remove: async (groupId, before) => {
    const device = store.devices.get(before.id);
    if (!device || !groupIdsOf(device).includes(groupId)) return;
    if (groupIdsOf(device).indexOf(groupId) !== groupIdsOf(before).indexOf(groupId)) {
      throw new ConcurrentChange('another place');
    }
    without(store, groupId, device.id);
    countIn(store, groupId, -1);
  },
});

const memberIds = (store: Store, groupId: Id, page: PageRequest) => {
  // One that is about to be retired leaves its groups with that.
  const ids = [...store.devices.values()].flatMap((device) =>
    device.retiredAt === undefined && groupIdsOf(device).includes(groupId) ? [device.id] : [],
  );
  return pageOf(ids, page, (id) => id, 'ascending');
};

export const remainsIn = (store: Store): GroupRemains => {
  const goneOnAt = new Map<Id, Instant>();
  return {
    memberIds: async (groupId, page) => memberIds(store, groupId, page),
    forget: async (groupId, deviceId) => {
      const device = store.devices.get(deviceId);
      if (device && groupIdsOf(device).includes(groupId)) without(store, groupId, deviceId);
    },
    goOnLater: async (groupId, now) => {
      const isLeft = store.groups.get(groupId)?.deletedAt !== undefined;
      if (isLeft) goneOnAt.set(groupId, now);
      return isLeft;
    },
    due: async function* (now) {
      for (const { id, deletedAt } of [...store.groups.values()]) {
        if (deletedAt !== undefined && cleanUpDueAt(goneOnAt.get(id) ?? deletedAt) <= now) yield id;
      }
      for await (const { id } of inOrder(store.devices.values(), deviceDueAt, now)) yield id;
    },
    purge: async (groupId) => void store.groups.delete(groupId),
  };
};

export const directoryIn = (store: Store): FleetDirectory => ({
  deviceCount: async (groupId) =>
    groupId === ALL_DEVICES ? inService(store).length : findGroup(store, groupId)?.deviceCount,
  memberIds: async (groupId, page) => (findGroup(store, groupId) ? memberIds(store, groupId, page) : undefined),
  fleetIds: async (page) =>
    pageOf(
      inService(store).map(({ id }) => id),
      page,
      (id) => id,
      'ascending',
    ),
});
