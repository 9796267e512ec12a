/**
 * What is due of devices and groups, which lie in one table and so are found by one look: retiring that did not come to
 * its end, and clean-ups of deleted groups whose stream records were lost. Safe to run twice or at the same time.
 */
import { forEachDue } from '../due.ts';
import type { GroupRemains } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import { finishRetirement, type RetirementDeps } from './retirement.ts';

const isDevice = (id: Id): boolean => id.startsWith('dev_');

/** @returns how many devices it retired and groups it had gone on with */
export const sweepDevices = (
  deps: RetirementDeps & { remains: Pick<GroupRemains, 'due' | 'goOnLater'> },
): Promise<number> => {
  const { remains, clock } = deps;
  return forEachDue(remains.due(clock()), (id) =>
    isDevice(id) ? finishRetirement(deps, id) : remains.goOnLater(id, clock()),
  );
};
