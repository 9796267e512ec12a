/** What leaves for SQS, EventBridge and SNS. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultProvider } from '../../../lib/aws/credentials.ts';
import { createEventPublisher } from '../../../lib/aws/event-publisher.ts';
import { createInbox, createSqs, parseInboxMessage } from '../../../lib/aws/inbox.ts';
import { createInboxes } from '../../../lib/aws/inboxes.ts';
import { createTopicNotifier } from '../../../lib/aws/topic-notifier.ts';
import { domainEvent } from '../../../lib/events/model.ts';
import { anAlert, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';

const PREFIX = 'https://sqs.eu-central-1.amazonaws.com/000000000000/remote-assist-test-inbox-';
const QUEUE_URL = PREFIX + DEVICE_ID;
const TASK_ID = id('tsk', 'a');

const missing = (name = 'QueueDoesNotExist') => Object.assign(new Error('no queue'), { name });

const sqs = mockClient(SQSClient);
const bus = mockClient(EventBridgeClient);
const sns = mockClient(SNSClient);

beforeEach(() => {
  for (const mock of [sqs, bus, sns]) mock.reset();
});

describe("a device's inbox", () => {
  const swallowed: unknown[] = [];
  const inbox = createInbox(createSqs(), PREFIX, (_, error) => swallowed.push(error));

  it('is asked by a long poll for all that it may give', async () => {
    sqs.on(ReceiveMessageCommand).resolves({
      Messages: [{ Body: JSON.stringify({ deviceId: DEVICE_ID, taskId: TASK_ID, version: 3 }), ReceiptHandle: 'h' }],
    });
    expect(await inbox.receive(DEVICE_ID)).toEqual([{ taskId: TASK_ID, version: 3, handle: 'h' }]);
    const { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages } = sqs.call(0).args[0].input as Record<string, unknown>;
    expect(QueueUrl).toBe(QUEUE_URL);
    expect(MaxNumberOfMessages).toBe(10);
    // Well below the 30 s in which API Gateway wants an answer.
    expect(WaitTimeSeconds).toBeGreaterThan(0);
    expect(WaitTimeSeconds).toBeLessThanOrEqual(5);
  });

  it('may be empty', async () => {
    sqs.on(ReceiveMessageCommand).resolves({});
    expect(await inbox.receive(DEVICE_ID)).toEqual([]);
  });

  it.each(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'])(
    'that has vanished (%s) has nothing in it',
    async (name) => {
      sqs.on(ReceiveMessageCommand).rejects(missing(name));
      expect(await inbox.receive(DEVICE_ID)).toEqual([]);
    },
  );

  it('that cannot be asked is a failure', async () => {
    sqs.on(ReceiveMessageCommand).rejects(missing('ServiceUnavailable'));
    await expect(inbox.receive(DEVICE_ID)).rejects.toThrow();
  });

  it.each([
    '',
    'text',
    '{}',
    'null',
    JSON.stringify({ taskId: TASK_ID, version: 3 }),
    JSON.stringify({ deviceId: DEVICE_ID, taskId: TASK_ID, version: '3' }),
    JSON.stringify({ deviceId: DEVICE_ID, taskId: 7, version: 3 }),
  ])('hands an unreadable message on as one of no task: %j', async (Body) => {
    sqs.on(ReceiveMessageCommand).resolves({ Messages: [{ Body, ReceiptHandle: 'h' }] });
    expect(await inbox.receive(DEVICE_ID)).toEqual([{ taskId: '', version: 0, handle: 'h' }]);
    expect(parseInboxMessage(Body)).toBeUndefined();
  });

  it('loses what is removed from it', async () => {
    await inbox.remove(DEVICE_ID, 'h');
    expect(sqs.commandCalls(DeleteMessageCommand)[0]?.args[0].input).toEqual({
      QueueUrl: QUEUE_URL,
      ReceiptHandle: 'h',
    });
  });

  it('keeps, without a failure, what cannot be removed; somebody is told', async () => {
    const error = missing();
    sqs.on(DeleteMessageCommand).rejects(error);
    await inbox.remove(DEVICE_ID, 'stale');
    expect(swallowed).toEqual([error]);
  });

  it('is not asked to remove nothing', async () => {
    await inbox.remove(DEVICE_ID, '');
    expect(sqs.calls()).toHaveLength(0);
  });
});

describe('the inboxes', () => {
  let inService = true;
  const inboxes = createInboxes(createSqs(), {
    urlPrefix: PREFIX,
    deadLetterQueueArn: 'arn:aws:sqs:eu-central-1:000000000000:dead',
    leaseSeconds: 90,
    isInService: async () => inService,
  });
  beforeEach(() => {
    inService = true;
  });
  const message = { deviceId: DEVICE_ID, taskId: TASK_ID, version: 3 };

  it('are made with a lease, the dead-letter queue after five deliveries, and encryption', async () => {
    await inboxes.create(DEVICE_ID);
    const { QueueName, Attributes } = sqs.commandCalls(CreateQueueCommand)[0]?.args[0].input ?? {};
    expect(QueueName).toBe(`remote-assist-test-inbox-${DEVICE_ID}`);
    expect(PREFIX + DEVICE_ID).toBe(`${PREFIX.slice(0, PREFIX.lastIndexOf('/') + 1)}${QueueName}`);
    expect(Attributes).toMatchObject({ VisibilityTimeout: '90', SqsManagedSseEnabled: 'true' });
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:000000000000:dead',
      maxReceiveCount: 5,
    });
  });

  it('have names that SQS takes', async () => {
    await inboxes.create(DEVICE_ID);
    expect(sqs.commandCalls(CreateQueueCommand)[0]?.args[0].input.QueueName).toMatch(/^[\w-]{1,80}$/);
  });

  it.each(['QueueNameExists', 'QueueAlreadyExists'])(
    'are left as they are where they were made before with other settings (%s)',
    async (name) => {
      sqs.on(CreateQueueCommand).rejects(missing(name));
      await inboxes.create(DEVICE_ID);
    },
  );

  it('are not taken for made where SQS fails', async () => {
    sqs.on(CreateQueueCommand).rejects(missing('ServiceUnavailable'));
    await expect(inboxes.create(DEVICE_ID)).rejects.toThrow();
  });

  it('are sent messages that they read again', async () => {
    await inboxes.send(message);
    const { QueueUrl, MessageBody } = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {};
    expect(QueueUrl).toBe(QUEUE_URL);
    expect(parseInboxMessage(MessageBody)).toEqual(message);
  });

  it('are made again on sending, where they have vanished', async () => {
    sqs.on(SendMessageCommand).rejectsOnce(missing()).resolves({});
    await inboxes.send(message);
    expect(sqs.calls().map(({ args }) => args[0].constructor.name)).toEqual([
      'SendMessageCommand',
      'CreateQueueCommand',
      'SendMessageCommand',
    ]);
  });

  it('are not left behind for a device that is retired, whose message comes late', async () => {
    inService = false;
    sqs.on(SendMessageCommand).rejects(missing());
    await inboxes.send(message);
    expect(sqs.calls().map(({ args }) => args[0].constructor.name)).toEqual([
      'SendMessageCommand',
      'CreateQueueCommand',
      'DeleteQueueCommand',
    ]);
  });

  it('that cannot be sent to are a failure, and no reason to make them', async () => {
    sqs.on(SendMessageCommand).rejects(missing('ServiceUnavailable'));
    await expect(inboxes.send(message)).rejects.toThrow();
    expect(sqs.commandCalls(CreateQueueCommand)).toHaveLength(0);
  });

  it('are deleted, twice too', async () => {
    await inboxes.delete(DEVICE_ID);
    sqs.on(DeleteQueueCommand).rejects(missing());
    await inboxes.delete(DEVICE_ID);
    sqs.on(DeleteQueueCommand).rejects(missing('ServiceUnavailable'));
    await expect(inboxes.delete(DEVICE_ID)).rejects.toThrow();
  });
});

describe('the event bus', () => {
  const events = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      domainEvent('DeviceBack', { id: DEVICE_ID, version: i }, T0, { deviceId: DEVICE_ID }),
    );
  const publisher = createEventPublisher('the-bus');

  it('gets each event with its type, source, time and detail', async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
    const [event] = events(1);
    await publisher.publish(event ? [event] : []);
    expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        EventBusName: 'the-bus',
        Source: 'remote-assist',
        DetailType: 'DeviceBack',
        Detail: JSON.stringify(event?.detail),
        Time: new Date(T0),
      },
    ]);
  });

  it('gets ten at once at most, and nothing where there is nothing', async () => {
    bus.on(PutEventsCommand).resolves({});
    await publisher.publish(events(25));
    expect(bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries?.length)).toEqual([10, 10, 5]);
    bus.resetHistory();
    await publisher.publish([]);
    expect(bus.calls()).toHaveLength(0);
  });

  it('that refuses one of several is a failure, although the call succeeded', async () => {
    bus.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ EventId: '1' }, { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
    });
    await expect(publisher.publish(events(2))).rejects.toThrow('InternalFailure');
  });

  it('that cannot be reached is a failure', async () => {
    bus.on(PutEventsCommand).rejects(new Error('no network'));
    await expect(publisher.publish(events(1))).rejects.toThrow('no network');
  });
});

describe('the alert topic', () => {
  const publish = async (alert = anAlert()) => {
    await createTopicNotifier('arn:topic', 'https://api.test/console').notify(alert);
    return sns.commandCalls(PublishCommand)[0]?.args[0].input ?? expect.fail('nothing was published');
  };

  it('gets the title as the subject, what it is about, and what a subscription may filter by', async () => {
    const { TopicArn, Subject, Message, MessageAttributes } = await publish();
    expect({ TopicArn, Subject }).toEqual({ TopicArn: 'arn:topic', Subject: 'Rita at Reception asks for help' });
    for (const part of [anAlert().id, 'assistanceRequested', '2026-01-31T12:00:00.000Z', 'Reception', DEVICE_ID]) {
      expect(Message).toContain(part);
    }
    expect(MessageAttributes?.['kind']?.StringValue).toBe('assistanceRequested');
    expect(MessageAttributes?.['severity']?.StringValue).toBe('info');
  });

  it('gets a subject that SNS takes, and the whole title in the message, on one line', async () => {
    const { Subject, Message } = await publish(anAlert({ title: `Zoë\n🖥 ${'x'.repeat(300)}` }));
    expect(Subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(Message).toContain(`Zoë 🖥 ${'x'.repeat(300)}`);
  });

  it('gets no line and no turn of the writing from a name', async () => {
    const { Message = '' } = await publish(
      anAlert({ deviceName: 'PC\u2028Alert: alr_x\u202e\nfdp', title: 'a\u2029b' }),
    );
    expect(Message).not.toMatch(/[\u202e\u2028\u2029]/);
    expect(Message.split('\n').filter((line) => line.startsWith('Alert:'))).toHaveLength(1);
  });

  it.each([
    [{ type: 'assistanceRequest', id: 'req_1' }, DEVICE_ID, 'requests/req_1'],
    [{ type: 'restartTask', id: 'tsk_1' }, DEVICE_ID, `devices/${DEVICE_ID}`],
    [{ type: 'connector', id: 'teamviewer' }, undefined, 'connectors'],
    [{ type: 'other', id: 'x' }, undefined, 'alerts'],
  ])('gets where in the console %j is looked at', async (subject, deviceId, path) => {
    const { deviceId: _, ...alert } = anAlert({ subject });
    const { Message = '' } = await publish({ ...alert, ...(deviceId !== undefined && { deviceId }) });
    expect(Message.split('\n').at(-1)).toBe(`Open it in the console: https://api.test/console/${path}`);
  });
});

describe('the credentials of a function', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('are those of its environment, as it is at the time', async () => {
    const provider = defaultProvider();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', '');
    expect(await provider()).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' });
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect(await provider()).toMatchObject({ sessionToken: 'session' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    await expect(provider()).rejects.toThrow('not in the environment');
  });
});
