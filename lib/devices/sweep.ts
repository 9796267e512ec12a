/**
 * What is due of devices and groups, which lie in one table and so are found by one look: retiring that did not come to
 * its end, credentials that nobody shares any more, and clean-ups of deleted groups whose stream records were lost. Safe
 * to run twice or at the same time.
 */
import { forEachDue } from '../due.ts';
import type { GroupRemains } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import type { CredentialRepository } from './ports.ts';
import { finishRetirement, type RetirementDeps } from './retirement.ts';
import { sharingEndsAt } from './sharing.ts';

type SweepDeps = RetirementDeps & {
  credentials: Pick<CredentialRepository, 'find' | 'saveSharing'>;
  remains: Pick<GroupRemains, 'due' | 'goOnLater'>;
};

const isDevice = (id: Id): boolean => id.startsWith('dev_');

/** What is seen again at this moment is not over. */
const endSharing = async ({ credentials, clock }: SweepDeps, id: Id): Promise<boolean> => {
  const device = await credentials.find(id);
  const endsAt = sharingEndsAt(device?.sharing);
  const now = clock();
  if (!device?.sharing || endsAt === undefined || now < endsAt) return false;
  const sharing = { ...device.sharing, endedAt: now };
  return credentials.saveSharing(device, { ...device, version: device.version + 1, sharing });
};

const sweepDevice = async (deps: SweepDeps, id: Id): Promise<boolean> =>
  (await finishRetirement(deps, id)) || endSharing(deps, id);

/** @returns how many devices and groups it has changed */
export const sweepDevices = (deps: SweepDeps): Promise<number> => {
  const { remains, clock } = deps;
  return forEachDue(remains.due(clock()), (id) =>
    isDevice(id) ? sweepDevice(deps, id) : remains.goOnLater(id, clock()),
  );
};
