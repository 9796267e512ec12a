/** Every queue and topic is encrypted and takes TLS only; what ends up in a dead-letter queue is noticed. */
import { describe, expect, test } from 'vitest';
import { DEAD_LETTERS } from '../../infra/names.ts';
import { asText, type Properties, resources, target } from './synthesis.ts';

const queues = resources('AWS::SQS::Queue');
const policies = resources('AWS::SQS::QueuePolicy');
const alarms = resources('AWS::CloudWatch::Alarm');
const functions = resources('AWS::Lambda::Function');
const rules = resources('AWS::Events::Rule');
const subscriptions = resources('AWS::SNS::Subscription');
const mappings = resources('AWS::Lambda::EventSourceMapping');

/** Where each kind of resource names a dead-letter queue. */
const deadLetterQueues = new Set(
  [
    ...queues.map(({ properties }) => properties['RedrivePolicy']?.deadLetterTargetArn),
    ...functions.map(({ properties }) => properties['DeadLetterConfig']?.TargetArn),
    ...mappings.map(({ properties }) => properties['DestinationConfig']?.OnFailure?.Destination),
    ...rules.flatMap(({ properties }) =>
      properties['Targets'].map(({ DeadLetterConfig }: Properties) => DeadLetterConfig?.Arn),
    ),
    ...subscriptions.map(({ properties }) => properties['RedrivePolicy']?.deadLetterTargetArn),
    ...functions.map(({ properties }) => properties['Environment']?.Variables?.INBOX_DEAD_LETTER_QUEUE_ARN),
  ]
    .map(target)
    .filter((id) => id !== undefined),
);

const insecureIsDenied = (statements: readonly Record<string, unknown>[]): boolean =>
  statements.some(
    ({ Effect, Condition }) =>
      Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );

describe.each(queues.map((queue) => [queue.path, queue] as const))('%s', (_path, { id, properties }) => {
  test('is encrypted and takes TLS only', () => {
    expect(properties['SqsManagedSseEnabled']).toBe(true);
    const statements = policies
      .filter((policy) => policy.properties['Queues'].some((queue: unknown) => target(queue) === id))
      .flatMap((policy) => policy.properties['PolicyDocument'].Statement);
    expect(insecureIsDenied(statements)).toBe(true);
  });

  test('has a redrive or is a dead-letter queue', () => {
    expect(properties['RedrivePolicy'] !== undefined || deadLetterQueues.has(id)).toBe(true);
  });

  test.runIf(deadLetterQueues.has(id))('as a dead-letter queue keeps messages for 14 days and has an alarm', () => {
    expect(properties['MessageRetentionPeriod']).toBe(14 * 24 * 60 * 60);
    const [alarm] = alarms.filter(
      (candidate) =>
        candidate.properties['MetricName'] === 'ApproximateNumberOfMessagesVisible' &&
        candidate.properties['Dimensions'].some(({ Value }: { Value: unknown }) => target(Value) === id),
    );
    expect(alarm?.properties).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
  });
});

test('any inbox may redrive to the inboxes’ dead-letter queue, which itself redrives nowhere', () => {
  const deadLetters = queues.filter(({ properties }) => properties['RedriveAllowPolicy']);
  expect(deadLetters.map(({ properties }) => properties['RedriveAllowPolicy'])).toEqual([
    { redrivePermission: 'allowAll' },
  ]);
  // A message comes with five deliveries on its count, and would go on at once.
  expect(deadLetters[0]?.properties['RedrivePolicy']).toBeUndefined();
});

test('the inboxes’ dead-letter queue tells the removal of a stage that its stack is there', () => {
  const [deadLetters] = queues.filter(({ properties }) => properties['RedriveAllowPolicy']);
  expect(deadLetters?.id).toMatch(new RegExp(`^${DEAD_LETTERS}`));
  // It is called after the stack, then.
  expect(deadLetters?.properties).not.toHaveProperty('QueueName');
});

test('every alarm says what to do', () => {
  for (const { properties } of alarms) expect(properties['AlarmDescription'].length).toBeGreaterThan(40);
});

describe.each(resources('AWS::SNS::Topic').map((topic) => [topic.path, topic] as const))('%s', (path, topic) => {
  test('is encrypted and takes TLS only', () => {
    const key = topic.properties['KmsMasterKeyId'];
    // CloudWatch may not use AWS's key, so the topic of alarms has its own.
    if (path.includes('/Operations/')) expect(target(key)).toMatch(/^OperationsKey/);
    else expect(asText(key)).toContain(':alias/aws/sns');
    const statements = resources('AWS::SNS::TopicPolicy')
      .filter(({ properties }) => properties['Topics'].some((each: unknown) => target(each) === topic.id))
      .flatMap(({ properties }) => properties['PolicyDocument'].Statement);
    expect(insecureIsDenied(statements)).toBe(true);
  });
});
