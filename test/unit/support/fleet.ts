/** A group with its members, as the in-memory directory finds them: by what the devices' records say. */
import type { Id } from '../../../lib/ids.ts';
import type { Store } from './store.ts';
import { T0 } from './time.ts';

/** Puts these devices, which must be there, into the group. */
export const putGroup = (store: Store, groupId: Id, members: readonly Id[]): void => {
  store.groups.set(groupId, { id: groupId, name: groupId, deviceCount: members.length, createdAt: T0 });
  for (const deviceId of members) {
    const device = store.devices.get(deviceId);
    if (!device) throw new Error(`there is no device ${deviceId}`);
    store.devices.set(deviceId, { ...device, groupIds: [...(device.groupIds ?? []), groupId] });
  }
};
