/** What the group use cases need from outside, and what restarts need of groups. */
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';

/** Goes through devices in the order of their ids, so that a rename meanwhile makes nobody be missed. */
export type FleetDirectory = {
  /**
   * Read consistently; a page may be shorter than `limit` and still have a next one.
   * @returns `undefined` where there is no such group
   */
  memberIds(groupId: Id, page: PageRequest): Promise<Page<Id> | undefined>;
  /** Every device that is not retired; one that was enrolled a moment ago may be missing. */
  fleetIds(page: PageRequest): Promise<Page<Id>>;
};
