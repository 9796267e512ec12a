/** What a committed change of a device gives rise to: events, and its inbox, which comes and goes with it. */

import type { Consequences } from '../consequences.ts';
import { type DomainEvent, domainEvent } from '../events/model.ts';
import type { Device } from './model.ts';

/** @param before absent where the device is new */
export const deviceEvents = (before: Device | undefined, after: Device): DomainEvent[] => {
  const fields = { deviceId: after.id, deviceName: after.name };
  if (!before) return [domainEvent('DeviceEnrolled', after, after.enrolledAt, fields)];
  if (before.retiredAt === undefined && after.retiredAt !== undefined) {
    const actor = after.retiredBy !== undefined && { actor: after.retiredBy };
    return [domainEvent('DeviceRetired', after, after.retiredAt, { ...fields, ...actor })];
  }
  if (before.missingSinceTask !== undefined && after.missingSinceTask === undefined) {
    return [domainEvent('DeviceBack', after, after.lastSeenAt ?? 0, { ...fields, taskId: before.missingSinceTask })];
  }
  return [];
};

/** @param before absent where the device is new */
export const deviceConsequences = (before: Device | undefined, after: Device): Consequences => ({
  events: deviceEvents(before, after),
  messages: [],
  ...(!before && { createInbox: after.id }),
  ...(before?.retiredAt === undefined && after.retiredAt !== undefined && { deleteInbox: after.id }),
});
