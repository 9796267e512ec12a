/** What an order knows of a device, from the device's record. */
import { type Device, groupIdsOf } from '../devices/model.ts';
import type { TargetDevice } from './ports.ts';

export const targetDeviceOf = (device: Device): TargetDevice => ({
  id: device.id,
  name: device.name,
  groupIds: groupIdsOf(device),
  ...(device.openRestart && { openTask: { id: device.openRestart.id, state: device.openRestart.state } }),
  ...(device.lastSeenAt !== undefined && { lastSeenAt: device.lastSeenAt }),
});
