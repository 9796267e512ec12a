/**
 * Items: a domain object's members beside the keys, the index attributes and its type. What is read is checked to be
 * of the type that its key says, and comes back without the attributes that only DynamoDB needs.
 */
import type { Key } from './keys.ts';

export type Item = Record<string, unknown>;

/** Attributes of an item that are not the domain object's. */
export type IndexAttributes = {
  ttl?: number | undefined;
  listShard?: string | undefined;
  listSort?: string | undefined;
  stateShard?: string | undefined;
  fleetShard?: string | undefined;
  dueShard?: string | undefined;
  dueAt?: number | undefined;
  jobShard?: string | undefined;
  jobSort?: string | undefined;
  actorShard?: string | undefined;
  subjectShard?: string | undefined;
};

export type ItemType =
  | 'Device'
  | 'EnrollmentToken'
  | 'SerialNumber'
  | 'Group'
  | 'Member'
  | 'AssistanceRequest'
  | 'Connectors'
  | 'ConnectorLease'
  | 'ExpiredRequest'
  | 'RestartJob'
  | 'RestartTask'
  | 'Joined'
  | 'Alert'
  | 'UnresolvedAlert'
  | 'TimelineEntry'
  | 'AuditRecord';

export const toItem = (type: ItemType, key: Key, value: object, indexes: IndexAttributes = {}): Item => ({
  ...value,
  ...key,
  ...indexes,
  type,
});

export const isType = (item: Item | undefined, type: ItemType): item is Item => item?.['type'] === type;

/**
 * @returns `undefined` where there is no item
 * @throws Error when the item is of another type: a fault in this code, or in who else writes to the table
 */
export const fromItem = <T extends object>(type: ItemType, item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  if (item['type'] !== type)
    throw new Error(`the item ${item['pk']} ${item['sk']} is a ${item['type']}, not a ${type}`);
  const {
    pk,
    sk,
    type: _,
    ttl,
    listShard,
    listSort,
    stateShard,
    fleetShard,
    dueShard,
    dueAt,
    jobShard,
    jobSort,
    actorShard,
    subjectShard,
    ...value
  } = item;
  return value as T;
};

export const fromItems = <T extends object>(type: ItemType, items: readonly Item[]): T[] =>
  items.flatMap((item) => fromItem<T>(type, item) ?? []);
