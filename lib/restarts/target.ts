/**
 * Which devices a job is for, a chunk at a time: those that were named, those of a group, or those of another job whose
 * task came to nothing. Where the next chunk begins is kept in the job.
 */
import { ALL_DEVICES } from '../groups/model.ts';
import type { FleetDirectory } from '../groups/ports.ts';
import { type Id, timeOf } from '../ids.ts';
import { RETRIED } from './job.ts';
import type { RestartJob, TargetPosition } from './model.ts';
import type { TaskRepository } from './ports.ts';

export type TargetSources = { fleet: FleetDirectory; tasks: Pick<TaskRepository, 'listOfJob'> };

/** @property next where to go on; absent after the last chunk of a group or of another job */
export type TargetChunk = { deviceIds: readonly Id[]; next?: TargetPosition };

/**
 * A device that was enrolled after the order is no part of it: its id says when that was, to the same millisecond as its
 * record, and is there whatever has become of the device.
 */
const wasThere = (job: RestartJob, deviceId: Id): boolean => timeOf(deviceId) <= job.createdAt;

const ofGroup = async ({ fleet }: TargetSources, job: RestartJob, groupId: Id, limit: number): Promise<TargetChunk> => {
  const { after } = job.position ?? {};
  const request = { limit, ...(after !== undefined && { after }) };
  const page = groupId === ALL_DEVICES ? await fleet.fleetIds(request) : await fleet.memberIds(groupId, request);
  // A group that was deleted since the order has nobody left in it.
  const excepted = new Set(job.exceptDeviceIds);
  const deviceIds = (page?.items ?? []).filter((deviceId) => wasThere(job, deviceId) && !excepted.has(deviceId));
  return { deviceIds, ...(page?.next !== undefined && { next: { after: page.next } }) };
};

const ofFailures = async ({ tasks }: TargetSources, job: RestartJob, of: Id, limit: number): Promise<TargetChunk> => {
  const { state = RETRIED[0], after } = job.position ?? {};
  const page = await tasks.listOfJob(of, { limit, state, ...(after !== undefined && { after }) });
  const deviceIds = page.items.map((task) => task.deviceId);
  if (page.next !== undefined) return { deviceIds, next: { state, after: page.next } };
  const following = RETRIED[RETRIED.indexOf(state) + 1];
  return { deviceIds, ...(following && { next: { state: following } }) };
};

export const nextChunk = async (sources: TargetSources, job: RestartJob, limit: number): Promise<TargetChunk> => {
  if (job.groupId !== undefined) return ofGroup(sources, job, job.groupId, limit);
  if (job.retryOf !== undefined) return ofFailures(sources, job, job.retryOf, limit);
  return { deviceIds: job.deviceIds.slice(job.expanded, job.expanded + limit) };
};
