/** Groups of devices, as they are kept. Times are epoch milliseconds. */
import { HOUR, type Instant } from '../clock.ts';
import type { Id } from '../ids.ts';

export type Group = {
  readonly id: Id;
  readonly name: string;
  /** Changes in the same transaction as each membership. */
  readonly deviceCount: number;
  readonly createdAt: Instant;
  /** The group is gone; its memberships are being cleaned up. */
  readonly deletedAt?: Instant;
};

/**
 * When the clean-up of a group is to be started again that was deleted `now`, or goes on since then: the stream record that
 * was to start it may be lost.
 */
export const cleanUpDueAt = (now: Instant): Instant => now + HOUR;

/** The built-in group of every device. It has no members of its own, and nothing of it can be changed. */
export const ALL_DEVICES: Id = 'all';

/** It was there before anything else, so it has the epoch for its beginning. */
export const allDevices = (deviceCount: number): Group => ({
  id: ALL_DEVICES,
  name: 'All devices',
  deviceCount,
  createdAt: 0,
});

/** A transaction takes 100 items: two for each device, the group's count, and the audit record. */
export const MOST_ADDED_AT_ONCE = 49;

/** A device's memberships change with it in one transaction, when it is renamed or retired; that takes 100 items. */
export const MOST_GROUPS_OF_A_DEVICE = 20;
