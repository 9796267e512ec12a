/** What admins do with devices: read, rename, retire. */
import { notFound } from '../api/problem.ts';
import type { AssistanceRepository } from '../assistance/ports.ts';
import { endForRetirement, isOpen as isRequestOpen } from '../assistance/request.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { remove } from '../restarts/task.ts';
import { type Device, openAssistanceOf } from './model.ts';
import type { DeviceRepository } from './ports.ts';

/** @throws ProblemError `not_found`, for a retired device too */
export const getDevice = async (devices: Pick<DeviceRepository, 'find'>, id: Id): Promise<Device> => {
  const device = await devices.find(id);
  if (!device || device.retiredAt !== undefined) throw notFound('device');
  return device;
};

/** @throws ProblemError `not_found` */
export const renameDevice = (devices: DeviceRepository, id: Id, name: string): Promise<Device> =>
  retryOnConcurrentChange(async () => devices.rename(await getDevice(devices, id), name));

/**
 * Ends all that the device had open, in one change: its credential, its task, its request. The inbox goes after it.
 * @throws ProblemError `not_found`
 */
export const retireDevice = (
  deps: { devices: DeviceRepository; assistance: Pick<AssistanceRepository, 'find'>; clock: Clock },
  id: Id,
): Promise<void> =>
  retryOnConcurrentChange(async () => {
    const device = await getDevice(deps.devices, id);
    const now = deps.clock();
    const { openRestart: task, openAssistance: _, missingSinceTask: __, ...rest } = device;
    const requestId = openAssistanceOf(device, now);
    const request = requestId === undefined ? undefined : await deps.assistance.find(requestId);
    await deps.devices.retire({
      device: { before: device, after: { ...rest, version: device.version + 1, retiredAt: now } },
      ...(task && { task: { before: task, after: remove(task, now) } }),
      ...(request && isRequestOpen(request) && { request: { before: request, after: endForRetirement(request, now) } }),
    });
  });
