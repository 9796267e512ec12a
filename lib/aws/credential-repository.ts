/** Devices' credentials in DynamoDB: in the device's record, which a poll reads anyway. */
import type { Device } from '../devices/model.ts';
import type { CredentialRepository } from '../devices/ports.ts';
import { createDeviceReader } from './device-repository.ts';
import { type Database, held, transact, write } from './dynamodb.ts';
import { idempotencyWrites } from './idempotency-store.ts';
import { deviceKey } from './keys.ts';
import { spendingOf } from './spending.ts';
import { IN_SERVICE } from './versioned.ts';

/** What authenticating needs; without handing out, so that agents' bundles stay small. */
export const createCredentialReader = (
  db: Database,
  table: string,
): Pick<CredentialRepository, 'find' | 'promoteNext'> => ({
  ...createDeviceReader(db, table),
  promoteNext: async ({ id, nextCredential }: Device) => {
    const Update = {
      TableName: table,
      Key: deviceKey(id),
      UpdateExpression: 'SET credentialHash = :next REMOVE nextCredential ADD version :one',
      ConditionExpression: `${IN_SERVICE} AND nextCredential.secretHash = :next`,
      ExpressionAttributeValues: { ':next': nextCredential?.secretHash, ':one': 1 },
    };
    await held(write(db, { Update }));
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
