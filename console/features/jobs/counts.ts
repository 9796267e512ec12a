/** What a job's counts come to. */
import type { RestartJob } from '../../../lib/api/restarts.ts';

type Counts = RestartJob['counts'];

/** Nothing more happens to these. */
const ENDED: readonly (keyof Counts)[] = [
  'succeeded',
  'failed',
  'timedOut',
  'rejected',
  'canceled',
  'expired',
  'removed',
  'joined',
];

export const endedOf = (counts: Counts): number => ENDED.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

/** Whole, and 100 only when it is all of them. */
export const percentOf = (part: number, all: number): number =>
  all <= 0 ? 0 : Math.min(part < all ? 99 : 100, Math.round((part / all) * 100));
