/** SQS through the gateway: URLs, errors, long polls, leases and dead letters, as an SDK sees them. */
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack.ts';
import { until } from '../support/until.ts';
import { clientsOf, queueUrl } from './clients.ts';
import { createFixture } from './fixture.ts';

const fixture = createFixture();
let stack: LocalStack;
let sqs: ReturnType<typeof clientsOf>['sqs'];
beforeAll(async () => {
  stack = await fixture.start();
  sqs = clientsOf(stack).sqs;
});
afterAll(async () => {
  await stack?.stop();
  fixture.remove();
});

/** A queue of the test's own. */
const create = async (name: string, Attributes: Record<string, string> = {}): Promise<string> => {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return QueueUrl;
};
const send = (QueueUrl: string, MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (QueueUrl: string, WaitTimeSeconds = 0, abortSignal?: AbortSignal) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }),
    abortSignal ? { abortSignal } : {},
  );
  return Messages;
};

const calls = async (name = 'local-runner') => {
  const response = await fetch(`${stack.url}/__local/calls?function=${name}`);
  return ((await response.json()) as { items: { action: string }[] }).items;
};

it('knows queues by the URLs that AWS gives', async () => {
  const url = await create('mine');
  expect(url).toBe('https://sqs.eu-central-1.amazonaws.com/000000000000/mine');
  expect(await sqs.send(new GetQueueUrlCommand({ QueueName: 'mine' }))).toMatchObject({ QueueUrl: url });
  await send(url, 'hello');
  expect(await receive(url)).toMatchObject([{ Body: 'hello' }]);
});

it('names errors as AWS does', async () => {
  const url = await create('errors');
  const nowhere = 'https://sqs.eu-central-1.amazonaws.com/000000000000/nowhere';
  const other = create('errors', { VisibilityTimeout: '77' });
  await expect(other).rejects.toMatchObject({ name: 'QueueNameExists' });
  await expect(receive(nowhere)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(receive(nowhere, 1)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(send(nowhere, 'x')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(sqs.send(new DeleteQueueCommand({ QueueUrl: nowhere }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
  });
  const garbage = { QueueUrl: url, ReceiptHandle: 'garbage' };
  await expect(sqs.send(new DeleteMessageCommand(garbage))).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  await expect(
    sqs.send(new ChangeMessageVisibilityCommand({ ...garbage, VisibilityTimeout: 1 })),
  ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] }))).rejects.toMatchObject({
    name: 'EmptyBatchRequest',
  });
  const { Failed } = await sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', ReceiptHandle: 'garbage' }] }),
  );
  expect(Failed).toMatchObject([{ Id: 'a', Code: 'ReceiptHandleIsInvalid' }]);
});

it('ends a long poll when a message comes', async () => {
  const url = await create('polled');
  const polling = receive(url, 20);
  await send(url, 'at last');
  expect(await polling).toMatchObject([{ Body: 'at last' }]);
});

it('loses no message to a poller that went away', async () => {
  const url = await create('abandoned', { VisibilityTimeout: '600' });
  await fetch(`${stack.url}/__local/calls`, { method: 'DELETE' });
  const gone = new AbortController();
  const polling = receive(url, 20, gone.signal);
  await until(async () => (await calls()).some(({ action }) => action === 'ReceiveMessage'));
  gone.abort();
  await expect(polling).rejects.toMatchObject({ name: 'AbortError' });
  await send(url, 'still here');
  expect(await receive(url, 5)).toMatchObject([{ Body: 'still here' }]);
});

it('gives a message again when its lease ends, and a stale receipt deletes nothing', async () => {
  const url = await create('leased', { VisibilityTimeout: '1' });
  await send(url, 'work');
  const [first] = await receive(url);
  const [second] = await until(async () => ((await receive(url)).length > 0 ? true : undefined)).then(async () =>
    receive(url, 10),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 }),
  );
  const [third] = await receive(url);
  expect(third).toMatchObject({ Body: 'work' });
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: third?.ReceiptHandle }));
  expect(await receive(url, 2)).toEqual([]);
});

it('moves what is received too often to the dead-letter queue', async () => {
  await send(queueUrl('Inbox'), 'again and again');
  for (let count = 0; count < 2; count++) {
    const [message] = await receive(queueUrl('Inbox'));
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl('Inbox'),
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
  }
  expect(await receive(queueUrl('Inbox'))).toEqual([]);
  expect(await receive(queueUrl('DeadLetters'))).toMatchObject([{ Body: 'again and again' }]);
});

it('counts calls by caller, service and action', async () => {
  await fetch(`${stack.url}/__local/calls`, { method: 'DELETE' });
  await fetch(`${stack.url}/items?pk=counted`, { method: 'POST' });
  expect(await calls('writer')).toEqual([{ function: 'writer', service: 'dynamodb', action: 'PutItem', count: 1 }]);
});
