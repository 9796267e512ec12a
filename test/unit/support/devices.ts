/** Devices and enrolment tokens in memory. */

import { comparableSerialNumber } from '../../../lib/api/serial-number.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { deviceEvents } from '../../../lib/devices/events.ts';
import { type Device, groupIdsOf, isInService, isUsable } from '../../../lib/devices/model.ts';
import type { DeviceRepository, EnrollmentTokenRepository } from '../../../lib/devices/ports.ts';
import { countIn, findGroup } from './groups.ts';
import { assertKeyFree, assertVersion, keepAnswer, pageOf, replaceVersion, type Store, touchDevice } from './store.ts';

const sortOf = ({ name, id }: { name: string; id: string }): string => `${name.toLowerCase()}\u0000${id}`;

export const devicesIn = (store: Store): DeviceRepository => ({
  find: async (id) => store.devices.get(id),
  list: async ({ namePrefix = '', groupId, ...page }) => {
    const listed = [...store.devices.values()].filter(
      (device) =>
        isInService(device) &&
        device.name.toLowerCase().startsWith(namePrefix.toLowerCase()) &&
        (groupId === undefined || groupIdsOf(device).includes(groupId)),
    );
    return pageOf(listed, page, sortOf, 'ascending');
  },
  search: async ({ limit, after, ...list }, isFound, most) => {
    const all = await devicesIn(store).list({ ...list, limit: Number.MAX_SAFE_INTEGER });
    const rest = all.items.slice(all.items.findIndex((device) => sortOf(device) === after) + 1);
    const items: Device[] = [];
    for (const [i, device] of rest.entries()) {
      if (isFound(device)) items.push(device);
      const isFull = items.length === limit || i + 1 === most;
      if (isFull) return { items, examined: i + 1, ...(i + 1 < rest.length && { next: sortOf(device) }) };
    }
    return { items, examined: rest.length };
  },
  rename: async ({ hasOwnName, ...before }, name) => {
    const after = { ...before, name, version: before.version + 1 };
    replaceVersion(store.devices, before, after);
    return after;
  },
  saveSighting: async (before, after) => {
    const kept = store.devices.get(before.id);
    if (!kept || !isInService(kept) || kept.sightingsSpent?.uses !== before.sightingsSpent?.uses) return;
    const isAsRead = kept.version === before.version;
    if (!isAsRead && (before.name !== after.name || deviceEvents(before, after).length > 0)) return;
    // Only what the poll has changed is written.
    const told = Object.entries(after).filter(([member, value]) => before[member as keyof Device] !== value);
    touchDevice(store, before.id, ({ missingSinceTask: _, ...rest }) => ({ ...rest, ...Object.fromEntries(told) }));
  },
  revoke: async (id, by, now) => {
    const kept = store.devices.get(id);
    if (!kept || !isInService(kept)) return false;
    touchDevice(store, id, (device) => ({ ...device, revokedAt: now, revokedBy: by }));
    return true;
  },
  retire: async ({ device, task, request }) => {
    assertVersion(store.devices, device.before);
    if (task) assertVersion(store.tasks, task.before);
    if (request) assertVersion(store.requests, request.before);
    store.devices.set(device.after.id, device.after);
    for (const groupId of groupIdsOf(device.before)) countIn(store, groupId, -1);
    if (task) store.tasks.set(task.after.id, task.after);
    if (request) store.requests.set(request.after.id, request.after);
  },
});

const holderIn = (store: Store, serialNumber: string | undefined): string | undefined => {
  const comparable = comparableSerialNumber(serialNumber);
  const isHolder = (device: Device) =>
    device.retiredAt === undefined && comparableSerialNumber(device.serialNumber) === comparable;
  return comparable === undefined ? undefined : [...store.devices.values()].find(isHolder)?.id;
};

export const tokensIn = (store: Store): EnrollmentTokenRepository => ({
  create: async (token, record) => {
    assertKeyFree(store, record);
    store.tokens.set(token.id, token);
    keepAnswer(store, record);
  },
  find: async (id) => store.tokens.get(id),
  list: async (request) => pageOf(store.tokens.values(), request, (token) => token.id, 'descending'),
  revoke: async (id) => store.tokens.delete(id),
  findSerialHolder: async (serialNumber) => holderIn(store, serialNumber),
  enroll: async (tokenId, device, { record, former } = {}) => {
    assertKeyFree(store, record);
    const token = store.tokens.get(tokenId);
    if (!token || !isUsable(token, device.enrolledAt)) return false;
    for (const groupId of groupIdsOf(device)) {
      if (!findGroup(store, groupId)) throw new ConcurrentChange('in memory');
    }
    const holder = holderIn(store, device.serialNumber);
    if (holder !== former?.device.before.id) throw new ConcurrentChange('in memory');
    if (former) await devicesIn(store).retire(former);
    for (const groupId of groupIdsOf(device)) countIn(store, groupId, 1);
    store.tokens.set(tokenId, { ...token, uses: token.uses + 1 });
    store.devices.set(device.id, device);
    keepAnswer(store, record);
    return true;
  },
});
