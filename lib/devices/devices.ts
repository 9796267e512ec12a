/** What admins do with devices: list, read, rename, retire. */
import type { Actor } from '../actor.ts';
import { notFound } from '../api/problem.ts';
import type { AssistanceRepository } from '../assistance/ports.ts';
import { endForRetirement, isOpen as isRequestOpen } from '../assistance/request.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { GroupRepository } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import { remove } from '../restarts/task.ts';
import { type Device, openAssistanceOf } from './model.ts';
import type { DeviceRepository, Retirement } from './ports.ts';

/** @throws ProblemError `not_found`, for a retired device too */
export const getDevice = async (devices: Pick<DeviceRepository, 'find'>, id: Id): Promise<Device> => {
  const device = await devices.find(id);
  if (!device || device.retiredAt !== undefined) throw notFound('device');
  return device;
};

export type DeviceFilter = { groupId?: Id; namePrefix?: string };

/** @throws ProblemError `not_found` for a group that is not there; the built-in one is every device */
export const listDevices = async (
  { devices, groups }: { devices: Pick<DeviceRepository, 'list'>; groups: Pick<GroupRepository, 'find'> },
  { groupId, ...filter }: DeviceFilter,
  page: PageRequest,
): Promise<Page<Device>> => {
  if (groupId === undefined || groupId === ALL_DEVICES) return devices.list({ ...page, ...filter });
  if (!(await groups.find(groupId))) throw notFound('group');
  return devices.list({ ...page, ...filter, groupId });
};

/** @throws ProblemError `not_found` */
export const renameDevice = (devices: DeviceRepository, id: Id, name: string): Promise<Device> =>
  retryOnConcurrentChange(async () => devices.rename(await getDevice(devices, id), name), SHARED_RECORD_ATTEMPTS);

/**
 * What retiring the device ends: its credential, its task, its request.
 * @param actor absent where another device takes its place
 */
export const retirementOf = async (
  { assistance, clock }: { assistance: Pick<AssistanceRepository, 'find'>; clock: Clock },
  device: Device,
  actor?: Actor,
): Promise<Retirement> => {
  const now = clock();
  const { openRestart: task, openAssistance: _, missingSinceTask: __, groupIds: ___, ...rest } = device;
  const requestId = openAssistanceOf(device, now);
  const request = requestId === undefined ? undefined : await assistance.find(requestId);
  return {
    device: {
      before: device,
      after: { ...rest, version: device.version + 1, retiredAt: now, ...(actor && { retiredBy: actor.name }) },
    },
    ...(task && { task: { before: task, after: remove(task, now) } }),
    ...(request && isRequestOpen(request) && { request: { before: request, after: endForRetirement(request, now) } }),
  };
};

/**
 * Ends all that the device had, in one change: its credential, its task, its request, its memberships. The inbox goes
 * after it.
 * @throws ProblemError `not_found`
 */
export const retireDevice = (
  deps: { devices: DeviceRepository; assistance: Pick<AssistanceRepository, 'find'>; clock: Clock },
  id: Id,
  actor: Actor,
): Promise<void> =>
  retryOnConcurrentChange(async () =>
    deps.devices.retire(await retirementOf(deps, await getDevice(deps.devices, id), actor)),
  );
