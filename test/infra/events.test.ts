/** Nothing that is written, published or due is lost: stream consumers, rules, schedules and their failure queues. */
import { describe, expect, test } from 'vitest';
import { ALERT_EVENT_TYPES } from '../../lib/alerts/rules.ts';
import { connectorsKey, deviceKey, groupKey, jobCountsKey, jobKey, requestKey, taskKey } from '../../lib/aws/keys.ts';
import { TABLES, type TableDefinition } from '../../lib/aws/tables.ts';
import { EVENT_TYPES } from '../../lib/events/model.ts';
import type { Id } from '../../lib/ids.ts';
import { TIMELINE_EVENT_TYPES } from '../../lib/timeline/model.ts';
import { functionName, type Properties, resources, target } from './synthesis.ts';

const queueIds = resources('AWS::SQS::Queue').map(({ id }) => id);
const mappings = resources('AWS::Lambda::EventSourceMapping');
const streams = mappings.filter(({ properties }) => JSON.stringify(properties['EventSourceArn']).includes('StreamArn'));
const rules = resources('AWS::Events::Rule');
const functions = new Map(resources('AWS::Lambda::Function').map((fn) => [fn.id, fn]));
const tables = new Map(resources('AWS::DynamoDB::GlobalTable').map(({ id, path }) => [id, path.split('/')[2]]));

const followed = (name: string) =>
  streams
    .filter((mapping) => functionName(mapping) === name)
    .map(({ properties }) => tables.get(target(properties['EventSourceArn']) ?? ''))
    .sort();

const ruleOf = (name: string): Properties | undefined =>
  rules.find((candidate) => functionName(candidate) === name)?.properties;

describe.each(streams.map((mapping) => [mapping.path, mapping.properties] as const))('%s', (_path, properties) => {
  test('reports failures by record, and what fails for long has a place to go', () => {
    expect(properties).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
    });
    expect(queueIds).toContain(target(properties['DestinationConfig'].OnFailure.Destination));
  });

  test('gives up while the stream still has the record', () => {
    expect(properties['MaximumRecordAgeInSeconds']).toBeGreaterThanOrEqual(60 * 60);
    expect(properties['MaximumRecordAgeInSeconds']).toBeLessThan(24 * 60 * 60);
  });
});

test('every stream is relayed, and restarts are followed by events-jobs', () => {
  const withStream = Object.entries<TableDefinition>(TABLES).filter(([, { stream }]) => stream);
  expect(followed('events-relay')).toEqual(withStream.map(([name]) => name).sort());
  expect(followed('events-jobs')).toEqual(['restarts']);
});

test('events-jobs gets jobs and tasks, and not the counts that it writes itself', () => {
  const mapping = streams.find((candidate) => functionName(candidate) === 'events-jobs');
  const [filter] = mapping?.properties['FilterCriteria'].Filters ?? [];
  const passed: string[] = JSON.parse(filter.Pattern).dynamodb.Keys.sk.S;
  const id = 'job_0' as Id;
  expect(passed.sort()).toEqual([jobKey(id).sk, taskKey(id).sk].sort());
  expect(passed).not.toContain(jobCountsKey(id, 0).sk);
});

test('events-relay gets what something follows from, and neither each sighting of a device, nor the counts of a job, nor the outbox', () => {
  const filters = streams
    .filter((mapping) => functionName(mapping) === 'events-relay')
    .flatMap(({ properties }) => properties['FilterCriteria']?.Filters ?? []);
  const Keys = { sk: { S: [deviceKey('dev_0').sk] } };
  expect(filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
    { eventName: ['INSERT'], dynamodb: { Keys } },
    { dynamodb: { Keys, NewImage: { retiredAt: { N: [{ exists: true }] } } } },
    { dynamodb: { Keys, OldImage: { missingSinceTask: { S: [{ exists: true }] } } } },
    { dynamodb: { Keys, OldImage: { nextCredential: { M: { secretHash: { S: [{ exists: true }] } } } } } },
    { dynamodb: { Keys, NewImage: { sharing: { M: { since: { N: [{ exists: true }] } } } } } },
    { dynamodb: { Keys: { sk: { S: [requestKey('req_0').sk, connectorsKey.sk] } } } },
    { dynamodb: { Keys: { sk: { S: [jobKey('job_0').sk, taskKey('tsk_0').sk] } } } },
  ]);
});

test('events-groups gets groups that are deleted, and not each change of a count', () => {
  const mapping = streams.find((candidate) => functionName(candidate) === 'events-groups');
  const [filter] = mapping?.properties['FilterCriteria'].Filters ?? [];
  expect(JSON.parse(filter.Pattern).dynamodb).toEqual({
    Keys: { sk: { S: [groupKey('grp_0').sk] } },
    NewImage: { deletedAt: { N: [{ exists: true }] } },
  });
});

test('undelivered tasks reach events-undelivered, which reports failures by message', () => {
  const mapping = mappings.find((candidate) => functionName(candidate) === 'events-undelivered');
  expect(mapping?.properties).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  expect(queueIds).toContain(target(mapping?.properties['EventSourceArn']));
});

describe.each(rules.map((rule) => [rule.path, rule] as const))('%s', (_path, rule) => {
  test('each target has a dead-letter queue and a bounded retry', () => {
    expect(rule.properties['Targets']).not.toHaveLength(0);
    for (const { DeadLetterConfig, RetryPolicy } of rule.properties['Targets']) {
      expect(queueIds).toContain(target(DeadLetterConfig?.Arn));
      expect(RetryPolicy.MaximumEventAgeInSeconds).toBeGreaterThan(0);
    }
  });

  test('what its function fails to handle is kept too', () => {
    for (const { Arn } of rule.properties['Targets']) {
      const fn = functions.get(target(Arn) ?? '');
      // Of what goes to no function, the rule's own dead-letter queue has all that was not delivered.
      if (!fn) continue;
      expect(queueIds).toContain(target(fn?.properties['DeadLetterConfig']?.TargetArn));
    }
  });
});

test.each([
  ['events-alerts', ALERT_EVENT_TYPES],
  ['events-timeline', TIMELINE_EVENT_TYPES],
] as const)('%s gets the event types that its code understands', (name, types) => {
  const pattern = ruleOf(name)?.['EventPattern'];
  expect(pattern).toEqual({ source: ['remote-assist'], 'detail-type': types });
  for (const type of types) expect(EVENT_TYPES).toContain(type);
  expect(target(ruleOf(name)?.['EventBusName'])).toBe(resources('AWS::Events::EventBus')[0]?.id);
});

test('the sweep runs every minute, and its failing or silence is noticed', () => {
  expect(ruleOf('schedules-sweep')).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  const alarms = resources('AWS::CloudWatch::Alarm').filter((alarm) => functionName(alarm) === 'schedules-sweep');
  const silence = alarms.find(({ properties }) => properties['MetricName'] === 'Invocations');
  expect(silence?.properties).toMatchObject({ TreatMissingData: 'breaching' });
  expect(alarms.map(({ properties }) => properties['MetricName'])).toContain('Errors');
});

test('a consumer that falls behind is noticed', () => {
  const late = resources('AWS::CloudWatch::Alarm').filter(
    ({ properties }) => properties['MetricName'] === 'IteratorAge',
  );
  expect(late.map(functionName).sort()).toEqual([
    'events-audit-export',
    'events-groups',
    'events-jobs',
    'events-relay',
  ]);
});
