/** The outbox: each change leaves there what follows from it, the relay takes it out, and the sweep does what the relay lost. */

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createConnectorRecords } from '../../../lib/aws/connector-repository.ts';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import { createEnrollmentTokenRepository } from '../../../lib/aws/enrollment-token-repository.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { createExpansionRepository } from '../../../lib/aws/expansion-repository.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import type { Consequences } from '../../../lib/consequences.ts';
import { consequencesOf } from '../../../lib/relay.ts';
import { remove } from '../../../lib/restarts/task.ts';
import { type FakeDynamoDb, fakeDynamoDb, type TableChange } from '../support/dynamodb.ts';
import { ANNA, aDevice, aJob, DEVICE_ID, pendingRequest, taskIn } from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { id } from '../support/ids.ts';
import { see } from '../support/sightings.ts';
import { streamCaller } from '../support/stream.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';

const sqs = mockClient(SQSClient);
const bus = mockClient(EventBridgeClient);

let dynamo: FakeDynamoDb;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(() => {
  vi.setSystemTime(T0);
  dynamo = fakeDynamoDb();
  for (const mock of [sqs, bus]) mock.reset();
  bus.on(PutEventsCommand).resolves({});
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => {
  vi.useRealTimers();
});

const TABLES = ['devices', 'assistance', 'restarts'] as const;

const inOutbox = (): Consequences[] =>
  TABLES.flatMap((table) => dynamo.items(table))
    .filter(({ type }) => type === 'Outbox')
    .map(({ follows }) => follows as Consequences);

const followOf = ({ before, after }: TableChange): Consequences[] => {
  const change = entityChange(before, after);
  const follows = change && consequencesOf(change);
  return follows && follows.events.length > 0 ? [follows] : [];
};

const sorted = (all: readonly Consequences[]): string[] => all.map((one) => JSON.stringify(one)).sort();

/** A change of each kind that something follows from, and some that nothing does. */
const changeEverything = async (): Promise<void> => {
  const { db, tables } = dynamo;
  const enrollments = createEnrollmentTokenRepository(db, tables);
  const devices = createDeviceRepository(db, tables);
  const tasks = createTaskRepository(db, tables);
  const jobs = createJobRepository(db, tables);
  const requests = createAssistanceRepository(db, tables);
  const entries = createExpansionRepository(db, tables, () => T0);
  const connectors = createConnectorRecords(db, tables.assistance, {
    version: 0,
    changedAt: T0,
    defaultName: 'rustdesk',
    connectors: { teamviewer: { onboarded: false }, rustdesk: { onboarded: true } },
  });
  const token = {
    id: id('enr', 'a'),
    secretHash: 'hash',
    maxUses: 1,
    uses: 0,
    createdAt: T0,
    createdBy: ANNA.name,
    expiresAt: T0 + HOUR,
  };
  await enrollments.create(token);
  await enrollments.enroll(token.id, aDevice({ enrolledAt: T0 }));

  const job = aJob();
  await jobs.create(job);
  const queued = taskIn('queued', { version: 1 });
  await entries.addTask(queued);
  const acknowledged = { ...taskIn('inProgress'), id: queued.id, version: 2 };
  await tasks.save(queued, acknowledged);
  await tasks.save(acknowledged, { ...taskIn('timedOut'), id: queued.id, version: 3 });
  await entries.addEnded(remove(taskIn('queued', { id: id('tsk', 'gone') }), T0));
  await jobs.save(job, { ...job, version: 2, state: 'running' });
  await jobs.save({ ...job, version: 2 }, { ...job, version: 3, state: 'completed', endedAt: T0 });

  const missing = (await devices.find(DEVICE_ID)) ?? expect.fail('no device');
  await see(devices, missing, { bootId: 'boot-0002', bootedAt: T0, agentVersion: '2' }, T0 + MINUTE);
  const present = (await devices.find(DEVICE_ID)) ?? expect.fail('no device');
  await see(devices, present, { bootId: 'boot-0003', bootedAt: T0, agentVersion: '2' }, T0 + MINUTE);

  const request = pendingRequest();
  await requests.create(request);
  const climbed = { ...request, version: 2, level: 1 };
  await requests.amend(request, climbed);
  await requests.expire(climbed, T0 + 4 * HOUR);
  const registry = await connectors.find();
  await connectors.save(registry, { ...registry, version: 1, changedBy: 'anna', defaultName: 'teamviewer' });

  const before = (await devices.find(DEVICE_ID)) ?? expect.fail('no device');
  await devices.retire({ device: { before, after: { ...before, version: before.version + 1, retiredAt: T0 } } });
};

it('has exactly what follows from the changes that the streams tell of', async () => {
  await changeEverything();
  const expected = dynamo.changes.flatMap(followOf);
  expect(new Set(expected.flatMap(({ events }) => events.map(({ type }) => type)))).toEqual(
    new Set([
      'DeviceEnrolled',
      'RestartTaskQueued',
      'RestartTaskAcknowledged',
      'RestartTaskEnded',
      'RestartJobEnded',
      'DeviceBack',
      'AssistanceRequested',
      'AssistanceUnanswered',
      'AssistanceRequestExpired',
      'ConnectorChanged',
      'DeviceRetired',
    ]),
  );
  expect(sorted(inOutbox())).toEqual(sorted(expected));
});

it('has nothing of a change that was not made', async () => {
  const requests = createAssistanceRepository(dynamo.db, dynamo.tables);
  const request = pendingRequest();
  await expect(requests.amend(request, { ...request, version: 2, level: 1 })).rejects.toThrow();
  expect(inOutbox()).toEqual([]);
});

it('is empty once the relay has followed the streams', async () => {
  await changeEverything();
  const changes = dynamo.changes.filter(({ table }) => TABLES.some((name) => name === table));
  await streamCaller(await loadFunction('events-relay'))(changes);
  expect(inOutbox()).toEqual([]);
});

it('keeps what the relay could not take out, and the relay’s work is done all the same', async () => {
  await changeEverything();
  dynamo.failures.push({ name: 'BatchWrite', error: new Error('slow down') });
  const enrolled = dynamo.changes.filter(({ before, after }) => !before && after?.['type'] === 'Device');
  expect(await streamCaller(await loadFunction('events-relay'))(enrolled)).toEqual([]);
  expect(inOutbox().flatMap(({ createInbox }) => createInbox ?? [])).toEqual([DEVICE_ID]);
});

const sweep = async (remaining = 60_000): Promise<void> => {
  const handler = (await loadFunction('schedules-outbox')) as unknown as (
    event: object,
    context: object,
  ) => Promise<void>;
  await handler({}, { getRemainingTimeInMillis: () => remaining });
};

const published = (): string[] =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries?.map(({ DetailType }) => String(DetailType)) ?? []);

