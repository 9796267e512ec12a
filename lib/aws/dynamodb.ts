/** The DynamoDB client, made once per cold start, and what every adapter does with it. */

import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, type TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../clock.ts';
import { ConcurrentChange } from '../concurrency.ts';

export type Database = DynamoDBDocumentClient;

export const createDatabase = (): Database =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** DynamoDB's TTL counts in epoch seconds. It deletes days late, so it is the clean-up and never the rule. */
export const ttl = (instant: Instant): number => Math.ceil(instant / 1000);

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One item of a transaction, and what it means when its own condition fails. */
export type Write = TransactItem & { onConditionFailed?: () => Error };

const changedMeanwhile = (): Error => new ConcurrentChange('what was read has changed');

/** Another transaction at the same items: it is over soon, so trying again is all there is to do. */
const CONFLICT_ATTEMPTS = 8;
const CONFLICT_PAUSE_MS = 15;

const isCanceled = (error: unknown): error is TransactionCanceledException =>
  error instanceof Error && error.name === 'TransactionCanceledException';

const hasReason = (error: TransactionCanceledException, code: string): boolean =>
  (error.CancellationReasons ?? []).some((reason) => reason.Code === code);

/**
 * Writes all or nothing. The SDK sends the same token when it tries again, so a lost answer does not write twice.
 * @throws the first failed condition's own error, ConcurrentChange for a condition without one; ConcurrentChange too
 * when other transactions kept it from the items
 */
export const transact = async (db: Database, writes: readonly Write[]): Promise<void> => {
  const TransactItems = writes.map(({ onConditionFailed: _, ...item }) => item);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.send(new TransactWriteCommand({ TransactItems }));
      return;
    } catch (error) {
      if (!isCanceled(error)) throw error;
      const failed = error.CancellationReasons?.findIndex((reason) => reason.Code === 'ConditionalCheckFailed') ?? -1;
      if (failed >= 0) throw (writes[failed]?.onConditionFailed ?? changedMeanwhile)();
      if (!hasReason(error, 'TransactionConflict')) throw error;
      if (attempt === CONFLICT_ATTEMPTS) throw changedMeanwhile();
      await delay(Math.random() * CONFLICT_PAUSE_MS * 2 ** attempt);
    }
  }
};

const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** @returns whether the write's condition held */
export const held = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
};

/** @throws ConcurrentChange when the write's condition did not hold */
export const heldOrChanged = async (write: Promise<unknown>): Promise<void> => {
  if (!(await held(write))) throw changedMeanwhile();
};
