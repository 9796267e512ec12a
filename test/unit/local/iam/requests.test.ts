/** What each call needs to be allowed, as IAM sees it. */
import { expect, it } from 'vitest';
import { createAccessReader } from '../../../../local/iam/requests/requests.ts';
import { arn } from '../../../../local/identity.ts';
import type { TableModel } from '../../../../local/resources/model.ts';

const hash = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }];
const table = (name: string): TableModel => ({
  name,
  arn: arn('dynamodb', `table/${name}`),
  definition: {
    KeySchema: hash('pk'),
    AttributeDefinitions: [],
    GlobalSecondaryIndexes: [{ IndexName: 'byState', KeySchema: hash('state'), Projection: {} }],
  },
});
const SECRET = arn('secretsmanager', 'secret:s-123456');
const read = createAccessReader({ tables: [table('a'), table('b')], secrets: [{ name: 's', arn: SECRET }] });

const accesses = (service: string, action: string, body: unknown) =>
  read({ service, action, body: typeof body === 'string' ? body : JSON.stringify(body) });
const named = (service: string, action: string, body: unknown) =>
  accesses(service, action, body).map((access) => [access.action, access.resource]);
const valuesOf = (key: string, service: string, action: string, body: unknown) =>
  accesses(service, action, body).map(({ context }) => context(key));

const A = 'arn:aws:dynamodb:eu-central-1:000000000000:table/a';
const B = 'arn:aws:dynamodb:eu-central-1:000000000000:table/b';
const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:q';
const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/000000000000/q';

it.each<[string, string, unknown, string[][]]>([
  ['dynamodb', 'GetItem', { TableName: 'a', Key: {} }, [['dynamodb:GetItem', A]]],
  ['dynamodb', 'PutItem', { TableName: A, Item: {} }, [['dynamodb:PutItem', A]]],
  ['dynamodb', 'Query', { TableName: 'a' }, [['dynamodb:Query', A]]],
  ['dynamodb', 'Query', { TableName: 'a', IndexName: 'byState' }, [['dynamodb:Query', `${A}/index/byState`]]],
  ['dynamodb', 'Scan', { TableName: 'a', IndexName: 'byState' }, [['dynamodb:Scan', `${A}/index/byState`]]],
  [
    'dynamodb',
    'BatchGetItem',
    { RequestItems: { a: { Keys: [] }, b: { Keys: [] } } },
    [
      ['dynamodb:BatchGetItem', A],
      ['dynamodb:BatchGetItem', B],
    ],
  ],
  [
    'dynamodb',
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 'a', Item: {} } },
        { Update: { TableName: 'b', Key: {} } },
        { Delete: { TableName: 'a', Key: {} } },
        { ConditionCheck: { TableName: 'b', Key: {} } },
      ],
    },
    [
      ['dynamodb:PutItem', A],
      ['dynamodb:UpdateItem', B],
      ['dynamodb:DeleteItem', A],
      ['dynamodb:ConditionCheckItem', B],
    ],
  ],
  [
    'dynamodb',
    'TransactGetItems',
    { TransactItems: [{ Get: { TableName: 'b', Key: {} } }] },
    [['dynamodb:GetItem', B]],
  ],
  ['dynamodb', 'ExecuteStatement', { Statement: 'SELECT * FROM a' }, [['dynamodb:ExecuteStatement', '*']]],
  ['sqs', 'ReceiveMessage', { QueueUrl }, [['sqs:ReceiveMessage', QUEUE]]],
  ['sqs', 'SendMessageBatch', { QueueUrl, Entries: [] }, [['sqs:SendMessage', QUEUE]]],
  ['sqs', 'GetQueueUrl', { QueueName: 'q' }, [['sqs:GetQueueUrl', QUEUE]]],
  ['sqs', 'CreateQueue', { QueueName: 'q' }, [['sqs:CreateQueue', QUEUE]]],
  [
    'sqs',
    'CreateQueue',
    { QueueName: 'q', tags: { stage: 'x' } },
    [
      ['sqs:CreateQueue', QUEUE],
      ['sqs:TagQueue', QUEUE],
    ],
  ],
  ['sqs', 'ListQueues', {}, [['sqs:ListQueues', '*']]],
  ['sqs', 'StartMessageMoveTask', { SourceArn: QUEUE }, [['sqs:StartMessageMoveTask', QUEUE]]],
  ['sns', 'Publish', 'Action=Publish&TopicArn=arn%3At', [['sns:Publish', 'arn:t']]],
  ['sns', 'PublishBatch', 'Action=PublishBatch&TopicArn=arn%3At', [['sns:Publish', 'arn:t']]],
  ['sns', 'Publish', 'Action=Publish&PhoneNumber=1', [['sns:Publish', '*']]],
  [
    'events',
    'PutEvents',
    { Entries: [{ EventBusName: 'bus' }, { EventBusName: arn('events', 'event-bus/other') }, {}] },
    [
      ['events:PutEvents', 'arn:aws:events:eu-central-1:000000000000:event-bus/bus'],
      ['events:PutEvents', 'arn:aws:events:eu-central-1:000000000000:event-bus/other'],
      ['events:PutEvents', 'arn:aws:events:eu-central-1:000000000000:event-bus/default'],
    ],
  ],
  ['secretsmanager', 'GetSecretValue', { SecretId: SECRET }, [['secretsmanager:GetSecretValue', SECRET]]],
  ['secretsmanager', 'PutSecretValue', { SecretId: 's' }, [['secretsmanager:PutSecretValue', SECRET]]],
  ['secretsmanager', 'GetSecretValue', { SecretId: 'other' }, [['secretsmanager:GetSecretValue', 'other']]],
  ['s3', 'PutObject', {}, [['s3:PutObject', '*']]],
])('%s %s %j', (service, action, body, expected) => {
  expect(named(service, action, body)).toEqual(expected);
});

