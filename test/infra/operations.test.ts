/** What tells those who run the system that something is wrong: alarms on all there is, whom they reach, and the runbook. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { METRICS, NAMESPACE } from '../../lib/metrics/model.ts';
import { STANDING } from '../simulate/cost.ts';
import {
  asText,
  buildStack,
  functionName,
  type Properties,
  type Resource,
  resources,
  target,
  testConfig,
} from './synthesis.ts';

const alarms = resources('AWS::CloudWatch::Alarm');
const functions = resources('AWS::Lambda::Function');
const tables = resources('AWS::DynamoDB::GlobalTable');
const queues = resources('AWS::SQS::Queue');
const mappings = resources('AWS::Lambda::EventSourceMapping');
const rules = resources('AWS::Events::Rule');

type Watched = { alarm: Resource; metric: string; namespace: string; of: string[] };

/** Every metric that an alarm watches, and the resources that it is of. */
const watched: Watched[] = alarms.flatMap((alarm) => {
  const { MetricName, Namespace, Dimensions = [], Metrics = [] } = alarm.properties;
  const of = (dimensions: Properties[]) => dimensions.map(({ Value }) => target(Value) ?? String(Value));
  return [
    ...(MetricName ? [{ alarm, metric: MetricName, namespace: Namespace, of: of(Dimensions) }] : []),
    ...Metrics.flatMap(({ MetricStat }: Properties) =>
      MetricStat
        ? [
            {
              alarm,
              metric: MetricStat.Metric.MetricName,
              namespace: MetricStat.Metric.Namespace,
              of: of(MetricStat.Metric.Dimensions ?? []),
            },
          ]
        : [],
    ),
  ];
});

const metricsOf = (id: string, namespace: string): string[] =>
  watched
    .filter((each) => each.namespace === namespace && each.of.includes(id))
    .map(({ metric }) => metric)
    .sort();

describe('an alarm watches', () => {
  test.each(functions.map((fn) => [functionName(fn), fn.id]))('the errors of %s', (_, id) => {
    expect(metricsOf(id, 'AWS/Lambda')).toContain('Errors');
  });

  test('the throttles of all functions together, since none has concurrency of its own', () => {
    expect(watched).toContainEqual(expect.objectContaining({ namespace: 'AWS/Lambda', metric: 'Throttles', of: [] }));
    for (const { properties } of functions) expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test.each(
    mappings
      .filter(({ properties }) => JSON.stringify(properties['EventSourceArn']).includes('StreamArn'))
      .map(({ path, properties }) => [path, target(properties['FunctionName']) ?? '']),
  )('how far behind its stream %s is', (_, id) => {
    expect(metricsOf(id, 'AWS/Lambda').filter((metric) => metric === 'IteratorAge')).toHaveLength(1);
  });

  test.each(
    rules
      .filter(({ properties }) => properties['ScheduleExpression'])
      .map((rule) => [functionName(rule), rule] as const),
  )('whether %s runs', (_, { properties }) => {
    const [{ Arn }] = properties['Targets'];
    expect(metricsOf(target(Arn) ?? '', 'AWS/Lambda')).toContain('Invocations');
  });

  test.each(queues.map(({ path, id }) => [path, id]))('what is in %s', (_, id) => {
    expect(metricsOf(id, 'AWS/SQS')).toEqual(['ApproximateNumberOfMessagesVisible']);
  });

  test.each(tables.map(({ path, id }) => [path, id]))('the throttles of %s', (_, id) => {
    const indexes = tables.find((table) => table.id === id)?.properties['GlobalSecondaryIndexes'] ?? [];
    const resources = [[id], ...indexes.map(({ IndexName }: Properties) => [IndexName, id])];
    const seen = watched.filter(({ namespace, of }) => namespace === 'AWS/DynamoDB' && of.includes(id));
    const expected = resources.flatMap((of) => ['ReadThrottleEvents', 'WriteThrottleEvents'].map((m) => [m, ...of]));
    expect(seen.map(({ metric, of }) => [metric, ...of]).sort()).toEqual(expected.sort());
  });

  test('as many metrics in all as the cost of a fleet is counted with', () => {
    const usual = Template.fromStack(buildStack(testConfig('test', { auditExport: 'none' })).stack);
    const metrics = resources('AWS::CloudWatch::Alarm', usual).map(({ properties }) =>
      properties['MetricName'] ? 1 : properties['Metrics'].filter((each: Properties) => each['MetricStat']).length,
    );
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(STANDING.alarmMetric);
    usual.resourceCountIs('AWS::CloudWatch::Dashboard', STANDING.dashboard);
    usual.resourceCountIs('AWS::SecretsManager::Secret', STANDING.secret);
    usual.resourceCountIs('AWS::KMS::Key', STANDING.key);
  });

  test('no more than the ten metrics that CloudWatch takes in one', () => {
    for (const { id } of alarms) {
      expect(watched.filter(({ alarm }) => alarm.id === id).length).toBeLessThanOrEqual(10);
    }
  });

  test('what the API answers, and what it refuses as too much, which its access log counts', () => {
    expect(watched.filter(({ namespace }) => namespace === 'AWS/ApiGateway').map(({ metric }) => metric)).toEqual([
      '5xx',
    ]);
    const [filter] = resources('AWS::Logs::MetricFilter');
    const [{ MetricName, MetricNamespace, Dimensions }] = filter?.properties['MetricTransformations'] ?? [];
    expect(watched).toContainEqual(
      expect.objectContaining({ namespace: MetricNamespace, metric: MetricName, of: ['test'] }),
    );
    // API Gateway may leave out of its logs what it refuses in a storm: Lambda's own count shows the other side of it.
    const poll = functions.find((fn) => functionName(fn) === 'agent-poll');
    expect(metricsOf(poll?.id ?? '', 'AWS/Lambda')).toContain('Invocations');
    // The pattern and the dimension are of members that the access log has.
    const [stage] = resources('AWS::ApiGatewayV2::Stage');
    const line = JSON.parse(stage?.properties['AccessLogSettings'].Format);
    expect(filter?.properties['FilterPattern']).toBe('{ $.status = "429" }');
    expect(line).toMatchObject({ status: '$context.status', stage: 'test' });
    expect(Dimensions).toEqual([{ Key: 'stage', Value: '$.stage' }]);
  });

  test('only metrics of ours that the functions count', () => {
    const ours = watched.filter(({ namespace }) => namespace === NAMESPACE).map(({ metric }) => metric);
    expect(ours.length).toBeGreaterThan(1);
    expect(ours.filter((metric) => metric !== 'RequestsRefused' && !(metric in METRICS))).toEqual([]);
  });
});

describe('alarms reach people', () => {
  const [topic] = resources('AWS::SNS::Topic').filter(({ path }) => path.includes('/Operations/'));

  test('each tells when it goes off and when it is over', () => {
    for (const { properties } of alarms) {
      expect(properties['AlarmActions'].map(target)).toEqual([topic?.id]);
      expect(properties['OKActions'].map(target)).toEqual([topic?.id]);
    }
  });

  test('CloudWatch may publish to the topic and use its key, for alarms of this account', () => {
    const allowed = (statements: Properties[], actions: string[]) =>
      statements.filter(
        ({ Effect, Principal, Action, Condition }) =>
          Effect === 'Allow' &&
          Principal.Service === 'cloudwatch.amazonaws.com' &&
          JSON.stringify([Action].flat()) === JSON.stringify(actions) &&
          target(Condition?.StringEquals?.['aws:SourceAccount']) === 'AWS::AccountId',
      );
    const [policy] = resources('AWS::SNS::TopicPolicy').filter(({ properties }) =>
      properties['Topics'].some((each: unknown) => target(each) === topic?.id),
    );
    expect(allowed(policy?.properties['PolicyDocument'].Statement, ['sns:Publish'])).toHaveLength(1);
    const [key] = resources('AWS::KMS::Key').filter(({ id }) => id === target(topic?.properties['KmsMasterKeyId']));
    expect(allowed(key?.properties['KeyPolicy'].Statement, ['kms:Decrypt', 'kms:GenerateDataKey*'])).toHaveLength(1);
    expect(key?.properties['EnableKeyRotation']).toBe(true);
  });

  test('who is to be told is in the stage’s configuration, and a stage that lasts is warned when nobody is', () => {
    const subscribed = resources('AWS::SNS::Subscription').filter(
      ({ properties }) => target(properties['TopicArn']) === topic?.id,
    );
    expect(subscribed.map(({ properties }) => properties['Endpoint'])).toEqual(['operations@example.com']);
    const { stack } = buildStack(testConfig('quiet', { operationsEmails: [] }));
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('told to nobody'));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 0);
    for (const { properties } of resources('AWS::CloudWatch::Alarm', template)) {
      expect(properties['AlarmActions']).toBeUndefined();
    }
  });
});

