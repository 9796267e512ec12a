/** The DynamoDB client, made once per cold start, and what every adapter does with it. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, type TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../clock.ts';
import { ConcurrentChange } from '../concurrency.ts';
import type { Consequences } from '../consequences.ts';
import { CALLS } from './calls.ts';
import type { Key } from './keys.ts';
import { OUTBOX_KEPT_MS, outboxItem } from './outbox-items.ts';

export type Database = DynamoDBDocumentClient;

export const createDatabase = (): Database =>
  DynamoDBDocumentClient.from(new DynamoDBClient(CALLS), { marshallOptions: { removeUndefinedValues: true } });

/** DynamoDB's TTL counts in epoch seconds. It deletes days late, so it is the clean-up and never the rule. */
export const ttl = (instant: Instant): number => Math.ceil(instant / 1000);

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One item of a transaction, what it means when its own condition fails, and what follows from it once it is written. */
export type Write = TransactItem & {
  onConditionFailed?: () => Error;
  follows?: Consequences;
  /** Beside the transaction's own audit record there is one about this item. */
  isOnRecord?: true;
};

/** What follows from a write lies in the outbox of the table that is written to, from the same moment on. */
const outboxWrites = ({ Put, Update, Delete, follows }: Write): Write[] => {
  const item = follows && outboxItem(follows, ttl(Date.now() + OUTBOX_KEPT_MS));
  const TableName = (Put ?? Update ?? Delete)?.TableName;
  return item && TableName !== undefined ? [{ Put: { TableName, Item: item } }] : [];
};

/** A condition without an error of its own did not hold. */
class ConditionFailed extends ConcurrentChange {}

const conditionFailed = (): Error => new ConditionFailed('what was read has changed');

type Companion = (writes: readonly Write[]) => readonly Write[];

const companions = new AsyncLocalStorage<Companion | undefined>();

/**
 * While `run` runs, each change takes the audit record along, whoever makes it and however deep in the code; one of two
 * subjects takes two. Bound to the request and not handed on, so that no repository can forget it.
 */
export const accompanied = <T>(companion: Companion, run: () => Promise<T>): Promise<T> =>
  companions.run(companion, run);

/** For what a request writes that is no change which somebody asked for, such as when a device was last seen. */
export const unaccompanied = <T>(run: () => Promise<T>): Promise<T> => companions.run(undefined, run);

/** Another transaction at the same items: it is over soon, so trying again is all there is to do. */
const CONFLICT_ATTEMPTS = 8;
const CONFLICT_PAUSE_MS = 15;

const isNamed = (error: unknown, name: string): error is Error => error instanceof Error && error.name === name;

const isConditionFailed = (error: unknown): boolean => isNamed(error, 'ConditionalCheckFailedException');

const isCanceled = (error: unknown): error is TransactionCanceledException =>
  isNamed(error, 'TransactionCanceledException');

/** Which of a transaction's writes was the first to be refused for this reason; -1 where none was. */
const refusedFor = (error: TransactionCanceledException, reason: string): number =>
  error.CancellationReasons?.findIndex(({ Code }) => Code === reason) ?? -1;

const isConflict = (error: unknown): boolean =>
  isCanceled(error)
    ? refusedFor(error, 'TransactionConflict') >= 0 && refusedFor(error, 'ConditionalCheckFailed') < 0
    : isNamed(error, 'TransactionConflictException');

const despiteConflicts = async (attempt: () => Promise<unknown>): Promise<void> => {
  for (let count = 1; ; count += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (count === CONFLICT_ATTEMPTS) throw new ConcurrentChange('other transactions are at the same items');
      await delay(Math.random() * CONFLICT_PAUSE_MS * 2 ** count);
    }
  }
};

/**
 * Writes all or nothing. The SDK sends the same token when it tries again, so a lost answer does not write twice.
 * @throws the first failed condition's own error, ConcurrentChange for a condition without one; ConcurrentChange too
 * when other transactions kept it from the items
 */
export const transact = async (db: Database, changes: readonly Write[]): Promise<void> => {
  const records = companions.getStore()?.(changes) ?? [];
  const writes = [...changes, ...changes.flatMap(outboxWrites), ...records];
  const TransactItems = writes.map(({ onConditionFailed: _, follows: __, isOnRecord: ___, ...item }) => item);
  try {
    await despiteConflicts(() => db.send(new TransactWriteCommand({ TransactItems })));
  } catch (error) {
    const failed = isCanceled(error) ? refusedFor(error, 'ConditionalCheckFailed') : -1;
    throw failed < 0 ? error : (writes[failed]?.onConditionFailed ?? conditionFailed)();
  }
};

const send = async (db: Database, { Put, Update, Delete }: Write): Promise<void> => {
  if (Put) await db.send(new PutCommand(Put));
  else if (Update) await db.send(new UpdateCommand(Update));
  else if (Delete) await db.send(new DeleteCommand(Delete));
  else throw new Error('a write of nothing');
};

/**
 * Writes one item: by itself where it may be, since that costs half of what a transaction does.
 * @throws as `transact` does
 */
export const write = async (db: Database, change: Write): Promise<void> => {
  if (companions.getStore() || outboxWrites(change).length > 0) return transact(db, [change]);
  try {
    await despiteConflicts(() => send(db, change));
  } catch (error) {
    throw isConditionFailed(error) ? (change.onConditionFailed ?? conditionFailed)() : error;
  }
};

/** @returns whether a write's condition held, where that has no error of its own */
export const held = async (writing: Promise<void>): Promise<boolean> => {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
};

/** The most that BatchWriteItem takes. */
const BATCH = 25;

/** Deletes what is no part of anything that somebody asks for. What DynamoDB leaves unprocessed stays. */
export const clear = async (db: Database, table: string, keys: readonly Key[]): Promise<void> => {
  for (let at = 0; at < keys.length; at += BATCH) {
    const deletions = keys.slice(at, at + BATCH).map((key) => ({ DeleteRequest: { Key: { ...key } } }));
    await db.send(new BatchWriteCommand({ RequestItems: { [table]: deletions } }));
  }
};
