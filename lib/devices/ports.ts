/** What the device use cases need from outside. */
import type { AssistanceRequest } from '../assistance/model.ts';
import type { Instant } from '../clock.ts';
import type { IdempotencyRecord } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest, SearchedPage } from '../page.ts';
import type { RestartTask } from '../restarts/model.ts';
import type { Spending } from './allowance.ts';
import type { Device, EnrollmentToken } from './model.ts';

/**
 * Everything that retiring changes, saved as one; with it go the device's memberships and its serial number, and it
 * leaves the counts.
 */
export type Retirement = {
  device: { before: Device; after: Device };
  task?: { before: RestartTask; after: RestartTask };
  request?: { before: AssistanceRequest; after: AssistanceRequest };
};

/** All devices, or those of one group, whose names begin so. */
export type ListRequest = PageRequest & { namePrefix?: string; groupId?: Id };

/** Many devices at once, whatever they are by now. */
export type ManyDevices = {
  /** Those of the ids that there are, in any order; read consistently. */
  findMany(ids: readonly Id[]): Promise<Device[]>;
};

export type DeviceRepository = {
  /** @returns a retired device too; `eventually` halves the price of a read that may be a second old */
  find(id: Id, consistency?: 'eventually' | 'strongly'): Promise<Device | undefined>;
  /** In the order of the names, retired ones left out; all devices, or those of one group. */
  list(request: ListRequest): Promise<Page<Device>>;
  /** Those of the list for which `isFound` holds; ends after `most` that were looked at. */
  search(request: ListRequest, isFound: (device: Device) => boolean, most: number): Promise<SearchedPage<Device>>;
  /**
   * Moves the device in each of its groups too.
   * @throws ConcurrentChange
   */
  rename(before: Device, name: string): Promise<Device>;
  /**
   * Notes what a poll told, as `sighted` has it; nothing where the device is out of service by now, or another poll has
   * spent what this one would. What an event follows from, and a new name, are noted where the device is as it was read:
   * else the next poll says so again.
   */
  saveSighting(before: Device, after: Device): Promise<void>;
  /**
   * Ends the credential of a device in service, for good, whatever else the device does at this moment.
   * @returns whether there was one in service
   */
  revoke(id: Id, by: string, now: Instant): Promise<boolean>;
  /** @throws ConcurrentChange */
  retire(retirement: Retirement): Promise<void>;
};

/** What authenticating a device reads and, when a rotated credential is first used, or a dead one, writes. */
export type CredentialRepository = Pick<DeviceRepository, 'find'> & {
  /**
   * Makes the next credential the only one.
   * @throws ConcurrentChange when the device is not as it was read
   */
  promoteNext(before: Device, after: Device): Promise<void>;
  /**
   * Notes that a credential was used that is dead, or that nobody has used one for long enough.
   * @returns false where the device is not as it was read
   */
  saveSharing(before: Device, after: Device): Promise<boolean>;
  /**
   * Keeps the next credential beside the current one, in place of one that was never used.
   * @throws ConcurrentChange when the current one, or what the device has spent, is not what it was
   */
  saveNext(
    device: Device,
    next: NonNullable<Device['nextCredential']>,
    spending: Spending,
    record?: IdempotencyRecord,
  ): Promise<void>;
};

export type EnrollmentTokenRepository = {
  create(token: EnrollmentToken, record?: IdempotencyRecord): Promise<void>;
  find(id: Id): Promise<EnrollmentToken | undefined>;
  list(request: PageRequest): Promise<Page<EnrollmentToken>>;
  /** @returns whether there was one */
  revoke(id: Id): Promise<boolean>;
  /** @returns the id of the device in service that has the serial number; `undefined` for a placeholder too */
  findSerialHolder(serialNumber: string | undefined): Promise<Id | undefined>;
  /**
   * Uses the token once, creates the device and counts it, makes it a member of its groups, and gives it its serial
   * number; or nothing of these. With a former device, which has the number, retires that.
   * @returns false when the token is spent, expired or revoked by now
   * @throws ConcurrentChange when one of the groups is deleted by now, or the number is another device's
   */
  enroll(tokenId: Id, device: Device, options?: { record?: IdempotencyRecord; former?: Retirement }): Promise<boolean>;
};