it('is left to the relay for an hour, and then done by the sweep, once', async () => {
  await changeEverything();
  const expected = dynamo.changes.flatMap(followOf).flatMap(({ events }) => events.map(({ type }) => type as string));
  await sweep();
  expect(published()).toEqual([]);
  vi.setSystemTime(T0 + 6 * HOUR);
  await sweep();
  expect(published().sort()).toEqual(expected.sort());
  expect(sqs.commandCalls(CreateQueueCommand)).toHaveLength(1);
  expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(1);
  expect(sqs.commandCalls(DeleteQueueCommand)).toHaveLength(1);
  expect(inOutbox()).toEqual([]);
  await sweep();
  expect(published()).toHaveLength(expected.length);
});

it('keeps what the sweep could not do, does the rest, and says so', async () => {
  await changeEverything();
  vi.setSystemTime(T0 + 6 * HOUR);
  sqs.on(SendMessageCommand).rejects(new Error('slow down'));
  await expect(sweep()).rejects.toThrow('swept in part');
  expect(inOutbox().map(({ messages }) => messages.length)).toEqual([1]);
  sqs.on(SendMessageCommand).resolves({});
  await sweep();
  expect(inOutbox()).toEqual([]);
});

it('is swept as far as there is time', async () => {
  await changeEverything();
  vi.setSystemTime(T0 + 6 * HOUR);
  await sweep(1_000);
  expect(published()).toEqual([]);
});
