/** What a poll tells of its device, and what of that is worth a write. */
import { type Instant, MINUTE } from '../clock.ts';
import { trySpend } from './allowance.ts';
import { bootsAfter, hasComeBack } from './boots.ts';
import type { Device } from './model.ts';
import { isShared, type Sharing, sharingSeen } from './sharing.ts';

/** What a device says of itself in a poll. */
export type Sighting = {
  bootId: string;
  bootedAt: Instant;
  agentVersion: string;
  /** For how long it has run; told by no clock. Older agents do not say. */
  uptimeSeconds?: number | undefined;
  /** What the PC calls itself; absent where the agent was given a name. */
  name?: string | undefined;
};

/**
 * How often in an hour a poll may change what is on record of the device. One that is only there has its time noted six
 * times; the rest is for boots. Without a bound, a stolen credential could have every poll write.
 */
export const SIGHTINGS_PER_HOUR = 30;

export const SEEN_AGAIN_AFTER_MS = 10 * MINUTE;

/**
 * The name that the device has after it said what it calls itself. An admin's name stays. Two machines with one credential
 * would take turns here too, so nothing changes until that is over.
 */
const nameAfter = (device: Device, { name = device.name, bootId }: Sighting): string => {
  if (name === device.name || !device.hasOwnName) return device.name;
  return isShared(device.sharing) || hasComeBack(device, bootId) ? device.name : name;
};

const sharingAfter = (device: Device, { bootId }: Sighting, now: Instant): Sharing | undefined =>
  hasComeBack(device, bootId) ? sharingSeen(device.sharing, 'alternating', now) : undefined;

/** Whether a poll tells something that is worth a write. */
export const isNews = (device: Device, sighting: Sighting, now: Instant): boolean => {
  const isOtherBoot = device.bootId !== sighting.bootId;
  return (
    // Of two boots that take turns, each would be another one at each poll.
    (isOtherBoot && (!hasComeBack(device, sighting.bootId) || sharingAfter(device, sighting, now) !== undefined)) ||
    device.agentVersion !== sighting.agentVersion ||
    device.name !== nameAfter(device, sighting) ||
    device.missingSinceTask !== undefined ||
    device.lastSeenAt === undefined ||
    Math.abs(now - device.lastSeenAt) > SEEN_AGAIN_AFTER_MS
  );
};

/**
 * The device as it is after a poll; `undefined` where nothing of that is to be written: it is no news, or the device has
 * had its share of writes for this hour, beyond which only that it is back is noted.
 */
export const sighted = (device: Device, sighting: Sighting, now: Instant): Device | undefined => {
  if (!isNews(device, sighting, now)) return undefined;
  const spending = trySpend(device.sightingsSpent, SIGHTINGS_PER_HOUR, now);
  const { missingSinceTask, ...present } = device;
  const isBack = missingSinceTask !== undefined;
  if (!spending && !isBack) return undefined;
  // A change has one event: where it is back, the next poll says the rest.
  const sharing = isBack ? undefined : sharingAfter(device, sighting, now);
  return {
    ...present,
    version: device.version + 1,
    name: nameAfter(device, sighting),
    bootId: sighting.bootId,
    bootedAt: sighting.bootedAt,
    agentVersion: sighting.agentVersion,
    boots: bootsAfter(device, sighting.bootId, now),
    lastSeenAt: now,
    ...(spending && { sightingsSpent: spending.after }),
    ...(sharing && { sharing }),
  };
};
