/** Assistance requests in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AssistanceRequest, ExpiredRequest } from '../assistance/model.ts';
import type { AssistanceRepository } from '../assistance/ports.ts';
import { ConcurrentChange } from '../concurrency.ts';
import { readDeviceList } from './device-list.ts';
import { readDue } from './due-index.ts';
import { type Database, held, transact, unaccompanied, write } from './dynamodb.ts';
import { openForRequest } from './gate.ts';
import { idempotencyWrites } from './idempotency-store.ts';
import { fromItem } from './items.ts';
import { expiredRequestKey, partitions, requestKey } from './keys.ts';
import {
  duePartition,
  expiredItem,
  expiredRequestItem,
  expiryFollows,
  type RequestTables,
  requestFollows,
  requestItem,
  requestWrite,
  requestWrites,
} from './request-items.ts';
import { readShardedList } from './sharded-list.ts';
import { create } from './versioned.ts';

/** What a poll needs; without the rest, so that its bundle stays small. */
export const createRequestReader = (db: Database, table: string): Pick<AssistanceRepository, 'find'> => ({
  find: async (id) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: requestKey(id), ConsistentRead: true }));
    return fromItem<AssistanceRequest>('AssistanceRequest', Item);
  },
});

/** What looking after sessions needs: nothing that concerns the device. */
export const createRequestAmender = (
  db: Database,
  table: string,
): Pick<AssistanceRepository, 'find' | 'findExpired' | 'amend' | 'saveExpired'> => ({
  ...createRequestReader(db, table),
  findExpired: async (id) => {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: expiredRequestKey(id), ConsistentRead: true }),
    );
    return fromItem<ExpiredRequest>('ExpiredRequest', Item);
  },
  amend: (before, after) => unaccompanied(() => write(db, requestWrite(table, before, after))),
  saveExpired: (expired) => write(db, { Put: { TableName: table, Item: expiredItem(expired) } }),
});

export const createAssistanceRepository = (
  db: Database,
  tables: RequestTables & { idempotency?: string },
): AssistanceRepository => ({
  ...createRequestAmender(db, tables.assistance),
  list: ({ limit, after, state }) =>
    readShardedList(db, 'AssistanceRequest', {
      table: tables.assistance,
      ...(state
        ? { index: 'state', partition: partitions.requestsIn(state) }
        : { index: 'list', partition: partitions.requests }),
      order: 'descending',
      limit,
      after,
    }),
  listIn: async (states, { limit, after }) => {
    const page = await readShardedList<AssistanceRequest>(db, 'AssistanceRequest', {
      table: tables.assistance,
      index: 'state',
      partition: states.map(partitions.requestsIn),
      order: 'ascending',
      limit,
      after,
    });
    // One that changes its state meanwhile may be found in both.
    return { ...page, items: [...new Map(page.items.map((request) => [request.id, request])).values()] };
  },
  listOfDevice: (deviceId, page) =>
    readDeviceList<AssistanceRequest>(
      db,
      { table: tables.assistance, type: 'AssistanceRequest', keyOf: requestKey },
      deviceId,
      page,
    ),
  create: async (request, record, spending) => {
    try {
      await transact(db, [
        // First, so that a request that was answered already is known as that even though the device has one open.
        ...idempotencyWrites(tables.idempotency ?? '', record),
        { ...create(tables.assistance, requestItem(request)), follows: requestFollows(undefined, request) },
        openForRequest(tables.devices, request, spending),
      ]);
      return true;
    } catch (error) {
      if (error instanceof ConcurrentChange) return false;
      throw error;
    }
  },
  save: (before, after, record) =>
    transact(db, [...idempotencyWrites(tables.idempotency ?? '', record), ...requestWrites(tables, before, after)]),
  noteReader: (before, after) => write(db, requestWrite(tables.assistance, before, after)),
  postpone: async ({ id, version }, at) => {
    const Update = {
      TableName: tables.assistance,
      Key: requestKey(id),
      UpdateExpression: 'SET dueAt = :at',
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':at': at, ':version': version },
    };
    await held(write(db, { Update }));
  },
  due: (now, lane) => readDue(db, tables.assistance, now, duePartition(lane)),
  // The device's record needs no change: what it says of the request is void since the request expired.
  expire: async (request, now) => {
    try {
      await transact(db, [
        {
          Delete: {
            TableName: tables.assistance,
            Key: requestKey(request.id),
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': request.version },
          },
          follows: expiryFollows(request),
        },
        { Put: { TableName: tables.assistance, Item: expiredRequestItem(request, now) } },
      ]);
    } catch (error) {
      if (!(error instanceof ConcurrentChange)) throw error;
    }
  },
});
