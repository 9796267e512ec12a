/**
 * Retiring a device. It is the kill switch for a credential that was stolen, so its first write depends on nothing that
 * the device can change: from then on the credential is dead. What the device has open then ends in a second write, which
 * can be repeated, and which nothing that the device does can get in the way of any more. Should whoever began it die in
 * between, the sweep goes on with it, or the admin who asks again.
 */
import type { Actor } from '../actor.ts';
import { notFound } from '../api/problem.ts';
import type { AssistanceRepository } from '../assistance/ports.ts';
import { endForRetirement, isOpen as isRequestOpen } from '../assistance/request.ts';
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { remove } from '../restarts/task.ts';
import { type Device, openAssistanceOf, retirementDueAt } from './model.ts';
import type { DeviceRepository, Retirement } from './ports.ts';

/**
 * What retiring the device ends: its task, its request, its memberships, and that two have its credential.
 * @param replacedBy the device that takes its place
 */
export const retirementOf = async (
  { assistance, clock }: { assistance: Pick<AssistanceRepository, 'find'>; clock: Clock },
  device: Device,
  replacedBy?: Id,
): Promise<Retirement> => {
  const now = clock();
  const {
    openRestart: task,
    openAssistance: _,
    missingSinceTask: __,
    groupIds: ___,
    sharing: _____,
    revokedAt: ____,
    revokedBy,
    ...rest
  } = device;
  const requestId = openAssistanceOf(device, now);
  const request = requestId === undefined ? undefined : await assistance.find(requestId);
  return {
    device: {
      before: device,
      after: {
        ...rest,
        version: device.version + 1,
        retiredAt: now,
        ...(revokedBy !== undefined && { retiredBy: revokedBy }),
        ...(replacedBy !== undefined && { replacedBy }),
      },
    },
    ...(task && { task: { before: task, after: remove(task, now) } }),
    ...(request && isRequestOpen(request) && { request: { before: request, after: endForRetirement(request, now) } }),
  };
};

export type RetirementDeps = {
  devices: Pick<DeviceRepository, 'find' | 'retire'>;
  assistance: Pick<AssistanceRepository, 'find'>;
  clock: Clock;
};

/**
 * Ends all that a device has whose credential was revoked. The inbox goes after it.
 * @returns whether there was anything to end
 */
export const finishRetirement = (deps: RetirementDeps, id: Id): Promise<boolean> =>
  retryOnConcurrentChange(async () => {
    const device = await deps.devices.find(id);
    if (device === undefined || retirementDueAt(device) === undefined) return false;
    await deps.devices.retire(await retirementOf(deps, device));
    return true;
  }, SHARED_RECORD_ATTEMPTS);

/** @throws ProblemError `not_found`, for a device that is retired already too */
export const retireDevice = async (
  deps: RetirementDeps & { devices: Pick<DeviceRepository, 'revoke'> },
  id: Id,
  actor: Actor,
): Promise<void> => {
  const isRevoked = await deps.devices.revoke(id, actor.name, deps.clock());
  const isFinished = await finishRetirement(deps, id);
  if (!isRevoked && !isFinished) throw notFound('device');
};
