/** An operator orders a restart. Answered after one write; the rest follows from that write. */

import type { Actor } from '../actor.ts';
import { invalidMember, ProblemError } from '../api/problem.ts';
import type { RestartOrder } from '../api/restarts.ts';
import { type Clock, fromIso } from '../clock.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { FleetDirectory } from '../groups/ports.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import { newJob } from './job.ts';
import type { RestartJob } from './model.ts';
import type { JobRepository, TargetDevices } from './ports.ts';
import { jobView } from './view.ts';

export type OrderDeps = {
  jobs: Pick<JobRepository, 'create'>;
  devices: TargetDevices;
  fleet: Pick<FleetDirectory, 'memberIds'>;
  clock: Clock;
  newId: IdSource;
};

/** @throws ProblemError that names each unknown device */
const knownDevices = async (devices: TargetDevices, ordered: readonly Id[]): Promise<Id[]> => {
  const deviceIds = [...new Set(ordered)];
  const known = new Set((await devices.findMany(deviceIds)).map((device) => device.id));
  const unknown = ordered.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: `/deviceIds/${index}`, message: `there is no device ${id}` }],
  );
  if (unknown.length > 0) {
    throw new ProblemError('invalid_request', 'Some devices are not known; nothing was ordered.', { errors: unknown });
  }
  return deviceIds;
};

/** @throws ProblemError that names the unknown group */
export const knownGroup = async (fleet: OrderDeps['fleet'], groupId: Id): Promise<Id> => {
  if (groupId !== ALL_DEVICES && !(await fleet.memberIds(groupId, { limit: 1 }))) {
    throw invalidMember('/groupId', `there is no group ${groupId}`);
  }
  return groupId;
};

/** @throws ProblemError `invalid_request` unless there is exactly one of the two */
export const assertOneTarget = ({ deviceIds, groupId }: Pick<RestartOrder, 'deviceIds' | 'groupId'>): void => {
  if (deviceIds === undefined && groupId === undefined) {
    throw invalidMember('/deviceIds', 'is missing, and so is groupId: one of them must be there');
  }
  if (deviceIds !== undefined && groupId !== undefined) {
    throw invalidMember('/groupId', 'must not be there beside deviceIds');
  }
};

/** @throws ProblemError `invalid_request` that names each unknown device, or the unknown group; nothing is ordered then */
export const orderRestart = async (
  { jobs, devices, fleet, clock, newId }: OrderDeps,
  order: RestartOrder,
  actor: Actor,
  remember?: Remember,
): Promise<RestartJob> => {
  const { deviceIds, groupId, notBefore, message, ...options } = order;
  assertOneTarget(order);
  const notBeforeAt = notBefore === undefined ? undefined : fromIso(notBefore);
  if (Number.isNaN(notBeforeAt)) throw invalidMember('/notBefore', 'is not a time');
  const target =
    groupId === undefined
      ? { deviceIds: await knownDevices(devices, deviceIds ?? []) }
      : { deviceIds: [], groupId: await knownGroup(fleet, groupId) };
  const chosen = {
    ...options,
    ...target,
    ...(message !== undefined && { message }),
    ...(notBeforeAt !== undefined && { notBefore: notBeforeAt }),
  };
  const job = newJob(newId, chosen, actor, clock());
  await jobs.create(job, remember?.({ status: 202, body: jobView({ job, counts: {} }) }));
  return job;
};