describe('the runbook', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const webhooks = [{ name: 'NAME', url: 'https://example.com/hook' }];
  /** With a webhook, which a stage calls as it likes. */
  const all = resources(
    'AWS::CloudWatch::Alarm',
    Template.fromStack(buildStack(testConfig('book', { webhooks })).stack),
  );
  const names = all.map(({ properties }) => String(properties['AlarmName']).replace(/^remote-assist-book\//, ''));
  /** The first column of its tables of alarms. */
  const rows = [...runbook.matchAll(/^\| `([\w/-]+\/[A-Z]\w+)` +\|/gm)].map(([, name = '']) => name);

  test('has a line for every alarm, and for none that there is not', () => {
    expect(rows.sort()).toEqual([...names].sort());
  });

  test('is what every alarm’s text leads to, beside what to do', () => {
    for (const { properties } of all) {
      const name = properties['AlarmName'].replace(/^remote-assist-book\//, '');
      expect(properties['AlarmDescription']).toMatch(new RegExp(`^.{40,} More in docs/runbook.md under ${name}\\.$`));
    }
  });
});

describe('the dashboard', () => {
  const [dashboard] = resources('AWS::CloudWatch::Dashboard');
  const body = asText(dashboard?.properties['DashboardBody']);

  test('is what CloudWatch can read', () => {
    const { widgets } = JSON.parse(body.replaceAll(/\$\{[^}]*\}/g, 'x'));
    expect(widgets.length).toBeGreaterThan(10);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  test('shows every metric of ours, and every function, queue, table and alarm', () => {
    for (const metric of Object.keys(METRICS)) expect(body).toContain(`"${metric}"`);
    for (const { id } of functions) expect(body).toContain(`\${${id}}`);
    for (const { id } of queues) expect(body).toContain(`\${${id}.QueueName}`);
    for (const { id } of tables) expect(body).toContain(`\${${id}}`);
    for (const { id } of alarms) expect(body).toContain(`\${${id}.Arn}`);
  });
});
