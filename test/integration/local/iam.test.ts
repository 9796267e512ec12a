/** IAM on the local stack: what a function's role does not allow is denied as AWS denies it. */
import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessKeyId } from '../../../local/functions/environment.ts';
import type { LocalStack } from '../../../local/stack.ts';
import { clientsOf, queueUrl } from './clients.ts';
import { createFixture } from './fixture.ts';

const TABLE = 'Fixture-Table';
const TABLE_ARN = `arn:aws:dynamodb:eu-central-1:000000000000:table/${TABLE}`;
const WORK_ARN = 'arn:aws:sqs:eu-central-1:000000000000:Fixture-Work';
const USER = 'User: arn:aws:sts::000000000000:assumed-role/Fixture-Role/Fixture-Writer';

const allow = (Action: string | string[], Resource: unknown, more = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

const fixture = createFixture();
let stack: LocalStack;
/** The clients of the function `writer`. */
let writer: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  fixture.edit((resources) => {
    const { Statement } = resources['Policy'].Properties.PolicyDocument;
    Statement.push(
      allow('dynamodb:GetItem', TABLE_ARN, {
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['mine-*'] } },
      }),
      allow('sqs:SendMessage', WORK_ARN),
      {
        Effect: 'Deny',
        Action: 'dynamodb:PutItem',
        Resource: TABLE_ARN,
        Condition: {
          'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'sealed' },
        },
      },
    );
    resources['QueuePolicy'] = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Inbox' }, { Ref: 'Work' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 'sqs:*',
              Resource: '*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
            },
          ],
        },
      },
    };
  });
  stack = await fixture.start();
  const fn = [...stack.model.functions.values()].find(({ name }) => name === 'writer');
  const credentials = { accessKeyId: fn ? accessKeyId(fn) : '', secretAccessKey: 'local' };
  writer = clientsOf({ aws: { ...stack.aws, credentials } });
});
afterAll(async () => {
  await stack?.stop();
  fixture.remove();
});

const key = (pk: string) => ({ pk: { S: pk } });
const put = (pk: string) => writer.dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: key(pk) }));
const get = (pk: string) => writer.dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: key(pk) }));

describe('a function', () => {
  it('may do what its role allows, and no more', async () => {
    await put('a');
    const denied = writer.dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: TABLE, Key: key('a') } }] }),
    );
    await expect(denied).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
      message: `${USER} is not authorized to perform: dynamodb:DeleteItem on resource: ${TABLE_ARN} because no identity-based policy allows the dynamodb:DeleteItem action`,
    });
  });

  it('is held to conditions', async () => {
    await expect(get('mine-1')).resolves.toBeDefined();
    await expect(get('yours')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('is denied what a statement denies, whatever allows it', async () => {
    await expect(put('sealed')).rejects.toMatchObject({
      message: `${USER} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE_ARN} with an explicit deny in an identity-based policy`,
    });
  });

  it('needs a permission for each item of a transaction, and without one changes nothing', async () => {
    const Put = { TableName: TABLE, Item: key('mine-2') };
    const ConditionCheck = { TableName: TABLE, Key: key('a'), ConditionExpression: 'attribute_exists(pk)' };
    const both = new TransactWriteItemsCommand({ TransactItems: [{ Put }, { ConditionCheck }] });
    await expect(writer.dynamodb.send(both)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:ConditionCheckItem'),
    });
    expect((await get('mine-2')).Item).toBeUndefined();
    await writer.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
    expect((await get('mine-2')).Item).toEqual(key('mine-2'));
  });

  it('is refused by each service in its own words', async () => {
    const send = writer.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl('DeadLetters'), MessageBody: 'x' }));
    await expect(send).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: expect.stringMatching(/ to perform: sqs:sendmessage on resource: \S+:Fixture-DeadLetters because/),
    });
    const topic = 'arn:aws:sns:eu-central-1:000000000000:Fixture-Topic';
    await expect(writer.sns.send(new PublishCommand({ TopicArn: topic, Message: 'x' }))).rejects.toMatchObject({
      Code: 'AuthorizationError',
      $metadata: { httpStatusCode: 403 },
      message: expect.stringContaining(`to perform: SNS:Publish on resource: ${topic}`),
    });
    const Entries = [{ EventBusName: 'fixture', Source: 's', DetailType: 'd', Detail: '{}' }];
    await expect(writer.events.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'events:PutEvents on resource: arn:aws:events:eu-central-1:000000000000:event-bus/fixture',
      ),
    });
  });

  it('may do what the policy on a resource allows it, over a connection that counts as encrypted', async () => {
    for (const name of ['Inbox', 'Work']) {
      const command = new SendMessageCommand({ QueueUrl: queueUrl(name), MessageBody: 'x' });
      await expect(writer.sqs.send(command)).resolves.toBeDefined();
    }
  });
});

it('a caller without a role, as tests are, may do everything', async () => {
  const clients = clientsOf(stack);
  await expect(
    clients.dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: key('yours') })),
  ).resolves.toBeDefined();
});

it('says what was used, what was not, and what was denied', () => {
  const { granted, used, denied } = stack.accessReport();
  const named = (grants: typeof granted) => grants.map(({ action, resource }) => `${action} ${resource}`);
  expect(named(granted)).toContain(`dynamodb:PutItem ${TABLE_ARN}`);
  expect(named(used)).toEqual(expect.arrayContaining([`dynamodb:PutItem ${TABLE_ARN}`, `sqs:SendMessage ${WORK_ARN}`]));
  // A mapping's own needs count as used; nothing sent to this queue yet does not.
  expect(named(used)).toContain(`sqs:ReceiveMessage ${WORK_ARN}`);
  expect(new Set(denied).size).toBe(denied.length);
  expect(denied).toContainEqual(expect.stringContaining('dynamodb:DeleteItem'));
});

describe('what AWS would refuse to make does not start', () => {
  const spoilt = createFixture();
  afterEach(() => spoilt.remove());

  it('a mapping whose function may not read its source', async () => {
    spoilt.edit((resources) => {
      const { PolicyDocument } = resources['Policy'].Properties;
      PolicyDocument.Statement = PolicyDocument.Statement.filter(
        ({ Action }: { Action: string[] }) => !Action.includes('dynamodb:GetRecords'),
      );
    });
    await expect(spoilt.start()).rejects.toThrow(
      /would refuse event source mapping StreamMapping: .* dynamodb:DescribeStream/,
    );
  });
});
