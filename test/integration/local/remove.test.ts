/** What is left of a stage is taken away: on a real SQS engine, by the real client, whatever comes between. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateQueueCommand, DeleteQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { countInboxes, deleteInboxes, stackIsThere } from '../../../infra/remove/inboxes.ts';
import { readOptions } from '../../../infra/remove/options.ts';
import { type AwsHandler, type Interceptor, jsonError, jsonReply } from '../../../local/aws/call.ts';
import { CallCounts } from '../../../local/aws/call-counts.ts';
import { type AwsGateway, startAwsGateway } from '../../../local/aws/gateway.ts';
import { sqsHandler } from '../../../local/aws/sqs.ts';
import { startFauxqs } from '../../../local/engines/fauxqs.ts';
import { REGION } from '../../../local/identity.ts';
import { Waker } from '../../../local/waker.ts';
import { RUNNER_CREDENTIALS } from '../../../local/wiring.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'remote-assist-remove-'));
let engine: Awaited<ReturnType<typeof startFauxqs>>;
let gateway: AwsGateway;
let sqs: SQSClient;

/** Answers in two pages, so that what stands on the second is found only by whoever asks for it. */
const dynamodb: AwsHandler = async ({ body }) =>
  jsonReply(
    200,
    JSON.parse(body).ExclusiveStartTableName
      ? { TableNames: ['remote-assist-prod-TablesdevicesTable-A1', 'remote-assist-prod2-TablesdevicesTable-A2'] }
      : { TableNames: ['orders'], LastEvaluatedTableName: 'orders' },
  );
const tags = (stage: string) => [
  { Key: 'app', Value: 'remote-assist' },
  { Key: 'stage', Value: stage },
];
const secretsmanager: AwsHandler = async ({ body }) =>
  jsonReply(
    200,
    JSON.parse(body).NextToken
      ? { SecretList: [{ ARN: 'arn:prod', Tags: tags('prod') }] }
      : { SecretList: [{ ARN: 'arn:dev', Tags: tags('dev') }, { ARN: 'arn:none' }], NextToken: 'more' },
  );

beforeAll(async () => {
  engine = await startFauxqs(dataDir);
  gateway = await startAwsGateway(new CallCounts(), () => {});
  const handlers = { sqs: sqsHandler(engine.engine, new Waker()), dynamodb, secretsmanager };
  gateway.open(new Map([[RUNNER_CREDENTIALS.accessKeyId, { name: 'admin', arn: 'arn:admin' }]]), handlers);
  sqs = new SQSClient({
    endpoint: gateway.endpoint,
    region: REGION,
    credentials: RUNNER_CREDENTIALS,
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  await gateway.stop();
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
afterEach(() => {
  gateway.interceptors.length = 0;
});

const create = (name: string) => sqs.send(new CreateQueueCommand({ QueueName: name }));
const createInboxes = async (stage: string, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await create(`remote-assist-${stage}-inbox-dev_${stage}${index}`);
};
const queues = async (prefix = ''): Promise<string[]> =>
  ((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }))).QueueUrls ?? []).map((url) =>
    url.slice(url.lastIndexOf('/') + 1),
  );
const intercept = (interceptor: Interceptor) => gateway.interceptors.push(interceptor);
/** In small pages, so that there are several, and without the pause that SQS's slow lists need. */
const options = { pageSize: 10, lookAgainMs: 0 };

const remove = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['infra/remove/main.ts', ...args], {
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: gateway.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: RUNNER_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: RUNNER_CREDENTIALS.secretAccessKey,
    },
  });

it('deletes the inboxes of a stage, page by page, and of no other', async () => {
  await createInboxes('one', 35);
  await createInboxes('one2', 2);
  expect(await countInboxes(sqs, 'one', 10)).toBe(35);
  const told: number[] = [];
  expect(await deleteInboxes(sqs, 'one', { ...options, progress: (count) => told.push(count) })).toBe(35);
  expect(await countInboxes(sqs, 'one')).toBe(0);
  expect(await countInboxes(sqs, 'one2')).toBe(2);
  expect(told.length).toBeGreaterThan(3);
  expect(told.at(-1)).toBe(35);
});

