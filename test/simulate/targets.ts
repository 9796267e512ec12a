/** What must hold, and whether it does. */
import type { Idle } from './idle.ts';
import type { Outage } from './outage.ts';
import type { Restart } from './restart.ts';

export type Check = { readonly what: string; readonly value: number; readonly most: number };

const MOST_OF_FIXED_POLLS = 0.25;
const MOST_OVER_STEADY = 1.2;
/** With fewer requests, chance alone makes one second in some thousands stand out by more than a tenth. */
const EVEN_FROM_PER_SECOND = 2000;
/** In a fleet of fewer than some 1,000 devices even an hour is made by chance. */
const JUDGED_FROM_PER_SECOND = 3;

export const isMet = ({ value, most }: Check): boolean => value <= most;

/** The single second is judged only in a fleet that is large enough for it to mean something. */
export const checks = (idle: Idle, outage: Outage, restart: Restart): Check[] => [
  {
    what: 'idle fleet: polls, against a fixed 60 s',
    value: idle.ofFixedPolls,
    most: idle.pollsPerSecond >= JUDGED_FROM_PER_SECOND ? MOST_OF_FIXED_POLLS : Number.POSITIVE_INFINITY,
  },
  {
    what: 'outage of 5 minutes: fullest minute over the steady rate',
    value: outage.peak60s,
    most: idle.pollsPerSecond >= JUDGED_FROM_PER_SECOND ? MOST_OVER_STEADY : Number.POSITIVE_INFINITY,
  },
  {
    what: 'outage of 5 minutes: fullest second over the steady rate',
    value: outage.peak1s,
    most: idle.pollsPerSecond >= EVEN_FROM_PER_SECOND ? MOST_OVER_STEADY : Number.POSITIVE_INFINITY,
  },
  {
    what: 'restart of all: fullest minute over the steady rate',
    value: restart.peak60s / idle.pollsPerSecond,
    most: idle.pollsPerSecond >= EVEN_FROM_PER_SECOND ? MOST_OVER_STEADY : Number.POSITIVE_INFINITY,
  },
];
