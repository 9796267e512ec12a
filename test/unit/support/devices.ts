/** Devices and enrolment tokens in memory. */
import { isUsable } from '../../../lib/devices/model.ts';
import type { DeviceRepository, EnrollmentTokenRepository } from '../../../lib/devices/ports.ts';
import { assertKeyFree, assertVersion, keepAnswer, pageOf, replaceVersion, type Store, touchDevice } from './store.ts';

const sortOf = ({ name, id }: { name: string; id: string }): string => `${name.toLowerCase()}\u0000${id}`;

export const devicesIn = (store: Store): DeviceRepository => ({
  find: async (id) => store.devices.get(id),
  list: async ({ namePrefix = '', ...page }) => {
    const listed = [...store.devices.values()].filter(
      (device) => device.retiredAt === undefined && device.name.toLowerCase().startsWith(namePrefix.toLowerCase()),
    );
    return pageOf(listed, page, sortOf, 'ascending');
  },
  rename: async (before, name) => {
    const after = { ...before, name, version: before.version + 1 };
    replaceVersion(store.devices, before, after);
    return after;
  },
  recordSighting: async (id, sighting, now) => {
    if (store.devices.get(id)?.retiredAt !== undefined) return;
    touchDevice(store, id, ({ missingSinceTask: _, ...rest }) => ({ ...rest, ...sighting, lastSeenAt: now }));
  },
  retire: async ({ device, task, request }) => {
    assertVersion(store.devices, device.before);
    if (task) assertVersion(store.tasks, task.before);
    if (request) assertVersion(store.requests, request.before);
    store.devices.set(device.after.id, device.after);
    if (task) store.tasks.set(task.after.id, task.after);
    if (request) store.requests.set(request.after.id, request.after);
  },
});

export const tokensIn = (store: Store): EnrollmentTokenRepository => ({
  create: async (token, record) => {
    assertKeyFree(store, record);
    store.tokens.set(token.id, token);
    keepAnswer(store, record);
  },
  find: async (id) => store.tokens.get(id),
  list: async (request) => pageOf(store.tokens.values(), request, (token) => token.id, 'descending'),
  revoke: async (id) => store.tokens.delete(id),
  enroll: async (tokenId, device, record) => {
    assertKeyFree(store, record);
    const token = store.tokens.get(tokenId);
    if (!token || !isUsable(token, device.enrolledAt)) return false;
    store.tokens.set(tokenId, { ...token, uses: token.uses + 1 });
    store.devices.set(device.id, device);
    keepAnswer(store, record);
    return true;
  },
});
