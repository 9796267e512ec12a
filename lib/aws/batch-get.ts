/** Reads many items by key, in as many calls as it takes, whatever DynamoDB leaves unread at first. */

import { setTimeout as delay } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from './dynamodb.ts';
import type { Item } from './items.ts';
import type { Key } from './keys.ts';

/** The most that BatchGetItem takes. */
const BATCH = 100;

const PAUSE_MS = 20;

const readBatch = async (db: Database, table: string, keys: readonly Key[]): Promise<Item[]> => {
  const items: Item[] = [];
  let left: readonly object[] = keys;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt > 0) await delay(Math.random() * PAUSE_MS * 2 ** Math.min(attempt, 6));
    const answer = await db.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...left], ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
};

/** @returns the items that exist, in any order; read consistently */
export const batchGet = async (db: Database, table: string, keys: readonly Key[]): Promise<Item[]> => {
  const batches: Key[][] = [];
  for (let at = 0; at < keys.length; at += BATCH) batches.push(keys.slice(at, at + BATCH));
  return (await Promise.all(batches.map((batch) => readBatch(db, table, batch)))).flat();
};
