/** What a committed change of a device gives rise to: events, and its inbox, which comes and goes with it. */

import { iso } from '../clock.ts';
import type { Consequences } from '../consequences.ts';
import { type DomainEvent, domainEvent } from '../events/model.ts';
import type { Device } from './model.ts';

/** What a change of what is known of a shared credential says; `undefined` where it is the same, or was only seen again. */
const sharingNews = ({ sharing: before }: Device, { sharing: after }: Device) => {
  if (!after || (before?.since === after.since && before.reason === after.reason && before.endedAt === after.endedAt)) {
    return undefined;
  }
  const { since, seenAt, endedAt, reason } = after;
  return { at: endedAt ?? seenAt, fields: { sharedSince: iso(since), ...(endedAt === undefined && { reason }) } };
};

/** @param before absent where the device is new */
export const deviceEvents = (before: Device | undefined, after: Device): DomainEvent[] => {
  const fields = { deviceId: after.id, deviceName: after.name };
  if (!before) return [domainEvent('DeviceEnrolled', after, after.enrolledAt, fields)];
  if (before.retiredAt === undefined && after.retiredAt !== undefined) {
    const by = {
      ...(after.retiredBy !== undefined && { actor: after.retiredBy }),
      ...(after.replacedBy !== undefined && { replacedBy: after.replacedBy }),
    };
    return [domainEvent('DeviceRetired', after, after.retiredAt, { ...fields, ...by })];
  }
  if (before.missingSinceTask !== undefined && after.missingSinceTask === undefined) {
    return [domainEvent('DeviceBack', after, after.lastSeenAt ?? 0, { ...fields, taskId: before.missingSinceTask })];
  }
  const news = sharingNews(before, after);
  if (news) return [domainEvent('DeviceCredentialShared', after, news.at, { ...fields, ...news.fields })];
  return before.credentialHash === after.credentialHash
    ? []
    : [domainEvent('DeviceCredentialRotated', after, after.rotatedAt ?? 0, fields)];
};

/** @param before absent where the device is new */
export const deviceConsequences = (before: Device | undefined, after: Device): Consequences => ({
  events: deviceEvents(before, after),
  messages: [],
  ...(!before && { createInbox: after.id }),
  ...(before?.retiredAt === undefined && after.retiredAt !== undefined && { deleteInbox: after.id }),
});
