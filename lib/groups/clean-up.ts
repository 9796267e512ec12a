/** Takes a deleted group out of its devices' records. It can stop anywhere and run again: it begins with what is left. */
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import type { DeviceRepository } from '../devices/ports.ts';
import type { Id } from '../ids.ts';
import type { GroupRemains } from './ports.ts';

/** Memberships that are forgotten at once. */
const CHUNK = 25;

type CleanUpDeps = {
  remains: Omit<GroupRemains, 'due'>;
  devices: Pick<DeviceRepository, 'find'>;
  clock: Clock;
};

/** @param hasTime whether there is time for another chunk; where there is not, the rest is left to another run */
export const cleanUpGroup = async (
  { remains, devices, clock }: CleanUpDeps,
  groupId: Id,
  hasTime: () => boolean,
): Promise<void> => {
  const forget = (deviceId: Id) =>
    retryOnConcurrentChange(
      async () => remains.forget(groupId, deviceId, await devices.find(deviceId)),
      SHARED_RECORD_ATTEMPTS,
    );
  for (;;) {
    const { items, next } = await remains.memberIds(groupId, { limit: CHUNK });
    if (items.length === 0 && next === undefined) break;
    if (!hasTime()) {
      await remains.goOnLater(groupId, clock());
      return;
    }
    await Promise.all(items.map(forget));
  }
  await remains.purge(groupId);
};
