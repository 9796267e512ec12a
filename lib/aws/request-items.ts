/** Assistance requests as items, and the writes that save one. */
import { type Due, type DueLane, dueOf, dueOfExpired } from '../assistance/due.ts';
import { assistanceEvents } from '../assistance/events.ts';
import type { AssistanceRequest, ExpiredRequest } from '../assistance/model.ts';
import { isOpen } from '../assistance/request.ts';
import { DAY, type Instant } from '../clock.ts';
import type { Consequences } from '../consequences.ts';
import type { Id } from '../ids.ts';
import { dueAttributes } from './due-index.ts';
import { ttl, type Write } from './dynamodb.ts';
import { followRequest } from './gate.ts';
import { type IndexAttributes, type Item, toItem } from './items.ts';
import { expiredRequestKey, partitions, requestKey, shardKeyOf } from './keys.ts';
import { followedBy, followedByDeletion } from './outbox-items.ts';
import { keptTtl } from './retention.ts';
import { replace } from './versioned.ts';

const ttlOf = (request: AssistanceRequest): { ttl?: number } => {
  if (request.expiresAt !== undefined) return { ttl: ttl(request.expiresAt) };
  return isOpen(request) ? {} : { ttl: keptTtl('requests', request.changedAt) };
};

/** How long the device that asked is told that its request is over, rather than that it never was. */
const EXPIRED_KEPT_MS = 7 * DAY;

export const duePartition = (lane: DueLane): string => (lane === 'time' ? partitions.due : partitions.dueSessions);

const dueIn = (id: Id, due: Due | undefined): IndexAttributes =>
  due ? dueAttributes(id, due.at, duePartition(due.lane)) : {};

export const expiredItem = (expired: ExpiredRequest): Item =>
  toItem('ExpiredRequest', expiredRequestKey(expired.id), expired, {
    ...dueIn(expired.id, dueOfExpired(expired)),
    ttl: ttl(expired.expiredAt + EXPIRED_KEPT_MS),
  });

export const expiredRequestItem = ({ id, deviceId, opening }: AssistanceRequest, expiredAt: Instant): Item =>
  expiredItem({ id, deviceId, expiredAt, ...(opening && { opening }) });

export const requestItem = (request: AssistanceRequest): Item =>
  toItem('AssistanceRequest', requestKey(request.id), request, {
    listShard: shardKeyOf(partitions.requests, request.id),
    stateShard: shardKeyOf(partitions.requestsIn(request.state), request.id),
    listSort: request.id,
    ofDevice: request.deviceId,
    ...dueIn(request.id, dueOf(request)),
    ...ttlOf(request),
  });

export type RequestTables = { devices: string; assistance: string };

/** What follows from a change of a request: events, and nothing else. */
export const requestFollows = (before: AssistanceRequest | undefined, after: AssistanceRequest): Consequences =>
  followedBy({ events: assistanceEvents(before, after), messages: [] }, after);

export const expiryFollows = (before: AssistanceRequest): Consequences =>
  followedByDeletion({ events: assistanceEvents(before, undefined), messages: [] }, before);

export const requestWrite = (table: string, before: AssistanceRequest, after: AssistanceRequest): Write => ({
  ...replace(table, requestItem(after), before.version),
  follows: requestFollows(before, after),
});

export const requestWrites = (tables: RequestTables, before: AssistanceRequest, after: AssistanceRequest): Write[] => [
  requestWrite(tables.assistance, before, after),
  followRequest(tables.devices, after),
];
