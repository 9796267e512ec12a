/** What admins do with devices: read, rename. Listing is in `list.ts`, retiring in `retirement.ts`. */
import { notFound } from '../api/problem.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { type Device, isInService } from './model.ts';
import type { DeviceRepository } from './ports.ts';

/** @throws ProblemError `not_found`, for a retired device too */
export const getDevice = async (devices: Pick<DeviceRepository, 'find'>, id: Id): Promise<Device> => {
  const device = await devices.find(id);
  if (!device || !isInService(device)) throw notFound('device');
  return device;
};

/** @throws ProblemError `not_found` */
export const renameDevice = (devices: DeviceRepository, id: Id, name: string): Promise<Device> =>
  retryOnConcurrentChange(async () => devices.rename(await getDevice(devices, id), name), SHARED_RECORD_ATTEMPTS);
