/** Who gets no mail is found: on a real SNS engine, by the real clients. */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { buildApp } from 'fauxqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from '../../../infra/check/check.ts';
import { listEmailSubscriptions } from '../../../infra/check/subscriptions.ts';
import { parseConfig } from '../../../infra/config.ts';
import { REGION } from '../../../local/identity.ts';
import { RUNNER_CREDENTIALS } from '../../../local/wiring.ts';

const engine = buildApp({ logger: false, defaultRegion: REGION });
let endpoint: string;
let sns: SNSClient;
let alerts: string;
/** CloudFormation, of which one answer is needed. */
let cloudFormation: Server;

const topic = async (Name: string): Promise<string> =>
  (await sns.send(new CreateTopicCommand({ Name }))).TopicArn ?? '';

const subscribe = async (TopicArn: string, Endpoint: string): Promise<string> => {
  const { SubscriptionArn = '' } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint }));
  return SubscriptionArn;
};

/** Follows the link in the mail: the engine's token is the subscription's ARN. */
const confirm = (TopicArn: string, Token: string) => sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));

const describeStacks = (): string => `<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
  <StackName>remote-assist-dev</StackName><CreationTime>2026-01-31T12:00:00Z</CreationTime>
  <StackStatus>CREATE_COMPLETE</StackStatus>
  <Outputs><member><OutputKey>AlertsTopicArn</OutputKey><OutputValue>${alerts}</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

beforeAll(async () => {
  endpoint = await engine.listen({ port: 0, host: '127.0.0.1' });
  sns = new SNSClient({ endpoint, region: REGION, credentials: RUNNER_CREDENTIALS });
  alerts = await topic('alerts');
  cloudFormation = createServer((_request, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(describeStacks());
  });
  await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  sns.destroy();
  cloudFormation.close();
  await engine.close();
});

it('tells who confirmed, who did not, and who was unsubscribed', async () => {
  await confirm(alerts, await subscribe(alerts, 'well@example.com'));
  await subscribe(alerts, 'silent@example.com');
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscribe(alerts, 'gone@example.com') }));
  const operations = await topic('operations');
  await confirm(operations, await subscribe(operations, 'operations@example.com'));
  const config = parseConfig('prod', {
    prod: {
      cognito: { domainPrefix: 'acme' },
      alertEmails: ['well@example.com', 'silent@example.com', 'gone@example.com'],
      operationsEmails: ['operations@example.com'],
    },
  });
  const told: string[] = [];
  const outputs = { AlertsTopicArn: alerts, OperationsTopicArn: operations };
  const isWell = await check(
    config,
    outputs,
    (arn) => listEmailSubscriptions(sns, arn),
    (line) => told.push(line),
  );
  expect(isWell).toBe(false);
  expect(told).toEqual([
    'alertEmails:',
    expect.stringMatching(/^ {2}ok +well@example\.com/),
    expect.stringMatching(/^ {2}MISSING +silent@example\.com has not confirmed/),
    expect.stringMatching(/^ {2}MISSING +gone@example\.com is not subscribed/),
    'operationsEmails:',
    expect.stringMatching(/^ {2}ok +operations@example\.com/),
  ]);
});

const run = (stage: string, address: AddressInfo) =>
  promisify(execFile)(process.execPath, ['infra/check/main.ts', '--stage', stage, '--region', REGION], {
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: RUNNER_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: RUNNER_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_SNS: endpoint,
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${address.port}`,
    },
  });

it('as a command finds the stage’s topic by its stack', async () => {
  await subscribe(alerts, 'nobody-knows@example.com');
  const { stdout } = await run('dev', cloudFormation.address() as AddressInfo);
  expect(stdout).toContain('alertEmails: none');
  expect(stdout).toContain('other    nobody-knows@example.com is subscribed, though the stage does not name it');
});

it('refuses a stage that cdk.json does not have, and says which there are', async () => {
  const refused = run('prod', cloudFormation.address() as AddressInfo);
  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('no stage "prod"') });
});
