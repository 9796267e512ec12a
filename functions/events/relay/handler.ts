/**
 * The outbox's other half: reads the tables' streams, and does what follows from each committed change. Nothing else
 * sends to an inbox or publishes an event, so there is never a message without its change or a change without its
 * message; there can be a duplicate.
 */

import { createDeviceReader } from '../../../lib/aws/device-repository.ts';
import { createDatabase, write } from '../../../lib/aws/dynamodb.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { createEventPublisher } from '../../../lib/aws/event-publisher.ts';
import { createSqs } from '../../../lib/aws/inbox.ts';
import { createInboxes } from '../../../lib/aws/inboxes.ts';
import { expiredRequestItem } from '../../../lib/aws/request-items.ts';
import { following } from '../../../lib/cause.ts';
import { eventId } from '../../../lib/events/model.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { metricsOf } from '../../../lib/lambda/metrics.ts';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';
import { measurementsOf } from '../../../lib/metrics/changes.ts';
import { causeOf, consequencesOf, type EntityChange } from '../../../lib/relay.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const measure = metricsOf(environment.STAGE);
const publisher = createEventPublisher(environment.EVENT_BUS_NAME);
const db = createDatabase();
const devices = createDeviceReader(db, environment.DEVICES_TABLE);
const inboxes = createInboxes(createSqs(), {
  urlPrefix: environment.INBOX_URL_PREFIX,
  deadLetterQueueArn: environment.INBOX_DEAD_LETTER_QUEUE_ARN,
  leaseSeconds: Number(environment.INBOX_LEASE_SECONDS),
  isInService: async (deviceId) => {
    const device = await devices.find(deviceId);
    return device !== undefined && device.retiredAt === undefined;
  },
});

/** The most events that one call publishes, and a change has one at most. */
const CHUNK = 10;

/** The sweep leaves this behind when it deletes an unanswered request; TTL, which came first here, does not. */
const keepExpired = async ({ before, after, byTtl }: Change): Promise<void> => {
  const change = entityChange(before, after);
  if (!byTtl || change?.kind !== 'request' || change.before?.state !== 'pending') return;
  const { expiresAt = Date.now() } = change.before;
  const item = expiredRequestItem(change.before, expiresAt);
  await write(db, { Put: { TableName: environment.ASSISTANCE_TABLE, Item: item } });
};

/** Names the request that the change follows from: where one looks for what became of it. */
const note = (change: EntityChange): void => {
  const { events, messages } = consequencesOf(change);
  if (events.length === 0 && messages.length === 0) return;
  following(causeOf(change), () =>
    log.info('relayed', { events: events.map(eventId), ...(messages.length > 0 && { messages: messages.length }) }),
  );
};

export const handler = streamFunction(CHUNK, async (changes) => {
  const entities = changes.flatMap(({ before, after }) => entityChange(before, after) ?? []);
  const consequences = entities.map(consequencesOf);
  await Promise.all(changes.map(keepExpired));
  await Promise.all(consequences.flatMap(({ createInbox }) => (createInbox ? [inboxes.create(createInbox)] : [])));
  await Promise.all(consequences.flatMap(({ messages }) => messages.map(inboxes.send)));
  await publisher.publish(consequences.flatMap(({ events }) => events));
  await Promise.all(consequences.flatMap(({ deleteInbox }) => (deleteInbox ? [inboxes.delete(deleteInbox)] : [])));
  entities.forEach(note);
  measure(entities.flatMap(measurementsOf));
});
