/** Who is in a group and in the fleet, in memory: pages in the order of the ids. */
import type { FleetDirectory } from '../../../lib/groups/ports.ts';
import type { Id } from '../../../lib/ids.ts';
import { pageOf, type Store } from './store.ts';

/** @param members of each group that there is */
export const fleetIn = (store: Store, members: ReadonlyMap<Id, readonly Id[]> = new Map()): FleetDirectory => {
  const self = (id: Id): Id => id;
  return {
    memberIds: async (groupId, page) => {
      const ids = members.get(groupId);
      return ids && pageOf(ids, page, self, 'ascending');
    },
    fleetIds: async (page) => {
      const inService = [...store.devices.values()].filter(({ retiredAt }) => retiredAt === undefined);
      return pageOf(
        inService.map(({ id }) => id),
        page,
        self,
        'ascending',
      );
    },
  };
};
