/** Devices and enrolment tokens as the contract shows them. */
import type * as api from '../api/devices.ts';
import { iso, isoMember } from '../clock.ts';
import type { RestartTask } from '../restarts/model.ts';
import { type Device, type EnrollmentToken, groupIdsOf } from './model.ts';

const openRestartView = ({ id, jobId, state, notBefore }: RestartTask): NonNullable<api.Device['openRestart']> => ({
  taskId: id,
  jobId,
  state,
  ...(state === 'scheduled' && isoMember('notBefore', notBefore)),
});

export const deviceView = (device: Device): api.Device => ({
  id: device.id,
  name: device.name,
  platform: device.platform,
  agentVersion: device.agentVersion,
  ...(device.serialNumber !== undefined && { serialNumber: device.serialNumber }),
  groupIds: [...groupIdsOf(device)],
  enrolledAt: iso(device.enrolledAt),
  ...isoMember('lastSeenAt', device.lastSeenAt),
  ...(device.bootId !== undefined && { bootId: device.bootId }),
  ...isoMember('bootedAt', device.bootedAt),
  ...(device.openRestart && { openRestart: openRestartView(device.openRestart) }),
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
