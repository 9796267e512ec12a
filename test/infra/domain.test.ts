/** A stage with a host name of its own: how the API is reached then, and that it is reached by no other. */
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../infra/config.ts';
import { buildStack, resources, target, template, testConfig } from './synthesis.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/0b9ae3e4-75c8-4a49-9d39-6ab1a2b1f0ce';
const domain = { name: 'assist.example.com', certificateArn: CERTIFICATE };

const stageWith = (changes: object) => testConfig('test', { domain: { ...domain, ...changes } });
const { app, stack } = buildStack(stageWith({ hostedZoneId: 'Z0123456789ABCDEFGHIJ' }));
const own = Template.fromStack(stack);
const [name] = resources('AWS::ApiGatewayV2::DomainName', own);

test('the name has the stage’s certificate, and takes TLS 1.2 at least', () => {
  own.resourceCountIs('AWS::ApiGatewayV2::DomainName', 1);
  expect(name?.properties).toMatchObject({
    DomainName: 'assist.example.com',
    DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
  });
});

test('the whole name leads to the API, and nothing else does', () => {
  const [mapping] = resources('AWS::ApiGatewayV2::ApiMapping', own);
  const [api] = resources('AWS::ApiGatewayV2::Api', own);
  expect(target(mapping?.properties['ApiId'])).toBe(api?.id);
  expect(mapping?.properties['Stage']).toBe('$default');
  expect(mapping?.properties).not.toHaveProperty('ApiMappingKey');
  // CloudFormation refuses the mapping of a stage that is not there yet.
  const [made] = Object.values(own.findResources('AWS::ApiGatewayV2::ApiMapping'));
  expect(made?.['DependsOn']).toContain(resources('AWS::ApiGatewayV2::Stage', own)[0]?.id);
  expect(api?.properties['DisableExecuteApiEndpoint']).toBe(true);
});

test('the hosted zone has a record of it', () => {
  const [record] = resources('AWS::Route53::RecordSet', own);
  expect(record?.properties).toMatchObject({
    HostedZoneId: 'Z0123456789ABCDEFGHIJ',
    Name: 'assist.example.com.',
    Type: 'A',
    AliasTarget: {
      DNSName: { 'Fn::GetAtt': [name?.id, 'RegionalDomainName'] },
      HostedZoneId: { 'Fn::GetAtt': [name?.id, 'RegionalHostedZoneId'] },
    },
  });
});

const outputs = (from: Template): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(from.findOutputs('*')).map(([id, { Value }]) => [id.replace(/[0-9A-F]{8}$/, ''), Value]),
  );

test('the deployment tells the name, and where a record of it must point', () => {
  expect(outputs(own)).toMatchObject({
    ApiUrl: 'https://assist.example.com',
    ApiDomainTarget: { 'Fn::GetAtt': [name?.id, 'RegionalDomainName'] },
  });
});

test('cdk-nag has nothing to say', () => {
  expect(() => app.synth()).not.toThrow();
});

test('without a hosted zone there is no record, and agents that know no other name may be kept', () => {
  const other = Template.fromStack(buildStack(stageWith({ keepDefaultEndpoint: true })).stack);
  other.resourceCountIs('AWS::Route53::RecordSet', 0);
  other.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: false });
});

test('a stage without a name is reached as API Gateway calls it', () => {
  template().resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  expect(resources('AWS::ApiGatewayV2::Api')[0]?.properties['DisableExecuteApiEndpoint']).not.toBe(true);
  expect(JSON.stringify(outputs(template())['ApiUrl'])).toContain('.execute-api.');
});

describe('the configuration says what is wrong', () => {
  test.each([
    ['a name with a scheme', { name: 'https://assist.example.com' }, /domain\.name: must be a host name/],
    ['a name with a path', { name: 'assist.example.com/api' }, /domain\.name: must be a host name/],
    ['a name for all', { name: '*.example.com' }, /domain\.name: .*no \*/],
    ['a name in capitals', { name: 'Assist.example.com' }, /domain\.name: must be a host name in lower-case/],
    ['a name of one part', { name: 'assist' }, /domain\.name: must be a host name/],
    ['no certificate', { certificateArn: undefined }, /domain\.certificateArn: /],
    [
      'a certificate of IAM',
      { certificateArn: 'arn:aws:iam::123456789012:server-certificate/x' },
      /Certificate Manager/,
    ],
    ['a zone by its name', { hostedZoneId: 'example.com' }, /domain\.hostedZoneId: must be the id of a hosted zone/],
    ['a name of AWS’s', { name: 'x.execute-api.eu-central-1.amazonaws.com' }, /domain\.name: is AWS’s own/],
    ['a misspelt setting', { zone: 'Z1' }, /domain: .*zone/],
  ])('%s', (_what, changes, message) => {
    expect(() => stageWith(changes)).toThrow(message);
  });
});

describe('a certificate of no use where the stack will be is refused', () => {
  const stages = {
    prod: {
      oidc: { issuer: 'https://login.test', audience: 'a' },
      domain: { name: 'a.example.com', certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/a' },
    },
  };

  test.each([
    [{ region: 'us-east-1' }, /certificateArn: is in eu-central-1, and the stack in us-east-1/],
    [{ account: '210987654321' }, /certificateArn: is of the account 123456789012, and the stack of 210987654321/],
  ])('%j', (place, message) => {
    expect(() => parseConfig('prod', stages, { place })).toThrow(message);
  });

  test('and not where CDK does not know, or it is right', () => {
    expect(() => parseConfig('prod', stages)).not.toThrow();
    const place = { account: '123456789012', region: 'eu-central-1' };
    expect(() => parseConfig('prod', stages, { place })).not.toThrow();
  });
});
