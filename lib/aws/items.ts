/**
 * Items: a domain object's members beside the keys, the index attributes and its type. What is read is checked to be
 * of the type that its key says, and comes back without the attributes that only DynamoDB needs.
 */
import { currentCause } from '../cause.ts';
import type { Key } from './keys.ts';

export type Item = Record<string, unknown>;

/** Attributes of an item that are not the domain object's. */
export type IndexAttributes = {
  ttl?: number | undefined;
  listShard?: string | undefined;
  listSort?: string | undefined;
  stateShard?: string | undefined;
  severityShard?: string | undefined;
  severitySort?: string | undefined;
  fleetShard?: string | undefined;
  dueShard?: string | undefined;
  dueAt?: number | undefined;
  jobShard?: string | undefined;
  jobSort?: string | undefined;
  ofDevice?: string | undefined;
  actorShard?: string | undefined;
  subjectShard?: string | undefined;
  /** The request that asked for what the item is now; absent where none did. */
  causedBy?: string | undefined;
};

/** What every write stores of the request that it serves. An item that is written again by nobody's request loses it. */
export const causeAttributes = (): Pick<IndexAttributes, 'causedBy'> => {
  const { requestId } = currentCause();
  return requestId === undefined ? {} : { causedBy: requestId };
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
  | 'AuditRecord'
  | 'Outbox';

export const toItem = (type: ItemType, key: Key, value: object, indexes: IndexAttributes = {}): Item => ({
  ...value,
  ...key,
  ...indexes,
  ...causeAttributes(),
  type,
});

export const isType = (item: Item | undefined, type: ItemType): item is Item => item?.['type'] === type;

/**
 * Whether an item's time is over and TTL has not deleted it yet, which can take days. What the sweep has still to look
 * at is there until it has.
 */
const isForgotten = ({ ttl, dueAt }: Item): boolean =>
  typeof ttl === 'number' && ttl * 1000 <= Date.now() && dueAt === undefined;

/**
 * @returns `undefined` where there is no item, or none any more by its TTL
 * @throws Error when the item is of another type: a fault in this code, or in who else writes to the table
 */
export const fromItem = <T extends object>(type: ItemType, item: Item | undefined): T | undefined => {
  return item && !isForgotten(item) ? domainObject<T>(type, item) : undefined;
};

/**
 * The domain object of an item, be it over or not.
 * @throws Error when the item is of another type: a fault in this code, or in who else writes to the table
 */
export const domainObject = <T extends object>(type: ItemType, item: Item): T => {
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
    severityShard,
    severitySort,
    fleetShard,
    dueShard,
    dueAt,
    jobShard,
    jobSort,
    ofDevice,
    actorShard,
    subjectShard,
    causedBy,
    ...value
  } = item;
  return value as T;
};

export const fromItems = <T extends object>(type: ItemType, items: readonly Item[]): T[] =>
  items.flatMap((item) => fromItem<T>(type, item) ?? []);
