/** The functions behind the streams, the queues, the bus and the clock, with the streams' records of real changes. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newRequest } from '../../../lib/assistance/request.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createExpansionRepository } from '../../../lib/aws/expansion-repository.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { requestItem } from '../../../lib/aws/request-items.ts';
import { taskItem } from '../../../lib/aws/task-items.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { domainEvent } from '../../../lib/events/model.ts';
import { cancelRestartJob } from '../../../lib/restarts/cancel.ts';
import { cancel, newTask } from '../../../lib/restarts/task.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, aJob, DEVICE_ID, pendingRequest, requestIn, taskIn } from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { id } from '../support/ids.ts';
import { streamCaller } from '../support/stream.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';

const sqs = mockClient(SQSClient);
const bus = mockClient(EventBridgeClient);
const sns = mockClient(SNSClient);

let dynamo: FakeDynamoDb;

const put = (TableName: string, Item: Record<string, unknown>) => dynamo.db.send(new PutCommand({ TableName, Item }));

// Once for all tests: the functions take their clock when they are loaded.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(() => {
  vi.setSystemTime(T0 + MINUTE);
  dynamo = fakeDynamoDb();
  for (const mock of [sqs, bus, sns]) mock.reset();
  bus.on(PutEventsCommand).resolves({});
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.useRealTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('events-jobs', () => {
  const jobs = () => createJobRepository(dynamo.db, dynamo.tables);
  const tasks = () => createTaskRepository(dynamo.db, dynamo.tables);

  /** Where the stream of the restarts is read. */
  let position: number;

  /** Hands the stream's records to the function until there are no more; a failed one comes again from where it failed. */
  const pump = async (remainingMs?: number, batch = 100) => {
    const handle = streamCaller(await loadFunction('events-jobs'));
    for (let turns = 0; turns < 500; turns += 1) {
      const records = dynamo.changes.filter(({ table }) => table === 'restarts').slice(position, position + batch);
      if (records.length === 0) return;
      const [failed] = await handle(records, remainingMs);
      position += failed === undefined ? records.length : Number(failed.replace('sequence-', ''));
    }
    expect.fail('the stream does not come to an end');
  };

  const order = async (count: number) => {
    const deviceIds = Array.from({ length: count }, (_, i) => id('dev', `pc ${i}`));
    for (const [i, deviceId] of deviceIds.entries()) {
      const retired = i % 5 === 4 ? { retiredAt: T0 } : {};
      await put(dynamo.tables.devices, deviceItem(aDevice({ id: deviceId, name: `PC ${i}`, ...retired })));
    }
    const other = aJob({ id: id('job', 'other'), state: 'running', deviceIds: [deviceIds[0] ?? ''], expanded: 1 });
    await jobs().create(other);
    const joined = newTask(other, { id: deviceIds[0] ?? '', name: 'PC 0' }, id('tsk', 'joined'), T0);
    await createExpansionRepository(dynamo.db, dynamo.tables, () => T0).addTask(joined);
    const job = aJob({ deviceIds });
    await jobs().create(job);
    return job;
  };

  const endAll = async (jobId: string) => {
    for (const task of (await tasks().listOfJob(jobId, { limit: 100, state: 'queued' })).items) {
      await tasks().save(task, cancel(task, T0 + HOUR));
    }
  };

  const expected = (count: number) => {
    const removed = Math.floor(count / 5);
    return { queued: count - removed - 1, removed, joined: 1 };
  };

  beforeEach(() => {
    position = 0;
  });

  it('expands a job, counts its tasks, and completes it when the last has ended', async () => {
    const job = await order(30);
    await pump();
    expect(await jobs().find(job.id)).toMatchObject({ job: { state: 'running', expanded: 30 }, counts: expected(30) });
    await endAll(job.id);
    await pump();
    const { queued, ...rest } = expected(30);
    expect(await jobs().find(job.id)).toMatchObject({
      job: { state: 'completed' },
      counts: { ...rest, canceled: queued },
    });
  });

  it('goes on from each checkpoint where its time ran out, by the record of that checkpoint', async () => {
    const job = await order(60);
    const handle = streamCaller(await loadFunction('events-jobs'));
    await handle(dynamo.changes, 14_999);
    expect((await jobs().find(job.id))?.job.expanded).toBe(25);
    await pump(15_001);
    expect(await jobs().find(job.id)).toMatchObject({ job: { state: 'running' }, counts: expected(60) });
  });

  it('counts right and completes, whichever calls fail and however the records are batched', async () => {
    const commands = ['TransactWrite', 'BatchGet', 'Query', 'Put'];
    const failing = fc.array(fc.tuple(fc.constantFrom(...commands), fc.integer({ min: 0, max: 40 })), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(failing, fc.integer({ min: 1, max: 40 }), async (failures, batch) => {
        dynamo = fakeDynamoDb();
        position = 0;
        const job = await order(30);
        const seen = new Map<string, number>();
        dynamo.beforeEach = (name) => {
          const count = seen.get(name) ?? 0;
          seen.set(name, count + 1);
          if (failures.some(([command, at]) => command === name && at === count)) throw new Error(`${name} ${count}`);
        };
        await pump(undefined, batch);
        dynamo.beforeEach = () => undefined;
        expect((await jobs().find(job.id))?.counts).toEqual(expected(30));
        await endAll(job.id);
        await pump(undefined, batch);
        expect((await jobs().find(job.id))?.job.state).toBe('completed');
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  it('cancels the tasks of a job that is canceled, wherever its expansion is, and whichever calls fail', async () => {
    const commands = ['TransactWrite', 'BatchGet', 'Query', 'Put', 'Get'];
    const failing = fc.array(fc.tuple(fc.constantFrom(...commands), fc.integer({ min: 0, max: 60 })), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(
        failing,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 80 }),
        async (failures, batch, cancelAt) => {
          dynamo = fakeDynamoDb();
          position = 0;
          const job = await order(30);
          const seen = new Map<string, number>();
          let total = 0;
          dynamo.beforeEach = async (name) => {
            total += 1;
            if (total === cancelAt) {
              total += 1000;
              await cancelRestartJob({ jobs: jobs(), clock: Date.now }, job.id);
            }
            const count = seen.get(name) ?? 0;
            seen.set(name, count + 1);
            if (failures.some(([command, at]) => command === name && at === count)) throw new Error(`${name} ${count}`);
          };
          await pump(undefined, batch);
          dynamo.beforeEach = () => undefined;
          await cancelRestartJob({ jobs: jobs(), clock: Date.now }, job.id);
          await pump(undefined, batch);
          const found = await jobs().find(job.id);
          expect(found?.job.state).toBe('canceled');
          expect(found?.job).not.toHaveProperty('closingDueAt');
          const made = (await tasks().listOfJob(job.id, { limit: 100 })).items.filter(({ jobId }) => jobId === job.id);
          const states = made.map(({ state }) => state);
          expect(states.filter((state) => state !== 'canceled' && state !== 'removed')).toEqual([]);
          expect(found?.counts['canceled'] ?? 0).toBe(states.filter((state) => state === 'canceled').length);
        },
      ),
      { numRuns: 20 },
    );
  }, 30_000);

  it('costs at most two requests a device, for an order of all of them', async () => {
    const count = 200;
    for (let i = 0; i < count; i += 1) {
      await put(dynamo.tables.devices, deviceItem(aDevice({ id: id('dev', `pc ${i}`), name: `PC ${i}` })));
    }
    const job = aJob({ deviceIds: [], groupId: 'all' });
    await jobs().create(job);
    dynamo.calls.length = 0;
    await pump();
    expect(await jobs().find(job.id)).toMatchObject({
      job: { state: 'running', expanded: count },
      counts: { queued: count },
    });
    expect(dynamo.calls.length).toBeLessThanOrEqual(2 * count);
  });

  it('counts a record that comes again, after newer ones, once', async () => {
    const job = await order(6);
    await pump();
    await endAll(job.id);
    await pump();
    const counts = (await jobs().find(job.id))?.counts;
    position = 0;
    await pump();
    expect((await jobs().find(job.id))?.counts).toEqual(counts);
  });
});

describe('events-relay', () => {
  const relay = async (...changes: Parameters<ReturnType<typeof streamCaller>>[0]) =>
    streamCaller(await loadFunction('events-relay'))(changes);
  const published = () =>
    bus
      .commandCalls(PutEventsCommand)
      .flatMap(({ args }) => args[0].input.Entries?.map(({ DetailType }) => DetailType) ?? []);

  it('makes the inbox of a new device and tells of it', async () => {
    expect(await relay({ after: deviceItem(aDevice()) })).toEqual([]);
    expect(sqs.commandCalls(CreateQueueCommand)[0]?.args[0].input.QueueName).toContain(DEVICE_ID);
    expect(published()).toEqual(['DeviceEnrolled']);
  });

  it('deletes the inbox of a retired device, last of all', async () => {
    const order: string[] = [];
    bus.on(PutEventsCommand).callsFake(() => {
      order.push('published');
      return {};
    });
    sqs.on(DeleteQueueCommand).callsFake(() => {
      order.push('deleted');
      return {};
    });
    await relay({ before: deviceItem(aDevice()), after: deviceItem(aDevice({ version: 2, retiredAt: T0 })) });
    expect(order).toEqual(['published', 'deleted']);
  });

  it('sends the message of a task that comes to be queued, before it tells of it', async () => {
    const task = taskIn('queued', { version: 1 });
    sqs.on(SendMessageCommand).callsFake(() => {
      expect(published()).toEqual([]);
      return {};
    });
    await relay({ after: taskItem(task) });
    expect(JSON.parse(String(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody))).toEqual({
      deviceId: DEVICE_ID,
      taskId: task.id,
      version: 1,
    });
    expect(published()).toEqual(['RestartTaskQueued']);
  });

  it('reports the record whose event the bus refuses, and only from there on', async () => {
    bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) => ({
      Entries: Entries.map(({ Detail }) => (Detail.includes('dev_poison') ? { ErrorCode: 'InternalFailure' } : {})),
    }));
    const devices = ['dev_1', 'dev_2', 'dev_poison', 'dev_3'].map((deviceId) => ({
      after: deviceItem(aDevice({ id: deviceId })),
    }));
    expect(await relay(...devices)).toEqual(['sequence-2']);
  });

  it('keeps what is left of a request that DynamoDB deleted before the sweep, and tells that it expired', async () => {
    const request = pendingRequest();
    await relay({ before: requestItem(request), byTtl: true });
    const requests = createAssistanceRepository(dynamo.db, dynamo.tables);
    expect(await requests.findExpired(request.id)).toEqual({
      id: request.id,
      deviceId: DEVICE_ID,
      expiredAt: request.expiresAt,
    });
    expect(published()).toEqual(['AssistanceRequestExpired']);
  });

  it('leaves it to the sweep where the sweep deleted it, and keeps nothing of what was answered', async () => {
    await relay({ before: requestItem(pendingRequest()) }, { before: requestItem(requestIn('ended')), byTtl: true });
    expect(dynamo.items('assistance')).toEqual([]);
    expect(published()).toEqual(['AssistanceRequestExpired']);
  });

  it('has nothing to do for what nothing follows from', async () => {
    expect(await relay({ after: { pk: 'job_1', sk: 'JOB#COUNTS#1', queued: 3 } })).toEqual([]);
    expect([...sqs.calls(), ...bus.calls()]).toHaveLength(0);
  });
});

