/** What the group use cases need from outside, and what restarts need of groups. */
import type { Instant } from '../clock.ts';
import type { Device } from '../devices/model.ts';
import type { IdempotencyRecord } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Group } from './model.ts';

/** Goes through devices in the order of their ids, so that a rename meanwhile makes nobody be missed. */
export type FleetDirectory = {
  /**
   * Of a group, or of all devices. One read.
   * @returns `undefined` where there is no such group
   */
  deviceCount(groupId: Id): Promise<number | undefined>;
  /**
   * Read consistently; a page may be shorter than `limit` and still have a next one.
   * @returns `undefined` where there is no such group
   */
  memberIds(groupId: Id, page: PageRequest): Promise<Page<Id> | undefined>;
  /** Every device that is not retired; one that was enrolled a moment ago may be missing. */
  fleetIds(page: PageRequest): Promise<Page<Id>>;
};

/** Groups that admins made; a deleted one is not there for any of these. */
export type GroupRepository = {
  create(group: Group, record?: IdempotencyRecord): Promise<void>;
  find(id: Id): Promise<Group | undefined>;
  /** In the order of the names. */
  list(page: PageRequest): Promise<Page<Group>>;
  /** How many devices there are in all. */
  countFleet(): Promise<number>;
  /** @returns whether there was one */
  rename(id: Id, name: string): Promise<boolean>;
  /**
   * Takes the group away from every reader; its memberships are cleaned up afterwards.
   * @returns whether there was one
   */
  delete(id: Id, now: Instant): Promise<boolean>;
};

/** Each changes the membership, the group's count and the device's record, or nothing. */
export type MembershipRepository = {
  /**
   * Nothing to do where the device is in the group by now.
   * @throws ConcurrentChange when the group is deleted, or the device retired or in too many groups by now
   */
  add(groupId: Id, device: Device): Promise<void>;
  /**
   * Adds so many at once, `MOST_ADDED_AT_ONCE` at most, that are not in the group yet: all of them or none.
   * @throws ConcurrentChange when the group is deleted, or one of the devices is in it, retired or in too many groups by now
   */
  addMany(groupId: Id, devices: readonly Device[]): Promise<void>;
  /**
   * Nothing to do where the device is not in the group any more.
   * @throws ConcurrentChange when the device's other groups changed
   */
  remove(groupId: Id, device: Device): Promise<void>;
};

/** What is left of a deleted group. */
export type GroupRemains = {
  memberIds(groupId: Id, page: PageRequest): Promise<Page<Id>>;
  /**
   * Forgets a membership, here and in the device's record; in the latter only where it is there.
   * @throws ConcurrentChange when the device's other groups changed
   */
  forget(groupId: Id, deviceId: Id, device: Device | undefined): Promise<void>;
  /**
   * Has the clean-up started again.
   * @returns whether there is anything left
   */
  goOnLater(groupId: Id, now: Instant): Promise<boolean>;
  /** Deleted groups whose clean-up seems to stand still, and devices whose retirement does; some may be gone by now. */
  due(now: Instant): AsyncIterable<Id>;
  /** Deletes the last of it. */
  purge(groupId: Id): Promise<void>;
};
