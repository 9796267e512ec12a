/** What an order would reach, without ordering it. Changes nothing. */
import type { RestartOrder, RestartPreview } from '../api/restarts.ts';
import { type Clock, type Instant, MINUTE } from '../clock.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { FleetDirectory } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import { assertOneTarget, countMembers, sizeOfKnownGroup, startOf } from './order.ts';
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
async function* targetIds(
  fleet: FleetDirectory,
  { deviceIds = [], groupId, exceptDeviceIds }: RestartOrder,
): AsyncGenerator<Id[]> {
  const excepted = new Set(exceptDeviceIds);
  if (groupId === undefined) {
    yield [...new Set(deviceIds)];
    return;
  }
  let after: string | undefined;
  do {
    const request = { limit: PAGE, ...(after !== undefined && { after }) };
    const page = groupId === ALL_DEVICES ? await fleet.fleetIds(request) : await fleet.memberIds(groupId, request);
    yield (page?.items ?? []).filter((id) => !excepted.has(id));
    after = page?.next;
  } while (after !== undefined);
}

/** How many devices of the order's group it is for, and the exceptions that are unknown. */
const groupOf = async (
  { devices, fleet }: Pick<PreviewDeps, 'devices' | 'fleet'>,
  { groupId, exceptDeviceIds = [] }: RestartOrder,
): Promise<{ size: number; unknownDeviceIds: Id[] }> => {
  if (groupId === undefined) return { size: 0, unknownDeviceIds: [] };
  const all = await sizeOfKnownGroup(fleet, groupId);
  const ids = [...new Set(exceptDeviceIds)];
  const excepted = await devices.findMany(ids);
  const known = new Set(excepted.map(({ id }) => id));
  return { size: all - countMembers(groupId, excepted), unknownDeviceIds: ids.filter((id) => !known.has(id)) };
};

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
  const { size: groupSize, unknownDeviceIds } = await groupOf({ devices, fleet }, order);
  const counts = { offlineCount: 0, alreadyRestarting: 0 };
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