describe('events-undelivered', () => {
  const undelivered = async (...bodies: string[]) => {
    const handler = (await loadFunction('events-undelivered')) as (
      event: SQSEvent,
    ) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
    const Records = bodies.map((body, i) => ({ messageId: `message-${i}`, body }));
    const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  it('fails the tasks of its messages, and reports by themselves those it cannot read', async () => {
    await put(dynamo.tables.devices, deviceItem(aDevice()));
    const task = newTask(aJob(), { id: DEVICE_ID, name: 'Reception' }, id('tsk', 'one'), T0);
    await createExpansionRepository(dynamo.db, dynamo.tables, () => T0).addTask(task);
    const message = JSON.stringify({ deviceId: DEVICE_ID, taskId: task.id, version: task.version });
    expect(await undelivered('text', message, '{}', message)).toEqual(['message-0', 'message-2']);
    expect(await createTaskRepository(dynamo.db, dynamo.tables).find(task.id)).toMatchObject({
      state: 'failed',
      error: { code: 'not_acknowledged' },
    });
  });

  it('reports a message whose task cannot be read now, and goes on with the others', async () => {
    const message = (name: string) => JSON.stringify({ deviceId: DEVICE_ID, taskId: id('tsk', name), version: 1 });
    dynamo.failures.push({ name: 'Get', error: new Error('slow down') });
    expect(await undelivered(message('a'), message('b'))).toEqual(['message-0']);
  });
});

describe('schedules-sweep', () => {
  const sweep = async () => ((await loadFunction('schedules-sweep')) as () => Promise<void>)();

  const overdue = async () => {
    for (const name of ['a', 'b']) await put(dynamo.tables.devices, deviceItem(aDevice({ id: id('dev', name) })));
    const request = newRequest(
      { deviceId: id('dev', 'a'), deviceName: 'A', message: 'Help', requester: { name: 'Rita' } },
      id('req', 'a'),
      T0,
    );
    await createAssistanceRepository(dynamo.db, dynamo.tables).create(request);
    const task = newTask(aJob(), { id: id('dev', 'b'), name: 'B' }, id('tsk', 'b'), T0);
    await createExpansionRepository(dynamo.db, dynamo.tables, () => T0).addTask(task);
    vi.setSystemTime(T0 + 4 * HOUR);
    return { request, task };
  };

  const left = async ({ request, task }: Awaited<ReturnType<typeof overdue>>) => ({
    request: await createAssistanceRepository(dynamo.db, dynamo.tables).find(request.id),
    task: (await createTaskRepository(dynamo.db, dynamo.tables).find(task.id))?.state,
  });

  const logged = () => vi.mocked(process.stdout.write).mock.calls.map(([line]) => JSON.parse(String(line)));

  it('deletes unanswered requests and moves tasks, and only measures when there is nothing to do', async () => {
    const both = await overdue();
    await sweep();
    expect(await left(both)).toEqual({ request: undefined, task: 'expired' });
    expect(logged().slice(1)).toMatchObject([
      { message: 'swept', requestsDeleted: 1, tasksMoved: 1 },
      { message: 'metrics', ItemsSwept: 2 },
    ]);
    vi.mocked(process.stdout.write).mockClear();
    await sweep();
    expect(logged()).toMatchObject([{ message: 'metrics', RequestsWaiting: 0, OldestQueuedTaskAge: 0 }]);
  });

  it('measures what waits', async () => {
    await overdue();
    vi.setSystemTime(T0 + 2 * MINUTE);
    await sweep();
    expect(logged()).toMatchObject([{ message: 'metrics', RequestsWaiting: 1, OldestQueuedTaskAge: 120 }]);
  });

  it('fails where one half of it fails, after the other half is done', async () => {
    const both = await overdue();
    const due = (input: Record<string, unknown> | undefined) =>
      input?.['TableName'] === 'assistance' && input['IndexName'] === 'due';
    dynamo.beforeEach = () => {
      if (due(dynamo.calls.at(-1)?.input)) throw new Error('slow down');
    };
    await expect(sweep()).rejects.toThrow(AggregateError);
    expect(await left(both)).toMatchObject({ request: { state: 'pending' }, task: 'expired' });
  });
});

describe('the consumers of the bus', () => {
  const event = domainEvent('AssistanceRequested', { id: id('req', 'a'), version: 1 }, T0, {
    deviceId: DEVICE_ID,
    deviceName: 'Reception',
    requesterName: 'Rita',
  });
  const deliver = async (name: string) =>
    ((await loadFunction(name)) as (event: object) => Promise<void>)({
      'detail-type': event.type,
      detail: event.detail,
    });

  it('events-alerts records the alert and publishes it, once', async () => {
    await deliver('events-alerts');
    await deliver('events-alerts');
    const items = dynamo.items('activity').filter(({ sk }) => !String(sk).startsWith('CLEARED'));
    expect(items).toMatchObject([
      { type: 'Alert', state: 'active', notifiedAt: T0 + MINUTE },
      { type: 'TimelineEntry', kind: 'AlertRaised', title: 'Alert (info): Rita at Reception asks for help' },
    ]);
    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
    const published = bus.commandCalls(PutEventsCommand).flatMap((call) => call.args[0].input.Entries ?? []);
    expect(published.map(({ DetailType }) => DetailType)).toEqual(['AlertRaised']);
  });

  it('events-timeline writes one entry, however often the event comes', async () => {
    await deliver('events-timeline');
    await deliver('events-timeline');
    expect(dynamo.items('activity')).toMatchObject([{ type: 'TimelineEntry', title: 'Rita asked for help' }]);
  });
});
