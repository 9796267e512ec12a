/** The event bus, topics and schedules: matching, retries, failure destinations and what `/__local` shows of them. */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack.ts';
import { until } from '../support/until.ts';
import { clientsOf, queueUrl } from './clients.ts';
import { createFixture } from './fixture.ts';

const fixture = createFixture();
let stack: LocalStack;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  stack = await fixture.start();
  clients = clientsOf(stack);
});
afterAll(async () => {
  await stack?.stop();
  fixture.remove();
});
beforeEach(() => {
  fixture.control('events', {});
  fixture.control('ticks', {});
});

const TOPIC = 'arn:aws:sns:eu-central-1:000000000000:Fixture-Topic';
const entry = (id: string, overrides: Record<string, unknown> = {}) => ({
  EventBusName: 'fixture',
  Source: 'fixture',
  DetailType: 'WantedThing',
  Detail: JSON.stringify({ id }),
  ...overrides,
});
const put = (...Entries: ReturnType<typeof entry>[]) => clients.events.send(new PutEventsCommand({ Entries }));
const ids = (): string[] => fixture.recorded('events').map(({ event }) => event.detail.id);
const items = async (path: string) =>
  ((await (await fetch(`${stack.url}/__local/${path}`)).json()) as { items: Record<string, unknown>[] }).items;
const receive = async (logicalId: string) =>
  (await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl(logicalId), WaitTimeSeconds: 5 }))).Messages ??
  [];

it('delivers what a rule wants, to each of its targets, and shows every event', async () => {
  await put(entry('one'), entry('two', { DetailType: 'Unwanted' }), entry('three', { EventBusName: 'default' }));
  await stack.settle(10_000);
  expect(ids()).toEqual(['one']);
  expect(fixture.recorded('events')[0]?.event).toMatchObject({
    version: '0',
    'detail-type': 'WantedThing',
    source: 'fixture',
    account: '000000000000',
    region: 'eu-central-1',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
  expect(await receive('TopicQueue')).toMatchObject([{ Body: '"Seen one"' }]);
  const all = await items('events');
  expect(all.map(({ detail }) => (detail as { id: string }).id)).toEqual(['one', 'two', 'three']);
  expect(await items(`events?after=${all[1]?.['id']}`)).toEqual([all[2]]);
  expect(await items('notifications')).toMatchObject([{ topicArn: TOPIC, message: '"Seen one"' }]);
});

it('checks entries one by one, as AWS does', async () => {
  const { FailedEntryCount, Entries } = await put(
    entry('good'),
    entry('x', { Detail: 'no json' }),
    entry('y', { Source: '' }),
    entry('z', { Source: 'aws.ec2' }),
  );
  expect(FailedEntryCount).toBe(3);
  expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
  ]);
  await expect(put(entry('x', { EventBusName: 'nowhere' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(put(...Array.from({ length: 11 }, () => entry('many')))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

it('tries a function that fails again, and then goes to its failure destination', async () => {
  fixture.control('events', { failAll: true });
  await put(entry('failing'));
  await stack.settle(10_000);
  expect(ids().filter((id) => id === 'failing')).toHaveLength(3);
  const [message] = await receive('EventFailures');
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { detail: { id: 'failing' } },
    responsePayload: { errorType: 'TypeError', errorMessage: 'told to fail' },
  });
});

it('delivers in the end what failed at first', async () => {
  fixture.control('events', { failAll: true });
  await put(entry('later'));
  await until(() => ids().includes('later'));
  fixture.control('events', {});
  await stack.settle(10_000);
  expect(ids().filter((id) => id === 'later').length).toBeGreaterThan(1);
  const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl('EventFailures') }));
  expect(Messages).toBeUndefined();
});

it('records what is published, and refuses a topic that does not exist', async () => {
  const attributes = { kind: { DataType: 'String', StringValue: 'test' } };
  await clients.sns.send(
    new PublishCommand({ TopicArn: TOPIC, Subject: 'S', Message: 'ä <&>', MessageAttributes: attributes }),
  );
  expect((await items('notifications')).at(-1)).toMatchObject({
    message: 'ä <&>',
    subject: 'S',
    attributes: { kind: { Value: 'test' } },
  });
  await expect(clients.sns.send(new PublishCommand({ TopicArn: `${TOPIC}x`, Message: 'x' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

it('runs the minute schedule on request, and says when it failed', async () => {
  const sweep = () => fetch(`${stack.url}/__local/sweep`, { method: 'POST' });
  const good = await sweep();
  expect([good.status, await good.json()]).toEqual([200, {}]);
  expect(fixture.recorded('ticks').at(-1)?.event).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
  });
  fixture.control('ticks', { failAll: true });
  const bad = await sweep();
  expect([bad.status, bad.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
  expect(await bad.json()).toMatchObject({ detail: 'TypeError: told to fail' });
});
