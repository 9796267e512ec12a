/** Streams and queues that feed functions: order, retries, partial failures and failure destinations. */
import { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
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
let seen = 0;
beforeEach(async () => {
  fixture.control('streams', {});
  fixture.control('queues', {});
  await stack.settle(10_000);
  seen = fixture.recorded('streams').length;
});

const put = (...keys: string[]) =>
  clients.dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: keys.map((pk) => ({ Put: { TableName: 'Fixture-Table', Item: { pk: { S: pk } } } })),
    }),
  );
/** The keys of each batch that the stream's function has got since the test began. */
const batches = (): string[][] =>
  fixture
    .recorded('streams')
    .slice(seen)
    .map(({ event }) =>
      event.Records.map((record: { dynamodb: { Keys: { pk: { S: string } } } }) => record.dynamodb.Keys.pk.S),
    );
const failures = async () => {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl('StreamFailures'), WaitTimeSeconds: 5 }),
  );
  return Messages.map(({ Body = '' }) => JSON.parse(Body) as Record<string, Record<string, unknown>>);
};

it('gives records in the shape that Lambda gives them', async () => {
  await put('shape');
  await stack.settle(10_000);
  const { Records } = fixture.recorded('streams').at(-1)?.event ?? {};
  expect(Records).toEqual([
    {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      eventSourceARN: expect.stringMatching(
        /^arn:aws:dynamodb:eu-central-1:000000000000:table\/Fixture-Table\/stream\//,
      ),
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'shape' } },
        NewImage: { pk: { S: 'shape' } },
        SequenceNumber: expect.any(String),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
  ]);
});

it('leaves out what the filter does not want', async () => {
  await put('filtered');
  await clients.dynamodb.send(
    new PutItemCommand({ TableName: 'Fixture-Table', Item: { pk: { S: 'filtered' }, n: { N: '1' } } }),
  );
  await stack.settle(10_000);
  expect(batches()).toEqual([['filtered']]);
});

it('tries again from the first record that failed, in order, and goes on when it succeeds', async () => {
  fixture.control('streams', { failKeys: ['b', 'd'] });
  await put('a', 'b', 'c', 'd');
  await until(() => batches().length >= 2);
  fixture.control('streams', {});
  await stack.settle(10_000);
  expect(batches()[0]).toEqual(['a', 'b', 'c', 'd']);
  for (const batch of batches().slice(1)) expect(batch).toEqual(['b', 'c', 'd']);
});

it('sends a batch that keeps failing to the failure destination, and goes on behind it', async () => {
  fixture.control('streams', { failAll: true });
  await put('poison');
  await stack.settle(10_000);
  fixture.control('streams', {});
  await put('next');
  await stack.settle(10_000);
  expect(batches()).toEqual([['poison'], ['poison'], ['poison'], ['next']]);
  expect(await failures()).toEqual([
    expect.objectContaining({
      version: '1.0',
      requestContext: expect.objectContaining({
        functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Fixture-Streams',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      }),
      DDBStreamBatchInfo: expect.objectContaining({
        batchSize: 1,
        streamArn: expect.stringContaining('Fixture-Table'),
      }),
    }),
  ]);
});

it('is not stopped by a function that dies in the middle of a batch', async () => {
  fixture.control('streams', { failAll: true, delayMs: 5 });
  await put('dying');
  await until(() => batches().length > 0);
  fixture.control('streams', {});
  await stack.settle(10_000);
  expect(batches().at(-1)).toEqual(['dying']);
});

it('keeps what failed of a queue’s batch for its next visibility, and deletes the rest', async () => {
  fixture.control('queues', { failKeys: ['bad'] });
  await clients.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl('Work'),
      Entries: ['good', 'bad'].map((MessageBody) => ({ Id: MessageBody, MessageBody })),
    }),
  );
  await until(() => fixture.recorded('queues').length > 0);
  fixture.control('queues', {});
  const bodies = () =>
    fixture.recorded('queues').map(({ event }) => event.Records.map(({ body }: { body: string }) => body));
  await until(() => bodies().at(-1)?.join() === 'bad' && bodies().length > 1);
  await stack.settle(10_000);
  const [record] = fixture.recorded('queues').at(-1)?.event.Records ?? [];
  expect(record).toMatchObject({
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:Fixture-Work',
    attributes: { ApproximateReceiveCount: '2' },
  });
  expect(
    bodies()
      .flat()
      .filter((body) => body === 'good'),
  ).toHaveLength(1);
});

it('goes on after the engine crashed', async () => {
  await put('before the crash');
  await stack.settle(10_000);
  await stack.restartEngine();
  await put('after the crash');
  await stack.settle(10_000);
  expect(batches()).toEqual([['before the crash'], ['after the crash']]);
});
