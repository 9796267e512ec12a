/**
 * Where data lies: only in what is known here to be encrypted, and for how long. A resource of a type that is not in the
 * list is a new place for data, and needs an answer before it is added.
 */
import { expect, test } from 'vitest';
import { functionName, resources, template } from './synthesis.ts';

/** Types of resources that keep what they are given, and where a test holds them to their encryption. */
const STORES = {
  'AWS::DynamoDB::GlobalTable': 'tables.test.ts: KMS, point-in-time recovery, deletion protection',
  'AWS::SQS::Queue': 'queues.test.ts: SSE, TLS only',
  'AWS::SNS::Topic': 'queues.test.ts: KMS, TLS only',
  'AWS::Logs::LogGroup': 'here: encrypted by CloudWatch Logs always, kept for the stage’s days',
  'AWS::Events::EventBus': 'encrypted by EventBridge always; passes events on and keeps none',
  'AWS::Events::Connection': 'its key lies in Secrets Manager, where EventBridge puts it',
  'AWS::SecretsManager::Secret': 'encrypted by Secrets Manager always; a key of AWS’s in our account',
  'AWS::Cognito::UserPool': 'cognito.test.ts: encrypted by Cognito always, deletion protection',
};

/** Types that keep nothing of what passes through them. */
const KEEP_NOTHING =
  /^AWS::(ApiGatewayV2|CloudWatch|IAM|Lambda|CDK)::|^AWS::Events::(Rule|ApiDestination)$|^AWS::(SQS::Queue|SNS::Topic)Policy$|^AWS::SNS::Subscription$|^AWS::SecretsManager::ResourcePolicy$|^AWS::Logs::(ResourcePolicy|MetricFilter)$|^AWS::KMS::Key$/;

test('data lies in what is known to be encrypted, and nowhere else', () => {
  const types = new Set(Object.values(template().toJSON()['Resources']).map((each) => (each as { Type: string }).Type));
  const unknown = [...types].filter((type) => !(type in STORES) && !KEEP_NOTHING.test(type));
  expect(unknown).toEqual([]);
});

test('what outlives the stack is what the removal of a stage knows (infra/remove/kept.ts), and deploy.md names', () => {
  const all = Object.values(template().toJSON()['Resources']) as { Type: string; DeletionPolicy?: string }[];
  const kept = new Set(
    all.filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain')).map(({ Type }) => Type),
  );
  // Of the user pool, which this stage has not, see cognito.test.ts.
  expect([...kept].sort()).toEqual([
    'AWS::DynamoDB::GlobalTable',
    'AWS::Logs::LogGroup',
    'AWS::SecretsManager::Secret',
  ]);
});

test('nothing archives events', () => {
  template().resourceCountIs('AWS::Events::Archive', 0);
});

test('logs go after the stage’s days, and stay when the stack goes', () => {
  const groups = resources('AWS::Logs::LogGroup');
  expect(groups.length).toBeGreaterThan(10);
  for (const group of groups) {
    expect([functionName(group), group.properties['RetentionInDays']]).toEqual([
      functionName(group),
      expect.any(Number),
    ]);
  }
  template().allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'RetainExceptOnCreate' });
});

test('the API and its functions are reached with TLS only', () => {
  // An HTTP API has no port without it, and functions have no URL of their own.
  template().resourceCountIs('AWS::Lambda::Url', 0);
  template().allResourcesProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' });
});
