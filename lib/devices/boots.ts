/**
 * The boots that a device was seen with. A boot id that comes back after another one is no boot of one PC: two machines
 * take turns, as copies of one disk image do, or a snapshot was restored.
 *
 * Kept in the device's record, which is written with each boot anyway; shortened, so that it stays a small one.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '../clock.ts';

/** The latest boots, oldest first: the beginning of a hash of each boot id, and when it was first seen. */
export type Boots = readonly string[];

/** A PC that is restarted every day is remembered for a week. */
const MOST_BOOTS = 8;

/** 66 bits. */
const HASH_LENGTH = 11;

const hashOf = (bootId: string): string =>
  createHash('sha256').update(bootId).digest('base64url').slice(0, HASH_LENGTH);

const entryOf = (bootId: string, at: Instant): string => `${hashOf(bootId)}${at.toString(36)}`;

type Seen = { readonly bootId?: string; readonly boots?: Boots };

/** The boot of a record that is older than this memory was first seen at a time that nobody knows. */
const bootsOf = ({ bootId, boots = bootId === undefined ? [] : [entryOf(bootId, 0)] }: Seen): Boots => boots;

/** @returns when the device was first seen with this boot; `undefined` where it was not, as far as is remembered */
export const firstSeenAt = (device: Seen, bootId: string): Instant | undefined => {
  const hash = hashOf(bootId);
  const entry = bootsOf(device).find((boot) => boot.startsWith(hash));
  return entry === undefined ? undefined : Number.parseInt(entry.slice(HASH_LENGTH), 36);
};

/** Whether the device was seen with this boot, and then with another one. */
export const hasComeBack = (device: Seen, bootId: string): boolean =>
  device.bootId !== bootId && firstSeenAt(device, bootId) !== undefined;

/** @returns the boots of a device that is seen with this one now */
export const bootsAfter = (device: Seen, bootId: string, now: Instant): Boots =>
  firstSeenAt(device, bootId) === undefined
    ? [...bootsOf(device), entryOf(bootId, now)].slice(-MOST_BOOTS)
    : bootsOf(device);
