/**
 * What must hold after a scenario, whatever befell it: nothing lost, nothing doubled. What was committed is taken from
 * the tables' streams, and what must follow from it from the product's rules; what did follow, from its consumers.
 */
import assert from 'node:assert/strict';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../../lib/alerts/model.ts';
import { alertEffects } from '../../lib/alerts/rules.ts';
import { entityChange } from '../../lib/aws/entity-change.ts';
import { alertKey, deviceKey, requestKey, TIMELINE_PREFIX, taskKey } from '../../lib/aws/keys.ts';
import type { Device } from '../../lib/devices/model.ts';
import { type DomainEvent, eventId } from '../../lib/events/model.ts';
import { consequencesOf, type EntityChange } from '../../lib/relay.ts';
import { isOpen as isTaskOpen } from '../../lib/restarts/model.ts';
import { timelineEntry } from '../../lib/timeline/model.ts';
import { judgeAudit } from './audited.ts';
import type { Bench } from './bench.ts';
import { variableOf } from './committed.ts';
import type { Walk } from './walk.ts';

const unique = (values: Iterable<string>): string[] => [...new Set(values)].sort();

const findItem = async <T>({ db, stack }: Bench, table: string, key: object): Promise<T | undefined> => {
  const TableName = variableOf(stack, table);
  return (await db.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item as T | undefined;
};

/** Every alert that was raised is there, and was told. */
const judgeAlerts = async (bench: Bench, events: readonly DomainEvent[], mayTellTwice: boolean): Promise<void> => {
  const raised = unique(events.flatMap((event) => alertEffects(event).raise?.id ?? []));
  const notifications = await bench.product.notifications();
  for (const id of raised) {
    const alert = await findItem<Alert>(bench, 'ACTIVITY_TABLE', alertKey(id));
    assert.ok(alert, `the alert ${id} was not raised`);
    assert.equal(alert.notice, undefined, `the alert ${id} waits to be told`);
    const told = notifications.filter(({ message }) => message.includes(`Alert: ${id} (`));
    if (alert.state !== 'resolved') assert.ok(told.length > 0, `nobody was told of the alert ${id}`);
    const texts = told.map(({ message }) => message);
    if (!mayTellTwice) assert.equal(texts.length, new Set(texts).size, `the alert ${id} was told twice`);
  }
};

/** Every event that concerns a device is in its timeline, once. */
const judgeTimelines = async ({ db, stack }: Bench, events: readonly DomainEvent[]): Promise<void> => {
  const expected = Map.groupBy(
    events.flatMap((event) => timelineEntry(event) ?? []),
    ({ deviceId }) => deviceId,
  );
  for (const [deviceId, entries] of expected) {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: variableOf(stack, 'ACTIVITY_TABLE'),
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': deviceId, ':prefix': TIMELINE_PREFIX },
        ConsistentRead: true,
      }),
    );
    const found = new Set(Items.map((item) => String(item['sk']).slice(TIMELINE_PREFIX.length)));
    const missing = entries.filter(({ id }) => !found.has(id)).map(({ kind }) => kind);
    assert.deepEqual(missing, [], `the timeline of ${deviceId} lacks entries`);
  }
};

const hasInbox = async ({ sqs, stack }: Bench, deviceId: string): Promise<boolean> => {
  const prefix = variableOf(stack, 'INBOX_URL_PREFIX');
  const QueueName = prefix.slice(prefix.lastIndexOf('/') + 1) + deviceId;
  return sqs.send(new GetQueueUrlCommand({ QueueName })).then(
    () => true,
    () => false,
  );
};

/** The device's record says what is open, and its inbox is there while it is in service. */
const judgeDevice = async (bench: Bench, id: string, changes: readonly EntityChange[]): Promise<void> => {
  const device = await findItem<Device>(bench, 'DEVICES_TABLE', deviceKey(id));
  assert.ok(device, `the device ${id} is gone`);
  assert.equal(await hasInbox(bench, id), device.retiredAt === undefined, `the inbox of ${id}`);
  const idsOf = (kind: 'task' | 'request'): string[] =>
    unique(
      changes.flatMap((change): string[] => {
        if (change.kind !== kind || (change.kind !== 'task' && change.kind !== 'request')) return [];
        const entity = change.after ?? change.before;
        return entity?.deviceId === id ? [entity.id] : [];
      }),
    );
  const open = [];
  for (const taskId of idsOf('task')) {
    const task = await findItem<NonNullable<Device['openRestart']>>(bench, 'RESTARTS_TABLE', taskKey(taskId));
    if (task && isTaskOpen(task)) open.push([task.id, task.state, task.version]);
  }
  const gate = device.openRestart;
  assert.deepEqual(open, gate ? [[gate.id, gate.state, gate.version]] : [], `the open restart of ${id}`);
  for (const requestId of idsOf('request')) {
    const request = await findItem<{ state: string }>(bench, 'ASSISTANCE_TABLE', requestKey(requestId));
    const sessions = bench.fake.sessions().filter((session) => JSON.stringify(session).includes(requestId));
    const openSessions = sessions.filter(({ state }) => state === 'open').length;
    const isUnderWay = request !== undefined && ['pending', 'approved', 'connected'].includes(request.state);
    assert.ok(openSessions <= (isUnderWay ? 1 : 0), `${openSessions} sessions are open for ${requestId}`);
    const isNamed: boolean = device.openAssistance?.requestId === requestId;
    if (request) assert.equal(isNamed, isUnderWay, `the open request of ${id}`);
  }
};

const restartedOnce = ({ devices }: Walk): void => {
  for (const { name, restarts } of devices) {
    for (const [task, times] of restarts) assert.equal(times, 1, `${name} restarted ${times} times for ${task}`);
  }
};

/** What follows is judged by what is committed, delivered and put on record from now on. */
export const markNow = async (bench: Bench): Promise<void> => {
  await Promise.all([bench.committed(), bench.delivered(), bench.audited()]);
};

/** @param mayTellTwice the fault befell the telling of an alert itself, which SNS cannot be asked about */
export const judge = async (walk: Walk, mayTellTwice: boolean): Promise<void> => {
  const { bench } = walk;
  const committed = await bench.committed();
  const changes = committed.flatMap(({ before, after }) => entityChange(before, after) ?? []);
  const expected = changes.flatMap((change) => consequencesOf(change).events);
  assert.ok(expected.length > 0, 'nothing was committed');
  const delivered = await bench.delivered();
  assert.deepEqual(unique(delivered.map(eventId)), unique(expected.map(eventId)), 'published and committed');
  judgeAudit(committed, await bench.audited());
  await judgeTimelines(bench, expected);
  await judgeAlerts(bench, expected, mayTellTwice);
  for (const { id } of walk.devices) await judgeDevice(bench, id, changes);
  restartedOnce(walk);
};
