/** What admins do with devices: list, read, rename. Retiring them stands in `retirement.ts`. */
import { notFound } from '../api/problem.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { GroupRepository } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import { type Device, isInService } from './model.ts';
import type { DeviceRepository } from './ports.ts';

/** @throws ProblemError `not_found`, for a retired device too */
export const getDevice = async (devices: Pick<DeviceRepository, 'find'>, id: Id): Promise<Device> => {
  const device = await devices.find(id);
  if (!device || !isInService(device)) throw notFound('device');
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
