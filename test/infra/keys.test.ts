/**
 * Keys. All that functions touch is encrypted by AWS's keys in our account, whose policies let every principal of the
 * account use them through the service that it may use. So no function needs a grant on a key. The one key of the stack's
 * own is that of the topic of alarms, where CloudWatch alone publishes, which may not use AWS's. Whoever adds a key must
 * grant its use to each function that touches what it encrypts; this finds those that lack it.
 */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { CONTEXT } from '../../infra/context.ts';
import { asText, functionName, type Resource, resources, target, template } from './synthesis.ts';

/** Where each type of resource names its key. */
const KEY_PROPERTY: Readonly<Record<string, (properties: Resource['properties']) => unknown[]>> = {
  'AWS::DynamoDB::GlobalTable': ({ Replicas = [] }) =>
    Replicas.map((replica: Resource['properties']) => replica['SSESpecification']?.KMSMasterKeyId),
  'AWS::SQS::Queue': ({ KmsMasterKeyId }) => [KmsMasterKeyId],
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => [KmsMasterKeyId],
  'AWS::SecretsManager::Secret': ({ KmsKeyId }) => [KmsKeyId],
  'AWS::Logs::LogGroup': ({ KmsKeyId }) => [KmsKeyId],
  'AWS::Lambda::Function': ({ KmsKeyArn }) => [KmsKeyArn],
  'AWS::Events::EventBus': ({ KmsKeyIdentifier }) => [KmsKeyIdentifier],
};

type Encrypted = { readonly resource: string; readonly key: unknown };

const encrypted = (from: Template): Encrypted[] =>
  Object.entries(KEY_PROPERTY).flatMap(([type, keysOf]) =>
    resources(type, from).flatMap(({ id, properties }) =>
      keysOf(properties).flatMap((key) => (key === undefined ? [] : [{ resource: id, key }])),
    ),
  );

const keys = resources('AWS::KMS::Key');

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Who may use a resource, and not the key that it is encrypted with. */
const lackingKey = (from: Template): string[] => {
  const ids = new Set(resources('AWS::KMS::Key', from).map(({ id }) => id));
  const ours = encrypted(from).filter(({ key }) => ids.has(target(key) ?? ''));
  return resources('AWS::IAM::Policy', from).flatMap((policy) => {
    const statements = policy.properties['PolicyDocument'].Statement as Resource['properties'][];
    const on = (id: string, action: RegExp): boolean =>
      statements.some(
        ({ Effect, Action, Resource }) =>
          Effect === 'Allow' &&
          list(Action).some((name) => action.test(name)) &&
          list(Resource).some((one) => asText(one).includes(`\${${id}.`) || asText(one).includes(`\${${id}}`)),
      );
    return ours
      .filter(({ resource, key }) => on(resource, /^/) && !on(target(key) ?? '', /^kms:Decrypt/))
      .map(({ resource }) => `${functionName(policy)}: ${resource}`);
  });
};

test('everything that functions touch is encrypted with keys of AWS’s, for which nobody needs a grant', () => {
  const own = keys.map(({ id }) => id);
  const sealed = encrypted(template());
  expect(sealed.filter(({ key }) => own.includes(target(key) ?? '')).map(({ resource }) => resource)).toEqual([
    expect.stringMatching(/^Operations/),
  ]);
  const others = sealed.filter(({ key }) => !own.includes(target(key) ?? ''));
  for (const { key } of others) expect(asText(key)).toMatch(/:alias\/aws\/[a-z]+$/);
  expect(lackingKey(template())).toEqual([]);
});

test('keys of the stack’s rotate, and are for the account and for services on its behalf', () => {
  for (const { properties } of keys) {
    expect(properties['EnableKeyRotation']).toBe(true);
    for (const { Effect, Principal, Condition } of properties['KeyPolicy'].Statement) {
      expect(Effect).toBe('Allow');
      if (Principal.AWS) expect(asText(Principal.AWS)).toMatch(/:iam::\$\{AWS::AccountId\}:root$/);
      else expect(Condition.StringEquals).toHaveProperty('aws:SourceAccount');
    }
  }
});

test('a service that may send to what a key of the stack’s encrypts may use the key', () => {
  const usersOf = (statements: Resource['properties'][], action: RegExp): string[] =>
    statements
      .filter(({ Effect, Action }) => Effect === 'Allow' && list(Action).some((name) => action.test(name)))
      .flatMap(({ Principal }) => list(Principal.Service ?? []));
  const keyPolicies = new Map(keys.map(({ id, properties }) => [id, properties['KeyPolicy'].Statement]));
  const policies = [...resources('AWS::SNS::TopicPolicy'), ...resources('AWS::SQS::QueuePolicy')];
  for (const { resource, key } of encrypted(template())) {
    const policy = keyPolicies.get(target(key) ?? '');
    if (!policy) continue;
    const senders = policies
      .filter(({ properties }) =>
        (properties['Topics'] ?? properties['Queues']).some((one: unknown) => target(one) === resource),
      )
      .flatMap(({ properties }) => usersOf(properties['PolicyDocument'].Statement, /^(sns:Publish|sqs:SendMessage)$/));
    for (const action of [/^kms:Decrypt$/, /^kms:GenerateDataKey/]) {
      expect(usersOf(policy, action)).toEqual(expect.arrayContaining(senders));
    }
  }
});

test('no service of AWS’s sends to a topic that is encrypted with a key of AWS’s, which it may not use', () => {
  const topics = resources('AWS::SNS::Topic').filter(({ properties }) =>
    asText(properties['KmsMasterKeyId'] ?? '').includes('alias/aws/'),
  );
  const sends = [
    ...resources('AWS::CloudWatch::Alarm').flatMap(({ properties }) => [
      ...(properties['AlarmActions'] ?? []),
      ...(properties['OKActions'] ?? []),
    ]),
    ...resources('AWS::Events::Rule').flatMap(({ properties }) =>
      properties['Targets'].map(({ Arn }: { Arn: unknown }) => Arn),
    ),
  ].map(target);
  expect(topics).toHaveLength(1);
  for (const { id } of topics) expect(sends).not.toContain(id);
});

describe('a key of the stack’s own', () => {
  const withKey = (granted: boolean): Template => {
    const stack = new Stack(new App({ analyticsReporting: false, context: CONTEXT }), 'small');
    const key = new Key(stack, 'Key');
    const queue = new Queue(stack, 'Sealed', { encryption: QueueEncryption.KMS, encryptionMasterKey: key });
    const topic = new Topic(stack, 'SealedTopic', { masterKey: key });
    const role = new Role(stack, 'reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const resourcesUsed = [queue.queueArn, topic.topicArn];
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage', 'sns:Publish'], resources: resourcesUsed }));
    if (granted) key.grantEncryptDecrypt(role);
    return Template.fromStack(stack);
  };

  test('must be granted to who uses what it encrypts', () => {
    expect(lackingKey(withKey(false))).toEqual([
      expect.stringMatching(/^reader: Sealed/),
      expect.stringMatching(/^reader: SealedTopic/),
    ]);
    expect(lackingKey(withKey(true))).toEqual([]);
  });
});
