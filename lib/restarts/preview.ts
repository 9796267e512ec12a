/** What an order would reach, without ordering it. Changes nothing. */
import type { RestartOrder, RestartPreview } from '../api/restarts.ts';
import { type Clock, type Instant, MINUTE } from '../clock.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { FleetDirectory } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import { assertOneTarget, sizeOfKnownGroup, startOf } from './order.ts';
import type { TargetDevice, TargetDevices } from './ports.ts';

export type PreviewDeps = { devices: TargetDevices; fleet: FleetDirectory; clock: Clock };

/** An idle device polls every five minutes, and when it was seen is kept to within ten. */
const OFFLINE_AFTER_MS = 30 * MINUTE;

/** Devices of a group that are read at once. */
const PAGE = 1000;

/** Of a larger group no more are looked at: each is a read, and the answer must be there within seconds. */
const MOST_EXAMINED = 20_000;

const isOffline = ({ lastSeenAt }: TargetDevice, now: Instant): boolean =>
  lastSeenAt === undefined || now - lastSeenAt >= OFFLINE_AFTER_MS;

/** The ids that the order is for, in pages. */
async function* targetIds(fleet: FleetDirectory, { deviceIds = [], groupId }: RestartOrder): AsyncGenerator<Id[]> {
  if (groupId === undefined) {
    yield [...new Set(deviceIds)];
    return;
  }
  let after: string | undefined;
  do {
    const request = { limit: PAGE, ...(after !== undefined && { after }) };
    const page = groupId === ALL_DEVICES ? await fleet.fleetIds(request) : await fleet.memberIds(groupId, request);
    yield page?.items ?? [];
    after = page?.next;
  } while (after !== undefined);
}

/**
 * @param mostExamined of a group
 * @throws ProblemError `invalid_request` as the order would get it; unknown devices are part of the answer
 */
export const previewRestart = async (
  { devices, fleet, clock }: PreviewDeps,
  order: RestartOrder,
  mostExamined = MOST_EXAMINED,
): Promise<RestartPreview> => {
  assertOneTarget(order);
  const now = clock();
  startOf(order, now);
  const groupSize = order.groupId === undefined ? 0 : await sizeOfKnownGroup(fleet, order.groupId);
  const counts = { offlineCount: 0, alreadyRestarting: 0 };
  const unknownDeviceIds: Id[] = [];
  let examinedCount = 0;
  for await (const ids of targetIds(fleet, order)) {
    if (examinedCount + ids.length > mostExamined) {
      return { deviceCount: groupSize, ...counts, examinedCount, unknownDeviceIds };
    }
    const found = await devices.findMany(ids);
    examinedCount += found.length;
    counts.offlineCount += found.filter((device) => isOffline(device, now)).length;
    counts.alreadyRestarting += found.filter(({ openTask }) => openTask !== undefined).length;
    const known = new Set(found.map(({ id }) => id));
    // A member of a group that is not there was retired a moment ago.
    if (order.groupId === undefined) unknownDeviceIds.push(...ids.filter((id) => !known.has(id)));
  }
  return { deviceCount: examinedCount, ...counts, unknownDeviceIds };
};
