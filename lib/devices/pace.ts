/**
 * How soon a device should poll again. The server sets the pace: a few seconds while something of this device is
 * under way, a minute soon after somebody used it, up to five when it has long been idle. Each is spread at random, so that
 * devices which started together do not stay together.
 */
import { HOUR, type Instant, MINUTE } from '../clock.ts';
import type { RestartTask } from '../restarts/model.ts';
import { type Device, openAssistanceOf } from './model.ts';

const UNDER_WAY_SECONDS = 4;
/** A restart that has been so for more than five minutes, such as one with a grace of hours. */
const LONG_UNDER_WAY_SECONDS = 30;
const LONG_UNDER_WAY_MS = 5 * MINUTE;
const ACTIVE_SECONDS = 60;
/** Spread, it is 300 at most, as the contract says; the bill of an idle fleet depends on how near it comes. */
const IDLE_SECONDS = 288;

/** Since its last boot the device counts as in use for so long. */
const ACTIVE_FOR_MS = 30 * MINUTE;
const IDLE_AFTER_MS = 8 * HOUR;

/** A fifth less to a fifth more, and never by more than this: it adds up from poll to poll. */
const MOST_SPREAD_SECONDS = 12;

const spread = (seconds: number, random: () => number): number => {
  const most = Math.min(0.2 * seconds, MOST_SPREAD_SECONDS);
  return Math.max(1, Math.round(seconds - most + 2 * most * random()));
};

/** How long ago somebody may have used it. The boot of a restart that the whole fleet was ordered to is no sign of that. */
const quietMs = ({ bootedAt, enrolledAt, restartedWithFleetAt }: Device, now: Instant): number =>
  bootedAt !== undefined && restartedWithFleetAt !== undefined && bootedAt <= restartedWithFleetAt
    ? IDLE_AFTER_MS
    : now - (bootedAt ?? enrolledAt);

const idleSeconds = (device: Device, now: Instant): number => {
  const quiet = quietMs(device, now);
  if (quiet <= ACTIVE_FOR_MS) return ACTIVE_SECONDS;
  const share = Math.min(1, (quiet - ACTIVE_FOR_MS) / (IDLE_AFTER_MS - ACTIVE_FOR_MS));
  return ACTIVE_SECONDS + share * (IDLE_SECONDS - ACTIVE_SECONDS);
};

/** How soon it must hear that its restart is queued, or canceled. */
const restartSeconds = ({ underWayPollSeconds = UNDER_WAY_SECONDS, changedAt }: RestartTask, now: Instant): number =>
  now - changedAt > LONG_UNDER_WAY_MS ? Math.max(LONG_UNDER_WAY_SECONDS, underWayPollSeconds) : underWayPollSeconds;

/**
 * @param random from 0 up to 1
 * @returns whole seconds
 */
export const pollAfterSeconds = (device: Device, now: Instant, random: () => number): number => {
  const restart = device.openRestart;
  if (openAssistanceOf(device, now) !== undefined) return spread(UNDER_WAY_SECONDS, random);
  // A restart that is scheduled may be hours away, and its whole fleet's with it.
  return restart !== undefined && restart.state !== 'scheduled'
    ? spread(restartSeconds(restart, now), random)
    : spread(idleSeconds(device, now), random);
};
