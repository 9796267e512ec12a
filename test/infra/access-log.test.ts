/** The API's access log: where it lies, and what a stage may have its lines hold. */
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ACCESS_LOG_BYTES } from '../simulate/cost.ts';
import { asText, buildStack, type Properties, resources, testConfig } from './synthesis.ts';

const templateOf = (accessLog: string): Template =>
  Template.fromStack(buildStack(testConfig('test', { accessLog })).stack);

const stageOf = (template: Template): Properties =>
  resources('AWS::ApiGatewayV2::Stage', template)[0]?.properties ?? {};
const lineOf = (template: Template): Properties => JSON.parse(stageOf(template)['AccessLogSettings'].Format);
const groupsOf = (template: Template) =>
  resources('AWS::Logs::LogGroup', template).filter(({ path }) => path.startsWith('remote-assist-test/Api/'));
const alarmsOf = (template: Template) =>
  resources('AWS::CloudWatch::Alarm', template).map(({ properties }) => properties['AlarmName']);

const full = Template.fromStack(buildStack().stack);

test('lies where AWS’s services may write without a policy for each name, by a name that no other stack has', () => {
  const [group, ...others] = groupsOf(full);
  expect(others).toEqual([]);
  const { LogGroupName } = group?.properties ?? {};
  const [prefix, { 'Fn::Select': last }] = LogGroupName['Fn::Join'][1];
  expect(prefix).toBe('/aws/vendedlogs/remote-assist-test-access-log-');
  expect(last).toEqual([2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }]);
  expect(asText(stageOf(full)['AccessLogSettings'].DestinationArn)).toContain(group?.id);
});

describe('a line', () => {
  test('says what became of a request', () => {
    expect(Object.keys(lineOf(full))).toEqual(
      expect.arrayContaining(['requestId', 'sourceIp', 'routeKey', 'status', 'latencyMs', 'error', 'authorizerError']),
    );
  });

  test('is shorter where the stage wants it short, and still enough for the alarm', () => {
    const template = templateOf('short');
    expect(lineOf(template)).toEqual({
      stage: 'test',
      requestId: '$context.requestId',
      sourceIp: '$context.identity.sourceIp',
      routeKey: '$context.routeKey',
      status: '$context.status',
    });
    expect(alarmsOf(template)).toContain('remote-assist-test/Api/HttpApi/Throttled');
  });
});

test('a poll’s line is as long as the cost of a fleet is counted with', () => {
  const values: Record<string, string> = {
    requestId: 'JKJaXmPLvHcESHA=',
    'identity.sourceIp': '203.0.113.178',
    routeKey: 'POST /v1/agent/poll',
    status: '204',
    requestTime: '31/Jan/2026:12:00:00 +0000',
    responseLatency: '12',
  };
  const bytes = (template: Template): number => {
    const format: string = stageOf(template)['AccessLogSettings'].Format;
    return format.replaceAll(/\$context\.([\w.]+)/g, (_, name) => values[name] ?? '-').length + 26;
  };
  expect({ full: bytes(full), short: bytes(templateOf('short')), none: 0 }).toEqual(ACCESS_LOG_BYTES);
});

test('a stage without one has neither log nor what counts its lines, and passes the rules all the same', () => {
  const { app, stack } = buildStack(testConfig('test', { accessLog: 'none' }));
  const template = Template.fromStack(stack);
  expect(() => app.synth()).not.toThrow();
  expect(stageOf(template)).not.toHaveProperty('AccessLogSettings');
  expect(groupsOf(template)).toEqual([]);
  template.resourceCountIs('AWS::Logs::MetricFilter', 0);
  expect(alarmsOf(template)).not.toContain('remote-assist-test/Api/HttpApi/Throttled');
  expect(alarmsOf(template)).toContain('remote-assist-test/agent-poll/NearThrottle');
  const [dashboard] = resources('AWS::CloudWatch::Dashboard', template);
  expect(asText(dashboard?.properties['DashboardBody'])).not.toContain('RequestsRefused');
});
