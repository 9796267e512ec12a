/** Consumers that were down for longer than the streams keep their records, on a stack of its own: the sweep makes up for it. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAlerts } from '../../../lib/api/alerts.ts';
import { declineAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { setUpRustDesk } from '../../../lib/api/connectors.ts';
import { getDevice, getTimeline, retireDevice } from '../../../lib/api/devices.ts';
import { addGroupMember, createGroup, deleteGroup } from '../../../lib/api/groups.ts';
import { cancelRestartJob, getRestartJob, orderRestart } from '../../../lib/api/restarts.ts';
import { jobKey } from '../../../lib/aws/keys.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, productAt, type TestDevice, takeTask } from './product.ts';

let stack: OwnStack;
let product: Product;

beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
});
afterAll(() => stack.remove());

const functionNamed = (wanted: string) =>
  [...stack.model.functions.values()].find(({ name }) => name === wanted) ?? expect.fail(`no ${wanted}`);
const functionArn = (wanted: string): string => functionNamed(wanted).arn;

const HELP = { message: 'help', requester: { name: 'Ada' } };

/** Whether an alert is told of depends on which of its events is handled first. */
const withoutAlerts = (types: string[]): string[] => types.filter((type) => !type.startsWith('Alert')).sort();

const kindsOf = async ({ id }: TestDevice): Promise<string[]> => {
  const { body } = await (await product.admin())(getTimeline, { params: { id }, query: {} });
  return withoutAlerts(body.items.map(({ kind }) => kind));
};

const seen = async (): Promise<string[]> =>
  (await product.deliveries()).map(
    ({ detail, ...event }) => `${event['detail-type']} ${detail['id']}#${detail['version']}`,
  );

it('has inboxes made and deleted, tasks delivered, and every event published once, all the same', async () => {
  stack.loseStreamRecords(functionArn('events-relay'), true);
  const working = await product.enroll();
  const gone = await product.enroll();
  const admin = await product.admin();
  const order = { body: { deviceIds: [working.id], deliverWithinMinutes: 7 * 24 * 60 } };
  const job = (await admin(orderRestart, order)).body;
  const request = (await working.call(requestAssistance, { body: HELP })).body;
  await admin(declineAssistanceRequest, { params: { id: request.id }, body: { reason: 'not now' } });
  await admin(retireDevice, { params: { id: gone.id } });
  await admin(setUpRustDesk, { body: { relayServer: 'relay.example', key: 'key' } });
  await product.settle();
  expect(await seen()).toEqual([]);
  stack.loseStreamRecords(functionArn('events-relay'), false);

  await product.advance(25 * 60);
  await product.sweep();
  await product.settle();
  const types = (await seen()).map((event) => event.split(' ')[0] ?? '');
  expect(withoutAlerts(types)).toEqual([
    'AssistanceDeclined',
    'AssistanceRequested',
    'ConnectorChanged',
    'ConnectorChanged',
    'DeviceEnrolled',
    'DeviceEnrolled',
    'DeviceRetired',
    'RestartTaskQueued',
  ]);
  expect(await kindsOf(working)).toEqual([
    'AssistanceDeclined',
    'AssistanceRequested',
    'DeviceEnrolled',
    'RestartTaskQueued',
  ]);
  const { body: alerts } = await admin(listAlerts, { query: { limit: '100' } });
  expect(alerts.items.map(({ kind, state }) => [kind, state])).toEqual([['assistanceRequested', 'resolved']]);
  expect(await takeTask(working)).toMatchObject({ jobId: job.id, state: 'inProgress' });
  working.boot = 'another-boot';
  await working.poll();
  await product.settle();
  const { body: ended } = await admin(getRestartJob, { params: { id: job.id } });
  expect(ended).toMatchObject({ state: 'completed', counts: { succeeded: 1 } });

  const before = await seen();
  await product.advance(25 * 60);
  await product.sweep();
  await product.settle();
  expect(await seen()).toEqual(before);
});

