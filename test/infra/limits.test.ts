/**
 * AWS's limits that a synthesis passes by and a deployment does not. They are asked of a stage that has everything, with
 * the longest names and many people to tell.
 */
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../infra/config.ts';
import { asText, buildStack, type Properties, resources } from './synthesis.ts';

const STAGE = 'longestnameofall';

const addresses = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}@example.com`);

const EVERYTHING = {
  cognito: { domainPrefix: 'a'.repeat(63) },
  domain: {
    name: 'assist.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/a',
    hostedZoneId: 'Z0123456789',
  },
  auditExport: 'cloudWatchLogs',
  alertEmails: addresses(10),
  operationsEmails: addresses(10),
  webhooks: [1, 2, 3].map((index) => ({
    name: `${'w'.repeat(31)}${index}`,
    url: 'https://a.test',
    authorization: { secret: 'a/b' },
  })),
  connectors: {
    default: 'rustdesk',
    rustdesk: { relayServer: 'r'.repeat(252), key: 'k'.repeat(256) },
  },
};

const stackWith = (values: object) => buildStack(parseConfig(STAGE, { [STAGE]: { ...EVERYTHING, ...values } })).stack;
const template = Template.fromStack(stackWith({}));

/** What stands for a name that CloudFormation makes up is about as long as such a name. */
const bytes = (value: unknown): number => Buffer.byteLength(asText(value).replaceAll(/\$\{[^}]*\}/g, 'x'.repeat(90)));

test('CloudFormation: 500 resources, 200 outputs, a template of a megabyte', () => {
  const json = template.toJSON();
  expect(Object.keys(json['Resources']).length).toBeLessThanOrEqual(500);
  expect(Object.keys(json['Outputs']).length).toBeLessThanOrEqual(200);
  expect(Buffer.byteLength(JSON.stringify(json, undefined, 1))).toBeLessThan(1_000_000);
});

test('a stage of more resources is refused in words', () => {
  const many = { alertEmails: addresses(100), operationsEmails: addresses(100) };
  expect(() => stackWith(many)).toThrow(ConfigError);
  expect(() => stackWith(many)).toThrow(/CloudFormation takes 500\. Each address .* name a mailing list/);
});

test('Lambda: 4 KB of environment, 256 characters of description', () => {
  for (const { path, properties } of resources('AWS::Lambda::Function', template)) {
    const variables = Object.entries<unknown>(properties['Environment']?.Variables ?? {});
    const size = variables.reduce((sum, [name, value]) => sum + name.length + bytes(value), 0);
    expect([path, size < 4096]).toEqual([path, true]);
    expect(properties['Description'].length).toBeLessThanOrEqual(256);
  }
});

test('CloudWatch: 255 characters of an alarm’s name, 1,024 of its description', () => {
  for (const { properties } of resources('AWS::CloudWatch::Alarm', template)) {
    expect(properties['AlarmName'].length).toBeLessThanOrEqual(255);
    expect(properties['AlarmDescription'].length).toBeLessThanOrEqual(1024);
  }
});

test('IAM: 10,240 characters in all of a role’s own policies', () => {
  const sizes = new Map<string, number>();
  for (const { properties } of resources('AWS::IAM::Policy', template)) {
    for (const role of properties['Roles']) {
      const size = JSON.stringify(properties['PolicyDocument']).length;
      sizes.set(JSON.stringify(role), (sizes.get(JSON.stringify(role)) ?? 0) + size);
    }
  }
  expect(Math.max(...sizes.values())).toBeLessThan(10_240);
});

describe('API Gateway', () => {
  test('takes 300 routes and 300 integrations', () => {
    expect(resources('AWS::ApiGatewayV2::Route', template).length).toBeLessThanOrEqual(300);
    expect(resources('AWS::ApiGatewayV2::Integration', template).length).toBeLessThanOrEqual(300);
  });
});

test('SQS, SNS and EventBridge: names that are made up of the stage’s stay within what each takes', () => {
  const longest = (type: string, name: string) =>
    Math.max(
      ...resources(type, template).map(({ properties }: { properties: Properties }) => bytes(properties[name] ?? '')),
    );
  expect(longest('AWS::Events::EventBus', 'Name')).toBeLessThanOrEqual(256);
  expect(longest('AWS::Cognito::UserPool', 'UserPoolName')).toBeLessThanOrEqual(128);
  expect(longest('AWS::CloudWatch::Dashboard', 'DashboardName')).toBeLessThanOrEqual(255);
  expect(longest('AWS::Logs::LogGroup', 'LogGroupName')).toBeLessThanOrEqual(512);
});