it.each([
  ['dynamodb', 'GetItem', 'no JSON'],
  ['dynamodb', 'GetItem', '{"TableName":7}'],
  ['dynamodb', 'TransactWriteItems', '{"TransactItems":[]}'],
  ['dynamodb', 'TransactWriteItems', '{"TransactItems":[{"Put":{}}]}'],
  ['events', 'PutEvents', '{"Entries":[]}'],
])('needs everything for what it cannot read: %s %s %s', (service, action, body) => {
  expect(named(service, action, body)).toEqual([[`${service}:${action}`, '*']]);
});

const text = (S: string) => ({ S });
it.each<[string, unknown, (string[] | undefined)[]]>([
  ['GetItem', { TableName: 'a', Key: { pk: text('k'), sk: text('s') } }, [['k']]],
  ['PutItem', { TableName: 'a', Item: { pk: { N: '1' } } }, [['1']]],
  ['PutItem', { TableName: 'unknown', Item: { pk: text('k') } }, [undefined]],
  ['BatchGetItem', { RequestItems: { a: { Keys: [{ pk: text('k') }, { pk: text('l') }] } } }, [['k', 'l']]],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        a: [{ PutRequest: { Item: { pk: text('k') } } }, { DeleteRequest: { Key: { pk: text('l') } } }],
      },
    },
    [['k', 'l']],
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 'a', Item: { pk: text('k') } } },
        { Delete: { TableName: 'b', Key: { pk: text('l') } } },
      ],
    },
    [['k'], ['l']],
  ],
  [
    'Query',
    {
      TableName: 'a',
      KeyConditionExpression: 'begins_with(sk, :s) AND #p = :k',
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':k': text('k'), ':s': text('s') },
    },
    [['k']],
  ],
  [
    'Query',
    {
      TableName: 'a',
      IndexName: 'byState',
      KeyConditionExpression: 'state = :k',
      ExpressionAttributeValues: { ':k': text('open') },
    },
    [['open']],
  ],
  ['Scan', { TableName: 'a' }, [undefined]],
])('the partition keys of %s %j', (action, body, expected) => {
  expect(valuesOf('dynamodb:leadingkeys', 'dynamodb', action, body)).toEqual(expected);
});

it('says what else conditions ask for', () => {
  const transaction = { TransactItems: [{ Put: { TableName: 'a', Item: {} } }] };
  const within = valuesOf('dynamodb:enclosingoperation', 'dynamodb', 'TransactWriteItems', transaction);
  expect(within).toEqual([['TransactWriteItems']]);
  const entries = { Entries: [{ Source: 's', DetailType: 'd' }] };
  expect(valuesOf('events:source', 'events', 'PutEvents', entries)).toEqual([['s']]);
  expect(valuesOf('events:detail-type', 'events', 'PutEvents', entries)).toEqual([['d']]);
  const queue = { QueueName: 'q', tags: { stage: 'x' } };
  expect(valuesOf('aws:tagkeys', 'sqs', 'CreateQueue', queue)).toEqual([['stage'], ['stage']]);
  expect(valuesOf('aws:requesttag/stage', 'sqs', 'CreateQueue', queue)).toEqual([['x'], ['x']]);
});
