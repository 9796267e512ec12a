/** Puts many devices into a group: what can be added is, and of the rest it is said why not. */
import { notFound } from '../api/problem.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import { type Device, groupIdsOf, isInService } from '../devices/model.ts';
import type { ManyDevices } from '../devices/ports.ts';
import type { Id } from '../ids.ts';
import { assertChangeable } from './groups.ts';
import { MOST_ADDED_AT_ONCE, MOST_GROUPS_OF_A_DEVICE } from './model.ts';
import type { GroupRepository, MembershipRepository } from './ports.ts';

type Deps = {
  groups: Pick<GroupRepository, 'find'>;
  devices: ManyDevices;
  memberships: Pick<MembershipRepository, 'addMany'>;
};

/** What became of the devices that were to be added: each is in one of the four. */
export type AddedMembers = {
  readonly added: readonly Id[];
  readonly alreadyMembers: readonly Id[];
  readonly unknownDeviceIds: readonly Id[];
  /** In as many groups as a device can be in. */
  readonly fullDeviceIds: readonly Id[];
};

const sortOut = (groupId: Id, ids: readonly Id[], found: readonly Device[]): AddedMembers => {
  const devices = new Map(found.filter(isInService).map((device) => [device.id, device]));
  const known = ids.flatMap((id) => devices.get(id) ?? []);
  const idsOf = (some: readonly Device[]): Id[] => some.map(({ id }) => id);
  const isMember = (device: Device): boolean => groupIdsOf(device).includes(groupId);
  const isFull = (device: Device): boolean => groupIdsOf(device).length >= MOST_GROUPS_OF_A_DEVICE;
  const others = known.filter((device) => !isMember(device));
  return {
    added: idsOf(others.filter((device) => !isFull(device))),
    alreadyMembers: idsOf(known.filter(isMember)),
    unknownDeviceIds: ids.filter((id) => !devices.has(id)),
    fullDeviceIds: idsOf(others.filter(isFull)),
  };
};

/** Read again where something has changed meanwhile, since then another one may be the one that cannot be added. */
const addBatch = ({ groups, devices, memberships }: Deps, groupId: Id, ids: readonly Id[]): Promise<AddedMembers> =>
  retryOnConcurrentChange(async () => {
    const [group, found] = await Promise.all([groups.find(groupId), devices.findMany(ids)]);
    if (!group) throw notFound('group');
    const sorted = sortOut(groupId, ids, found);
    const adding = found.filter(({ id }) => sorted.added.includes(id));
    if (adding.length > 0) await memberships.addMany(groupId, adding);
    return sorted;
  }, SHARED_RECORD_ATTEMPTS);

/**
 * One batch after the other, since each changes the group's count. A call that is broken off has added some of them, and
 * the same call again adds the rest.
 * @throws ProblemError `not_found`, or `invalid_state` for the built-in group
 */
export const addMembers = async (deps: Deps, groupId: Id, deviceIds: readonly Id[]): Promise<AddedMembers> => {
  assertChangeable(groupId);
  const ids = [...new Set(deviceIds)];
  const batches: AddedMembers[] = [];
  for (let at = 0; at < ids.length; at += MOST_ADDED_AT_ONCE) {
    batches.push(await addBatch(deps, groupId, ids.slice(at, at + MOST_ADDED_AT_ONCE)));
  }
  return {
    added: batches.flatMap(({ added }) => added),
    alreadyMembers: batches.flatMap(({ alreadyMembers }) => alreadyMembers),
    unknownDeviceIds: batches.flatMap(({ unknownDeviceIds }) => unknownDeviceIds),
    fullDeviceIds: batches.flatMap(({ fullDeviceIds }) => fullDeviceIds),
  };
};
