/**
 * Each minute: does what followed from changes whose stream records were lost, because events-relay was down for longer
 * than the streams keep them or gave a record up. What has lain in the outbox for an hour was not done.
 */
import type { Context } from 'aws-lambda';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createOutbox, type Outbox } from '../../../lib/aws/outbox.ts';
import { HOUR } from '../../../lib/clock.ts';
import type { Consequences } from '../../../lib/consequences.ts';
import { forEachDue } from '../../../lib/due.ts';
import { openConsequences } from '../../../lib/lambda/consequences.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const carryOut = openConsequences(db, environment);
const outboxes = [environment.DEVICES_TABLE, environment.ASSISTANCE_TABLE, environment.RESTARTS_TABLE].map((table) =>
  createOutbox(db, table),
);

/** A relay that is a few minutes behind, as in a rollout, is left to catch up by itself. */
const LATE_MS = HOUR;

/** Left for those under way when the time is up; the next minute goes on. */
const RESERVED_MS = 15_000;

async function* whileThereIsTime(waiting: AsyncIterable<Consequences>, context: Context): AsyncGenerator<Consequences> {
  for await (const consequences of waiting) {
    if (context.getRemainingTimeInMillis() < RESERVED_MS) return;
    yield consequences;
  }
}

const sweep = (outbox: Outbox, context: Context): Promise<number> =>
  forEachDue(whileThereIsTime(outbox.waiting(Date.now() - LATE_MS), context), async (consequences) => {
    await carryOut([consequences]);
    await outbox.takeOut([consequences]);
    return true;
  });

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const swept = await Promise.allSettled(outboxes.map((outbox) => sweep(outbox, context)));
  const done = swept.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
  if (done > 0) log.warn('did what the relay had missed', { done });
  const errors = swept.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'the outbox was swept in part; the next minute tries again');
};
