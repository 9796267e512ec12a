/** Scenario 3: every device is ordered to restart, all at once or so many a minute. How soon they know, and what it loads. */
import { MINUTE, SECOND } from '../../lib/clock.ts';
import type { Fleet } from './fleet.ts';
import { Rollout, type RolloutOptions } from './rollout.ts';

/** How long devices that are back are still watched. */
const AFTER_SECONDS = (10 * MINUTE) / SECOND;
const STEP_SECONDS = MINUTE / SECOND;

export type Restart = {
  /** Seconds from the order until so many devices had been handed their task, and until all were back. */
  readonly half: number;
  readonly most: number;
  readonly last: number;
  readonly allBack: number;
  /** Requests a second, in the fullest second and the fullest minute. */
  readonly peak1s: number;
  readonly peak60s: number;
};

export const measureRestart = (fleet: Fleet, options: RolloutOptions = {}): Restart => {
  const from = fleet.now;
  const rollout = new Rollout(fleet, options);
  fleet.rollout = rollout;
  while (rollout.back.total() < fleet.devices) fleet.pass(STEP_SECONDS);
  fleet.pass(AFTER_SECONDS);
  const until = (share: number) => rollout.handed.secondsUntil(share, fleet.devices, from) ?? Number.NaN;
  return {
    half: until(0.5),
    most: until(0.99),
    last: until(1),
    allBack: rollout.back.secondsUntil(1, fleet.devices, from) ?? Number.NaN,
    peak1s: fleet.requests.peak(1, from, fleet.now),
    peak60s: fleet.requests.peak(60, from, fleet.now),
  };
};
