/**
 * How soon a device should poll again. The server sets the pace: a few seconds while something of this device is
 * under way, a minute soon after somebody used it, up to five when it has long been idle. Each is spread at random, so that
 * devices which started together do not stay together.
 */
import { HOUR, type Instant, MINUTE } from '../clock.ts';
import { type Device, openAssistanceOf } from './model.ts';

const UNDER_WAY_SECONDS = 4;
const ACTIVE_SECONDS = 60;
/** Spread, it is 300 at most, as the contract says. */
const IDLE_SECONDS = 250;

/** Since its last boot the device counts as in use for so long. */
const ACTIVE_FOR_MS = 30 * MINUTE;
const IDLE_AFTER_MS = 8 * HOUR;

/** A fifth less to a fifth more. */
const spread = (seconds: number, random: () => number): number =>
  Math.max(1, Math.round(seconds * (0.8 + 0.4 * random())));

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
  const underWay = device.openRestart !== undefined || openAssistanceOf(device, now) !== undefined;
  const quietMs = now - (device.bootedAt ?? device.enrolledAt);
  return spread(underWay ? UNDER_WAY_SECONDS : idleSeconds(quietMs), random);
};
