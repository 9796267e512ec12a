/** Scenario 2: nothing answers for a while. How many come at once, then and afterwards. */
import { HOUR, SECOND } from '../../lib/clock.ts';
import type { Fleet } from './fleet.ts';

/** Long enough for the echoes: who came at the same time will come at the same time again. */
const AFTER_SECONDS = HOUR / SECOND;

export type Outage = {
  /** The most requests in one second, and in one minute, over the steady rate. */
  readonly peak1s: number;
  readonly peak60s: number;
};

/** @param steadyRate requests a second before, that the peaks are compared with */
export const measureOutage = (fleet: Fleet, steadyRate: number, seconds = 300): Outage => {
  const from = fleet.now;
  fleet.isDown = true;
  fleet.pass(seconds);
  fleet.isDown = false;
  fleet.pass(AFTER_SECONDS);
  return {
    peak1s: fleet.requests.peak(1, from, fleet.now) / steadyRate,
    peak60s: fleet.requests.peak(60, from, fleet.now) / steadyRate,
  };
};
