/** Enrolment tokens in DynamoDB, and the transaction that enrols a device with one. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DAY } from '../clock.ts';
import { deviceConsequences } from '../devices/events.ts';
import type { EnrollmentToken } from '../devices/model.ts';
import type { EnrollmentTokenRepository } from '../devices/ports.ts';
import { deviceItem } from './device-items.ts';
import { retirementWrites } from './device-repository.ts';
import { type Database, held, transact, ttl, type Write, write } from './dynamodb.ts';
import { enterFleet, succeedInFleet } from './group-items.ts';
import { idempotencyWrites } from './idempotency-store.ts';
import { fromItem, type Item, toItem } from './items.ts';
import { enrollmentTokenKey, partitions, shardKeyOf } from './keys.ts';
import { followedBy } from './outbox-items.ts';
import { findSerialHolder, takeSerial } from './serial-items.ts';
import { readShardedList } from './sharded-list.ts';
import { create } from './versioned.ts';

/** So that an admin still sees how often it was used. */
const KEPT_AFTER_EXPIRY_MS = 7 * DAY;

const tokenItem = (token: EnrollmentToken): Item =>
  toItem('EnrollmentToken', enrollmentTokenKey(token.id), token, {
    listShard: shardKeyOf(partitions.enrollmentTokens, token.id),
    listSort: token.id,
    ttl: ttl(token.expiresAt + KEPT_AFTER_EXPIRY_MS),
  });

export type EnrollmentTables = { devices: string; restarts: string; assistance: string; idempotency: string };

class TokenNotUsable extends Error {}

const useOnce = (table: string, id: string, now: number): Write => ({
  Update: {
    TableName: table,
    Key: enrollmentTokenKey(id),
    UpdateExpression: 'ADD uses :one',
    ConditionExpression: 'attribute_exists(pk) AND uses < maxUses AND expiresAt > :now',
    ExpressionAttributeValues: { ':one': 1, ':now': now },
  },
  onConditionFailed: () => new TokenNotUsable(),
});

export const createEnrollmentTokenRepository = (db: Database, tables: EnrollmentTables): EnrollmentTokenRepository => ({
  create: (token, record) =>
    transact(db, [create(tables.devices, tokenItem(token)), ...idempotencyWrites(tables.idempotency, record)]),
  find: async (id) => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.devices, Key: enrollmentTokenKey(id), ConsistentRead: true }),
    );
    return fromItem<EnrollmentToken>('EnrollmentToken', Item);
  },
  list: ({ limit, after }) =>
    readShardedList(db, 'EnrollmentToken', {
      table: tables.devices,
      index: 'names',
      partition: partitions.enrollmentTokens,
      order: 'descending',
      limit,
      after,
    }),
  revoke: (id) =>
    held(
      write(db, {
        Delete: {
          TableName: tables.devices,
          Key: enrollmentTokenKey(id),
          ConditionExpression: 'attribute_exists(pk)',
        },
      }),
    ),
  findSerialHolder: (serialNumber) => findSerialHolder(db, tables.devices, serialNumber),
  enroll: async (tokenId, device, { record, former } = {}) => {
    try {
      await transact(db, [
        // First, so that a request that was answered already is known as that even when it spent the token.
        ...idempotencyWrites(tables.idempotency, record),
        {
          ...create(tables.devices, deviceItem(device)),
          follows: followedBy(deviceConsequences(undefined, device), device),
        },
        useOnce(tables.devices, tokenId, device.enrolledAt),
        ...takeSerial(tables.devices, device, former?.device.before.id),
        ...(former
          ? [...retirementWrites(tables, former), ...succeedInFleet(tables.devices, former.device.before, device)]
          : enterFleet(tables.devices, device)),
      ]);
      return true;
    } catch (error) {
      if (error instanceof TokenNotUsable) return false;
      throw error;
    }
  },
});
