/** Whether a device is on, as far as its polls tell. */
import { type Instant, MINUTE } from '../clock.ts';
import type { Device } from './model.ts';
import { SEEN_AGAIN_AFTER_MS } from './sighting.ts';

/** The slowest pace at which a device polls; how long one that waits may need to be heard of. */
const SLOWEST_POLL_MS = 5 * MINUTE;
const MARGIN_MS = MINUTE;

/** A device that is on is heard of at its slowest pace, and when that was is kept to within ten minutes. */
const HEARD_WITHIN_MS = SLOWEST_POLL_MS + SEEN_AGAIN_AFTER_MS + MARGIN_MS;

/** @returns `undefined` for one that was never heard of: it may be waiting for its first poll */
export const isOnline = ({ lastSeenAt }: Pick<Device, 'lastSeenAt'>, now: Instant): boolean | undefined =>
  lastSeenAt === undefined ? undefined : now - lastSeenAt <= HEARD_WITHIN_MS;
