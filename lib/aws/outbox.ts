/** The outbox from the side of those who do what lies in it, and take it out then. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Instant, iso } from '../clock.ts';
import type { Consequences } from '../consequences.ts';
import { clear, type Database } from './dynamodb.ts';
import { domainObject } from './items.ts';
import { outboxPartition, SHARDS } from './keys.ts';
import { outboxKeyOf } from './outbox-items.ts';

export type Outbox = {
  /** Takes these out. What cannot be taken out is done once more by the sweep, and known by its ids. */
  takeOut(done: readonly Consequences[]): Promise<void>;
  /** What has lain in it since before `until`. */
  waiting(until: Instant): AsyncIterable<Consequences>;
};

/** @param table whose changes these follow from */
export const createOutbox = (db: Database, table: string): Outbox => ({
  takeOut: (done) =>
    clear(
      db,
      table,
      done.flatMap((consequences) => outboxKeyOf(consequences) ?? []),
    ),
  waiting: async function* (until) {
    for (const shard of SHARDS) {
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk AND sk < :until',
            ExpressionAttributeValues: { ':pk': outboxPartition(shard), ':until': iso(until) },
            ExclusiveStartKey: start,
          }),
        );
        for (const item of page.Items ?? []) yield domainObject<{ follows: Consequences }>('Outbox', item).follows;
        start = page.LastEvaluatedKey;
      } while (start);
    }
  },
});
