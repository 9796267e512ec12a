/**
 * One credential in two hands, as the device's record has it: since when, and when it was last seen. Kept there, so that
 * one alert is open for a device at a time, and so that what a flood shows again and again is written once an hour.
 */
import { DAY, HOUR, type Instant } from '../clock.ts';

/**
 * What showed it: two boot ids that take turns, a credential that was replaced by a rotation, or one of a device that is
 * retired. In this order, since the later ones say more of who is cut off.
 */
export const SHARING_REASONS = ['alternating', 'replaced', 'retired'] as const;
export type SharingReason = (typeof SHARING_REASONS)[number];

export type Sharing = {
  readonly since: Instant;
  readonly seenAt: Instant;
  readonly reason: SharingReason;
  /** There once nobody has shown it for a day. */
  readonly endedAt?: Instant;
};

/** A copy of a PC that is switched off may come back on another day, and is another alert then. */
const OVER_AFTER_MS = DAY;
const NOTED_AGAIN_AFTER_MS = HOUR;

export const sharingLevel = (reason: SharingReason): number => SHARING_REASONS.indexOf(reason) + 1;

export const isShared = (sharing: Sharing | undefined): sharing is Sharing =>
  sharing !== undefined && sharing.endedAt === undefined;

/** When it ends unless it is seen once more; `undefined` where there is nothing to end. */
export const sharingEndsAt = (sharing: Sharing | undefined): Instant | undefined =>
  isShared(sharing) ? sharing.seenAt + OVER_AFTER_MS : undefined;

/** @returns what is to be kept of it now that it was seen; `undefined` where that is on record already */
export const sharingSeen = (before: Sharing | undefined, reason: SharingReason, now: Instant): Sharing | undefined => {
  if (!isShared(before)) return { since: now, seenAt: now, reason };
  const saysMore = sharingLevel(reason) > sharingLevel(before.reason);
  // A clock that was set back must not silence it.
  const isOld = Math.abs(now - before.seenAt) >= NOTED_AGAIN_AFTER_MS;
  if (!saysMore && !isOld) return undefined;
  return { ...before, seenAt: now, reason: saysMore ? reason : before.reason };
};
