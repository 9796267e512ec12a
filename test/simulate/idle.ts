/** Scenario 1: nothing happens. What a fleet costs and how even its load is. */
import { HOUR, MINUTE, SECOND } from '../../lib/clock.ts';
import type { Fleet } from './fleet.ts';

const SETTLE_SECONDS = (30 * MINUTE) / SECOND;
const MEASURE_SECONDS = HOUR / SECOND;
const FIXED_POLL_SECONDS = 60;

export type Idle = {
  readonly pollsPerSecond: number;
  /** Writes of `lastSeenAt`. */
  readonly sightingsPerSecond: number;
  /** Polls as a share of what a fixed poll each 60 s would make. */
  readonly ofFixedPolls: number;
};

export const measureIdle = (fleet: Fleet): Idle => {
  fleet.pass(SETTLE_SECONDS);
  const from = fleet.now;
  fleet.pass(MEASURE_SECONDS);
  const pollsPerSecond = fleet.requests.rate(from, fleet.now);
  return {
    pollsPerSecond,
    sightingsPerSecond: fleet.sightings.rate(from, fleet.now),
    ofFixedPolls: pollsPerSecond / (fleet.devices / FIXED_POLL_SECONDS),
  };
};
