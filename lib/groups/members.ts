/** Who is in which group. */
import { invalidState, notFound } from '../api/problem.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import { getDevice } from '../devices/devices.ts';
import { type Device, groupIdsOf } from '../devices/model.ts';
import type { DeviceRepository } from '../devices/ports.ts';
import type { Id } from '../ids.ts';
import { assertChangeable } from './groups.ts';
import { MOST_GROUPS_OF_A_DEVICE } from './model.ts';
import type { GroupRepository, MembershipRepository } from './ports.ts';

type MemberDeps = {
  groups: Pick<GroupRepository, 'find'>;
  devices: Pick<DeviceRepository, 'find'>;
  memberships: MembershipRepository;
};

const readBoth = async ({ groups, devices }: MemberDeps, groupId: Id, deviceId: Id): Promise<Device> => {
  const [group, device] = await Promise.all([groups.find(groupId), getDevice(devices, deviceId)]);
  if (!group) throw notFound('group');
  return device;
};

/** @throws ProblemError `not_found`, or `invalid_state` for the built-in group and for one group too many */
export const addMember = async (deps: MemberDeps, groupId: Id, deviceId: Id): Promise<void> => {
  assertChangeable(groupId);
  await retryOnConcurrentChange(async () => {
    const device = await readBoth(deps, groupId, deviceId);
    if (groupIdsOf(device).includes(groupId)) return;
    if (groupIdsOf(device).length >= MOST_GROUPS_OF_A_DEVICE) {
      throw invalidState(`A device can be in ${MOST_GROUPS_OF_A_DEVICE} groups, and this one is.`, 'groupLimitReached');
    }
    await deps.memberships.add(groupId, device);
  }, SHARED_RECORD_ATTEMPTS);
};

/** @throws ProblemError `not_found`, or `invalid_state` for the built-in group */
export const removeMember = async (deps: MemberDeps, groupId: Id, deviceId: Id): Promise<void> => {
  assertChangeable(groupId);
  await retryOnConcurrentChange(async () => {
    const device = await readBoth(deps, groupId, deviceId);
    if (groupIdsOf(device).includes(groupId)) await deps.memberships.remove(groupId, device);
  }, SHARED_RECORD_ATTEMPTS);
};
