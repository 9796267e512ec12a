/**
 * The outbox's other half: reads the tables' streams, and does what follows from each committed change. Nothing else
 * sends to an inbox or publishes an event, but the sweep of what was lost on the way here (`schedules-outbox`); so there
 * is never a message without its change or a change without its message. There can be a duplicate.
 */
import { createDatabase, write } from '../../../lib/aws/dynamodb.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { createOutbox } from '../../../lib/aws/outbox.ts';
import { expiredRequestItem } from '../../../lib/aws/request-items.ts';
import { following } from '../../../lib/cause.ts';
import type { Consequences } from '../../../lib/consequences.ts';
import { eventId } from '../../../lib/events/model.ts';
import { openConsequences } from '../../../lib/lambda/consequences.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log, logSwallowed } from '../../../lib/lambda/log.ts';
import { metricsOf } from '../../../lib/lambda/metrics.ts';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';
import { measurementsOf } from '../../../lib/metrics/changes.ts';
import { causeOf, consequencesOf, type EntityChange } from '../../../lib/relay.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const measure = metricsOf(environment.STAGE);
const db = createDatabase();
const carryOut = openConsequences(db, environment);

/** The most events that one call publishes, and a change has one at most. */
const CHUNK = 10;

const outboxes = {
  devices: createOutbox(db, environment.DEVICES_TABLE),
  assistance: createOutbox(db, environment.ASSISTANCE_TABLE),
  restarts: createOutbox(db, environment.RESTARTS_TABLE),
};

/** In which table's outbox it lies what follows from a change. */
const OUTBOXES: Readonly<Record<EntityChange['kind'], keyof typeof outboxes>> = {
  device: 'devices',
  request: 'assistance',
  connectors: 'assistance',
  task: 'restarts',
  job: 'restarts',
};

type Followed = { change: EntityChange; consequences: Consequences };

const followed = ({ before, after }: Change): Followed[] => {
  const change = entityChange(before, after);
  return change ? [{ change, consequences: consequencesOf(change) }] : [];
};

/** What fails here has been done all the same: it is done once more by the sweep, and known by its ids. */
const takeOut = async (done: readonly Followed[]): Promise<void> => {
  for (const [name, group] of Map.groupBy(done, ({ change }) => OUTBOXES[change.kind])) {
    try {
      await outboxes[name].takeOut(group.map(({ consequences }) => consequences));
    } catch (error) {
      logSwallowed('what was done stays in the outbox', error);
    }
  }
};

/** The sweep leaves this behind when it deletes an unanswered request; TTL, which came first here, does not. */
const keepExpired = async ({ before, after, byTtl }: Change): Promise<void> => {
  const change = entityChange(before, after);
  if (!byTtl || change?.kind !== 'request' || change.before?.state !== 'pending') return;
  const { expiresAt = Date.now() } = change.before;
  const item = expiredRequestItem(change.before, expiresAt);
  await write(db, { Put: { TableName: environment.ASSISTANCE_TABLE, Item: item } });
};

/** Names the request that the change follows from: where one looks for what became of it. */
const note = ({ change, consequences: { events, messages } }: Followed): void => {
  if (events.length === 0 && messages.length === 0) return;
  following(causeOf(change), () =>
    log.info('relayed', { events: events.map(eventId), ...(messages.length > 0 && { messages: messages.length }) }),
  );
};

export const handler = streamFunction(CHUNK, async (changes) => {
  const all = changes.flatMap(followed);
  await Promise.all(changes.map(keepExpired));
  await carryOut(all.map(({ consequences }) => consequences));
  await takeOut(all);
  all.forEach(note);
  measure(all.flatMap(({ change }) => measurementsOf(change)));
});
