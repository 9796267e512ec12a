/** An operator orders a restart. Answered after one write; the rest follows from that write. */

import type { Actor } from '../actor.ts';
import { invalidMember, ProblemError } from '../api/problem.ts';
import type { RestartOrder } from '../api/restarts.ts';
import { currentCause } from '../cause.ts';
import { type Clock, DAY, fromIso, type Instant } from '../clock.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { FleetDirectory } from '../groups/ports.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import { newJob } from './job.ts';
import type { RestartJob } from './model.ts';
import type { JobRepository, TargetDevice, TargetDevices } from './ports.ts';
import { jobView } from './view.ts';

export type OrderDeps = {
  jobs: Pick<JobRepository, 'create'>;
  devices: TargetDevices;
  fleet: Pick<FleetDirectory, 'deviceCount'>;
  clock: Clock;
  newId: IdSource;
};

/** Whoever orders for a later year has mistyped it. */
const LATEST_START_MS = 366 * DAY;

/** @throws ProblemError that names each unknown device */
const knownDevices = async (
  devices: TargetDevices,
  member: 'deviceIds' | 'exceptDeviceIds',
  ids: readonly Id[],
): Promise<TargetDevice[]> => {
  const found = await devices.findMany([...new Set(ids)]);
  const known = new Set(found.map((device) => device.id));
  const unknown = ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: `/${member}/${index}`, message: `there is no device ${id}` }],
  );
  if (unknown.length > 0) {
    throw new ProblemError('invalid_request', 'Some devices are not known; nothing was ordered.', { errors: unknown });
  }
  return found;
};

/**
 * @returns how many devices are in the group
 * @throws ProblemError that names the unknown group
 */
export const sizeOfKnownGroup = async (fleet: Pick<FleetDirectory, 'deviceCount'>, groupId: Id): Promise<number> => {
  const count = await fleet.deviceCount(groupId);
  if (count === undefined) throw invalidMember('/groupId', `there is no group ${groupId}`);
  return count;
};

/** How many of these devices are in the group. */
export const countMembers = (groupId: Id, devices: readonly TargetDevice[]): number =>
  groupId === ALL_DEVICES ? devices.length : devices.filter((device) => device.groupIds.includes(groupId)).length;

type Target = Pick<RestartJob, 'deviceIds' | 'groupId' | 'exceptDeviceIds' | 'expectedDevices'>;

type OrderedTarget = Pick<RestartOrder, 'deviceIds' | 'groupId' | 'exceptDeviceIds'>;

/** @throws ProblemError that names what is unknown */
const knownTarget = async (
  { devices, fleet }: Pick<OrderDeps, 'devices' | 'fleet'>,
  { deviceIds = [], groupId, exceptDeviceIds }: OrderedTarget,
): Promise<Target> => {
  if (groupId === undefined) {
    await knownDevices(devices, 'deviceIds', deviceIds);
    const ids = [...new Set(deviceIds)];
    return { deviceIds: ids, expectedDevices: ids.length };
  }
  const size = await sizeOfKnownGroup(fleet, groupId);
  if (exceptDeviceIds === undefined) return { deviceIds: [], groupId, expectedDevices: size };
  const excepted = await knownDevices(devices, 'exceptDeviceIds', exceptDeviceIds);
  const expectedDevices = Math.max(0, size - countMembers(groupId, excepted));
  return { deviceIds: [], groupId, exceptDeviceIds: [...new Set(exceptDeviceIds)], expectedDevices };
};

/** @throws ProblemError `invalid_request` unless there is exactly one target, with exceptions only of a group */
export const assertOneTarget = ({ deviceIds, groupId, exceptDeviceIds }: OrderedTarget): void => {
  if (deviceIds === undefined && groupId === undefined) {
    throw invalidMember('/deviceIds', 'is required unless groupId is given');
  }
  if (deviceIds !== undefined && groupId !== undefined) {
    throw invalidMember('/groupId', 'cannot be given together with deviceIds');
  }
  if (exceptDeviceIds !== undefined && groupId === undefined) {
    throw invalidMember('/exceptDeviceIds', 'requires groupId');
  }
};

/**
 * @returns the order's `notBefore`
 * @throws ProblemError `invalid_request` for one that is no time, or too far ahead
 */
export const startOf = ({ notBefore }: Pick<RestartOrder, 'notBefore'>, now: Instant): Instant | undefined => {
  if (notBefore === undefined) return undefined;
  const start = fromIso(notBefore);
  if (Number.isNaN(start)) throw invalidMember('/notBefore', 'is not a time');
  if (start > now + LATEST_START_MS) throw invalidMember('/notBefore', 'must be at most 366 days from now');
  return start;
};

/** @throws ProblemError `invalid_request` that names each unknown device, or the unknown group; nothing is ordered then */
export const orderRestart = async (
  { jobs, devices, fleet, clock, newId }: OrderDeps,
  order: RestartOrder,
  actor: Actor,
  remember?: Remember,
): Promise<RestartJob> => {
  const { deviceIds: _, groupId: __, exceptDeviceIds: ___, notBefore: ____, message, ...options } = order;
  assertOneTarget(order);
  const now = clock();
  const notBefore = startOf(order, now);
  const chosen = {
    ...options,
    ...(await knownTarget({ devices, fleet }, order)),
    ...(message !== undefined && { message }),
    ...(notBefore !== undefined && { notBefore }),
  };
  const job = newJob(newId, chosen, actor, now, currentCause().requestId);
  await jobs.create(job, remember?.({ status: 202, body: jobView({ job, counts: {} }) }));
  return job;
};
