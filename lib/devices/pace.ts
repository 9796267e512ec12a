/**
 * How soon a device should poll again. The server sets the pace: a few seconds while something of this device is
 * under way, a minute soon after somebody used it, up to five when it has long been idle. Each is spread at random, so that
 * devices which started together do not stay together.
 */
import { HOUR, type Instant, MINUTE } from '../clock.ts';
import { type Device, openAssistanceOf } from './model.ts';

const UNDER_WAY_SECONDS = 4;
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

const idleSeconds = (quietMs: number): number => {
  if (quietMs <= ACTIVE_FOR_MS) return ACTIVE_SECONDS;
  const share = Math.min(1, (quietMs - ACTIVE_FOR_MS) / (IDLE_AFTER_MS - ACTIVE_FOR_MS));
  return ACTIVE_SECONDS + share * (IDLE_SECONDS - ACTIVE_SECONDS);
};

/**
 * @param random from 0 up to 1
 * @returns whole seconds
 */
export const pollAfterSeconds = (device: Device, now: Instant, random: () => number): number => {
  const restart = device.openRestart;
  // A restart that is scheduled may be hours away, and its whole fleet's with it.
  const underWay =
    (restart !== undefined && restart.state !== 'scheduled') || openAssistanceOf(device, now) !== undefined;
  const quietMs = now - (device.bootedAt ?? device.enrolledAt);
  return spread(underWay ? UNDER_WAY_SECONDS : idleSeconds(quietMs), random);
};
