/** Assistance requests as items, and the writes that save one. */
import type { AssistanceRequest } from '../assistance/model.ts';
import { isOpen } from '../assistance/request.ts';
import { dueAttributes } from './due-index.ts';
import { ttl, type Write } from './dynamodb.ts';
import { followRequest } from './gate.ts';
import { type Item, toItem } from './items.ts';
import { partitions, requestKey, shardKeyOf } from './keys.ts';
import { keptUntil } from './task-items.ts';
import { replace } from './versioned.ts';

const ttlOf = (request: AssistanceRequest): { ttl?: number } => {
  if (request.expiresAt !== undefined) return { ttl: ttl(request.expiresAt) };
  return isOpen(request) ? {} : { ttl: keptUntil(request.changedAt) };
};

export const requestItem = (request: AssistanceRequest): Item =>
  toItem('AssistanceRequest', requestKey(request.id), request, {
    listShard: shardKeyOf(partitions.requests, request.id),
    stateShard: shardKeyOf(partitions.requestsIn(request.state), request.id),
    listSort: request.id,
    ...dueAttributes(request.id, request.expiresAt),
    ...ttlOf(request),
  });

export type RequestTables = { devices: string; assistance: string };

export const requestWrite = (table: string, before: AssistanceRequest, after: AssistanceRequest): Write =>
  replace(table, requestItem(after), before.version);

export const requestWrites = (tables: RequestTables, before: AssistanceRequest, after: AssistanceRequest): Write[] => [
  requestWrite(tables.assistance, before, after),
  followRequest(tables.devices, after),
];