it('finds an inbox missing that has vanished meanwhile, and makes it again', async () => {
  const device = await product.enroll();
  await product.settle();
  stack.loseStreamRecords(functionArn('events-relay'), true);
  const order = { body: { deviceIds: [device.id], deliverWithinMinutes: 7 * 24 * 60 } };
  const job = (await (await product.admin())(orderRestart, order)).body;
  await product.settle();
  stack.loseStreamRecords(functionArn('events-relay'), false);
  const { endpoint, region, credentials } = stack.aws;
  const sqs = new SQSClient({ endpoint, region, credentials, useQueueUrlAsEndpoint: false });
  const { environment } = functionNamed('events-relay');
  await sqs.send(new DeleteQueueCommand({ QueueUrl: `${environment['INBOX_URL_PREFIX']}${device.id}` }));
  await product.advance(25 * 60);
  await product.sweep();
  await product.settle();
  expect(await takeTask(device)).toMatchObject({ jobId: job.id, state: 'inProgress' });
});

it('has jobs expanded and counted whose worker was down', async () => {
  const device = await product.enroll();
  await product.settle();
  const admin = await product.admin();
  const jobOf = async (id: string) => (await admin(getRestartJob, { params: { id } })).body;
  stack.loseStreamRecords(functionArn('events-jobs'), true);
  const { id } = (await admin(orderRestart, { body: { deviceIds: [device.id] } })).body;
  await product.settle();
  stack.loseStreamRecords(functionArn('events-jobs'), false);
  expect(await jobOf(id)).toMatchObject({ state: 'expanding', counts: {} });
  await product.advance(10);
  await product.sweep();
  await product.settle();
  expect(await jobOf(id)).toMatchObject({ state: 'running', counts: { queued: 1 } });

  stack.loseStreamRecords(functionArn('events-jobs'), true);
  await takeTask(device);
  device.boot = 'yet-another-boot';
  await device.poll();
  await product.settle();
  stack.loseStreamRecords(functionArn('events-jobs'), false);
  expect(await jobOf(id)).toMatchObject({ state: 'running', counts: { queued: 1 } });
  await product.advance(24 * 60);
  await product.sweep();
  await product.settle();
  expect(await jobOf(id)).toMatchObject({ state: 'completed', counts: { succeeded: 1 } });
});

/** Has events-jobs expand the job as its order's stream record would, but for no other record to come after. */
const expandByHand = async (jobId: string): Promise<void> => {
  const { arn, environment } = functionNamed('events-jobs');
  const dynamodb = new DynamoDBClient(stack.aws);
  const { pk, sk } = jobKey(jobId);
  const read = new GetItemCommand({ TableName: environment['RESTARTS_TABLE'], Key: { pk: { S: pk }, sk: { S: sk } } });
  const { Item: NewImage } = await dynamodb.send(read);
  const Records = [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } }];
  const answer = await stack.invoke(arn, JSON.stringify({ Records }));
  expect(answer.ok && JSON.parse(answer.payload)).toEqual({ batchItemFailures: [] });
};

it('has tasks canceled of whose making nobody was told before their job was canceled', async () => {
  const device = await product.enroll();
  await product.settle();
  const admin = await product.admin();
  const jobOf = async (id: string) => (await admin(getRestartJob, { params: { id } })).body;
  stack.loseStreamRecords(functionArn('events-jobs'), true);
  const order = { body: { deviceIds: [device.id], deliverWithinMinutes: 7 * 24 * 60 } };
  const { id } = (await admin(orderRestart, order)).body;
  await expandByHand(id);
  await admin(cancelRestartJob, { params: { id } });
  await product.settle();
  stack.loseStreamRecords(functionArn('events-jobs'), false);
  expect(await jobOf(id)).toMatchObject({ state: 'canceling', counts: {} });
  expect((await device.poll()).status).toBe(204);

  for (const minutes of [1, 9]) {
    await product.advance(minutes);
    await product.sweep();
    await product.settle();
  }
  expect(await jobOf(id)).toMatchObject({ state: 'canceled', counts: { canceled: 1 } });
  expect((await device.poll()).status).toBe(204);
});

it('has a deleted group taken out of its devices’ records whose clean-up was down', async () => {
  const device = await product.enroll();
  const admin = await product.admin();
  const { id } = (await admin(createGroup, { body: { name: 'Gone' } })).body;
  await admin(addGroupMember, { params: { id, deviceId: device.id } });
  const groupIds = async () => (await admin(getDevice, { params: { id: device.id } })).body.groupIds;
  stack.loseStreamRecords(functionArn('events-groups'), true);
  await admin(deleteGroup, { params: { id } });
  await product.settle();
  stack.loseStreamRecords(functionArn('events-groups'), false);
  expect(await groupIds()).toEqual([id]);
  await product.advance(60);
  await product.sweep();
  await product.settle();
  expect(await groupIds()).toEqual([]);
});
