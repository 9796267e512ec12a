/** Devices and enrolment tokens as the contract shows them. */
import type * as api from '../api/devices.ts';
import { type Instant, iso, isoMember } from '../clock.ts';
import type { RestartTask } from '../restarts/model.ts';
import { type Device, type EnrollmentToken, groupIdsOf, openAssistanceOf } from './model.ts';
import { isOnline } from './presence.ts';

const onlineOf = (device: Device, now: Instant): Pick<api.Device, 'online'> => {
  const online = isOnline(device, now);
  return online === undefined ? {} : { online };
};

const openRestartView = ({ id, jobId, state, notBefore }: RestartTask): NonNullable<api.Device['openRestart']> => ({
  taskId: id,
  jobId,
  state,
  ...(state === 'scheduled' && isoMember('notBefore', notBefore)),
});

const openAssistanceView = (device: Device, now: Instant): Pick<api.Device, 'openAssistance'> => {
  const requestId = openAssistanceOf(device, now);
  if (requestId === undefined) return {};
  const { state = 'pending' } = device.openAssistance ?? {};
  return { openAssistance: { requestId, state } };
};

export const deviceView = (device: Device, now: Instant): api.Device => ({
  id: device.id,
  name: device.name,
  platform: device.platform,
  agentVersion: device.agentVersion,
  ...(device.serialNumber !== undefined && { serialNumber: device.serialNumber }),
  groupIds: [...groupIdsOf(device)],
  enrolledAt: iso(device.enrolledAt),
  ...(device.enrollmentTokenId !== undefined && { enrollmentTokenId: device.enrollmentTokenId }),
  ...isoMember('lastSeenAt', device.lastSeenAt),
  ...onlineOf(device, now),
  ...(device.bootId !== undefined && { bootId: device.bootId }),
  ...isoMember('bootedAt', device.bootedAt),
  ...(device.openRestart && { openRestart: openRestartView(device.openRestart) }),
  ...openAssistanceView(device, now),
});

export const enrollmentTokenView = (token: EnrollmentToken): api.EnrollmentToken => ({
  id: token.id,
  maxUses: token.maxUses,
  uses: token.uses,
  createdAt: iso(token.createdAt),
  createdBy: token.createdBy,
  expiresAt: iso(token.expiresAt),
  ...(token.groupId !== undefined && { groupId: token.groupId }),
  mayReplace: token.mayReplace ?? false,
});
