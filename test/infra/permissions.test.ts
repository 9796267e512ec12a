/** Least privilege, as far as the template shows it, and that cdk-nag's rules hold and are asked. */
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { operations } from '../../lib/api/operations.ts';
import { asText, buildStack, functionName, resources, template, testConfig } from './synthesis.ts';

type Statement = { Effect: string; Action: string | string[]; Resource: unknown };

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

const policies = resources('AWS::IAM::Policy').map((policy) => ({
  name: functionName(policy),
  statements: policy.properties['PolicyDocument'].Statement as Statement[],
}));

/** Resources with a `*` that are meant, and why. */
const WILDCARDS: Readonly<Record<string, string>> = {
  'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:remote-assist-test-inbox-*':
    'Inboxes come and go with their devices; the prefix is of this stage alone.',
};

describe.each(policies)('$name', ({ statements }) => {
  test('may do named actions only, and on named resources', () => {
    for (const { Action, Resource } of statements) {
      for (const action of list(Action)) expect(action).not.toContain('*');
      for (const resource of list(Resource).map(asText)) {
        if (resource.includes('*')) expect(Object.keys(WILDCARDS)).toContain(resource);
      }
    }
  });
});

test('each reason for a wildcard is of one that is granted', () => {
  const granted = policies.flatMap(({ statements }) =>
    statements.flatMap(({ Resource }) => list(Resource).map(asText)),
  );
  for (const resource of Object.keys(WILDCARDS)) expect(granted).toContain(resource);
});

describe('the audit trail', () => {
  const audit = resources('AWS::DynamoDB::GlobalTable').find(({ path }) => path.split('/')[2] === 'audit')?.id ?? '';
  const grants = policies.flatMap(({ name, statements }) =>
    statements
      .filter(({ Resource }) => list(Resource).some((resource) => asText(resource).includes(audit)))
      .flatMap(({ Action }) => list(Action).map((action) => ({ name, action }))),
  );
  const whoMay = (...actions: string[]) =>
    [...new Set(grants.filter(({ action }) => actions.includes(action)).map(({ name }) => name))].sort();

  test('is added to, and nobody may change or delete a record', () => {
    const reading = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams', 'Query'];
    const allowed = ['PutItem', ...reading].map((name) => `dynamodb:${name}`);
    for (const { action } of grants) expect(allowed).toContain(action);
  });

  test('is added to by every function that knows its callers or lets somebody in', () => {
    const serving = new Set(operations.map((operation) => operation.function));
    for (const changesAndDeniesNothing of ['public-system', 'admin-me'] as const)
      serving.delete(changesAndDeniesNothing);
    expect(whoMay('dynamodb:PutItem')).toEqual([...serving].sort());
  });

  test('is read by the function for admins, and followed by its export', () => {
    expect(whoMay('dynamodb:Query')).toEqual(['admin-audit']);
    expect(whoMay('dynamodb:GetRecords')).toEqual(['events-audit-export']);
  });

  test('is exported only where the stage says so', () => {
    const { stack } = buildStack(testConfig('test', { auditExport: 'none' }));
    const without = Template.fromStack(stack);
    const names = resources('AWS::Lambda::Function', without).map(functionName);
    expect(names).toContain('admin-audit');
    expect(names).not.toContain('events-audit-export');
    const table = resources('AWS::DynamoDB::GlobalTable', without).find(({ id }) => id === audit);
    expect(table?.properties).not.toHaveProperty('StreamSpecification');
  });

  test('keeps what is exported for as long as the stage says', () => {
    const groups = resources('AWS::Logs::LogGroup').filter((group) => functionName(group) === 'events-audit-export');
    expect(groups.map(({ properties }) => properties['RetentionInDays'])).toEqual([400]);
  });
});

test('roles have no managed and no inline policies, and trust Lambda alone', () => {
  template().resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  for (const { properties } of resources('AWS::IAM::Role')) {
    expect(properties).not.toHaveProperty('ManagedPolicyArns');
    expect(properties).not.toHaveProperty('Policies');
    expect(properties['AssumeRolePolicyDocument'].Statement).toMatchObject([
      { Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  }
});

test('no function may scan a table', () => {
  const actions = policies.flatMap(({ statements }) => statements.flatMap(({ Action }) => list(Action)));
  expect(actions).not.toContain('dynamodb:Scan');
});

test('whoever may invoke a function is named with the resource that does', () => {
  for (const { properties } of resources('AWS::Lambda::Permission')) expect(properties['SourceArn']).toBeDefined();
});

test('the stack passes cdk-nag', () => {
  expect(() => template()).not.toThrow();
});

test('a stack that breaks a rule does not synthesize', () => {
  const { app, stack } = buildStack();
  new Queue(stack, 'Insecure');
  expect(() => app.synth()).toThrow(/AwsSolutions-SQS4.*Serverless-SQSRedrivePolicy/s);
});
