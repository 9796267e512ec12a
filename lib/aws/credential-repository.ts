/** Devices' credentials in DynamoDB: in the device's record, which a poll reads anyway. */
import type { CredentialRepository } from '../devices/ports.ts';
import { deviceUpdate } from './device-items.ts';
import { createDeviceReader } from './device-repository.ts';
import { type Database, held, transact, write } from './dynamodb.ts';
import { idempotencyWrites } from './idempotency-store.ts';
import { deviceKey } from './keys.ts';
import { spendingOf } from './spending.ts';
import { IN_SERVICE } from './versioned.ts';

/** One that is retired keeps its record for a while, and so does what is noted there. */
const IS_KNOWN = 'attribute_exists(pk)';

export const createSharingRecorder = (
  db: Database,
  table: string,
): Pick<CredentialRepository, 'find' | 'saveSharing'> => ({
  ...createDeviceReader(db, table),
  saveSharing: (before, after) =>
    held(write(db, deviceUpdate(table, [before, after], ['sharing'], { expression: IS_KNOWN, isAsRead: true }))),
});

/** What authenticating needs; without handing out, so that agents' bundles stay small. */
export const createCredentialReader = (
  db: Database,
  table: string,
): Pick<CredentialRepository, 'find' | 'promoteNext' | 'saveSharing'> => ({
  ...createSharingRecorder(db, table),
  promoteNext: (before, after) => {
    const members = ['credentialHash', 'nextCredential', 'replacedCredentialHash', 'rotatedAt'] as const;
    return write(db, deviceUpdate(table, [before, after], members, { expression: IN_SERVICE, isAsRead: true }));
  },
});

export const createCredentialRepository = (
  db: Database,
  tables: { devices: string; idempotency: string },
): CredentialRepository => ({
  ...createCredentialReader(db, tables.devices),
  saveNext: ({ id, credentialHash }, next, spending, record) => {
    const spent = spendingOf('rotationsSpent', spending);
    return transact(db, [
      ...idempotencyWrites(tables.idempotency, record),
      {
        Update: {
          TableName: tables.devices,
          Key: deviceKey(id),
          UpdateExpression: `SET nextCredential = :next, ${spent.set} ADD version :one`,
          ConditionExpression: `${IN_SERVICE} AND credentialHash = :current AND ${spent.condition}`,
          ExpressionAttributeValues: { ':next': next, ':current': credentialHash, ':one': 1, ...spent.values },
        },
      },
    ]);
  },
});