it('does not mind an inbox that vanished meanwhile', async () => {
  await createInboxes('vanishing', 5);
  let vanished = false;
  intercept(async ({ action, body }) => {
    if (action !== 'DeleteQueue' || vanished) return undefined;
    vanished = true;
    await sqs.send(new DeleteQueueCommand({ QueueUrl: JSON.parse(body).QueueUrl }));
    return undefined;
  });
  expect(await deleteInboxes(sqs, 'vanishing', options)).toBe(4);
  expect(await countInboxes(sqs, 'vanishing')).toBe(0);
});

it('deletes what is made again while it deletes, and gives up where that does not end', async () => {
  await createInboxes('returning', 3);
  let returns = 2;
  intercept(async ({ action }) => {
    if (action === 'ListQueues' && returns-- > 0) await create('remote-assist-returning-inbox-dev_again');
    return undefined;
  });
  expect(await deleteInboxes(sqs, 'returning', options)).toBeGreaterThan(3);
  expect(await countInboxes(sqs, 'returning')).toBe(0);
  returns = Number.POSITIVE_INFINITY;
  await expect(deleteInboxes(sqs, 'returning', { ...options, mostLooks: 3 })).rejects.toThrow(/keep coming back/);
});

it('goes on where it was when it is run again after it was cut off', async () => {
  await createInboxes('cut', 30);
  let left = 12;
  const cut: Interceptor = ({ action }) =>
    action === 'DeleteQueue' && left-- <= 0 ? jsonError('AccessDeniedException', 'cut off') : undefined;
  intercept(cut);
  await expect(deleteInboxes(sqs, 'cut', options)).rejects.toThrow('cut off');
  gateway.interceptors.length = 0;
  const rest = await countInboxes(sqs, 'cut');
  expect(rest).toBe(18);
  expect(await deleteInboxes(sqs, 'cut', options)).toBe(18);
});

it('by its command line counts, deletes with --yes through throttles, and prints what deletes the rest', async () => {
  await createInboxes('prod', 3);
  const dry = await remove('--stage', 'prod');
  expect(dry.stderr).toContain('3 inboxes, remote-assist-prod-inbox-…: add --yes');
  expect(await countInboxes(sqs, 'prod')).toBe(3);

  let throttled = 0;
  intercept(({ action }) =>
    action === 'DeleteQueue' && throttled++ < 2 ? jsonError('RequestThrottled', 'slow down') : undefined,
  );
  const { stdout, stderr } = await remove('--stage', 'prod', '--yes');
  expect(throttled).toBeGreaterThan(3);
  expect(stderr).toContain('3 inboxes deleted, and none is left.');
  expect(await queues('remote-assist-prod-')).toEqual([]);
  expect(stdout.trim().split('\n')).toEqual([
    `export AWS_REGION=${REGION}`,
    'aws dynamodb update-table --table-name remote-assist-prod-TablesdevicesTable-A1 --no-deletion-protection-enabled',
    'aws dynamodb wait table-exists --table-name remote-assist-prod-TablesdevicesTable-A1',
    'aws dynamodb delete-table --table-name remote-assist-prod-TablesdevicesTable-A1',
    'aws secretsmanager delete-secret --secret-id arn:prod --recovery-window-in-days 30',
    expect.stringContaining('--log-group-name-prefix remote-assist-prod- '),
    expect.stringContaining('--log-group-name-prefix /aws/vendedlogs/remote-assist-prod- '),
    expect.stringContaining("Name=='remote-assist-prod-admins'"),
  ]);
});

it('touches nothing, and prints no command, while the stack is there', async () => {
  await createInboxes('live', 2);
  await create('remote-assist-live-InboxesDeadLetters6F2A-X1');
  expect(await stackIsThere(sqs, 'live')).toBe(true);
  await expect(remove('--stage', 'live', '--yes')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/remote-assist-live is still there.*cdk destroy -c stage=live/s),
  });
  expect(await countInboxes(sqs, 'live')).toBe(2);
});

it.each([
  ['a prefix in place of a stage', ['--stage', 'a-inbox'], /--stage must be 1 to 16 lower-case letters/],
  ['an unknown option', ['--stage', 'a', '--force'], /--force/],
])('refuses %s', (_what, args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

it('ends with 2 on wrong usage, and says what is right', async () => {
  const usage = expect.stringMatching(/--stage NAME is needed.*Usage: npm run remove/s);
  await expect(remove()).rejects.toMatchObject({ code: 2, stderr: usage });
});
