/** Has clean-ups of deleted groups started again whose stream records were lost. Safe to run twice or at the same time. */
import type { Clock } from '../clock.ts';
import { forEachDue } from '../due.ts';
import type { GroupRemains } from './ports.ts';

/** @returns how many it had started again */
export const sweepGroups = ({
  remains,
  clock,
}: {
  remains: Pick<GroupRemains, 'due' | 'goOnLater'>;
  clock: Clock;
}): Promise<number> => forEachDue(remains.due(clock()), (id) => remains.goOnLater(id, clock()));
