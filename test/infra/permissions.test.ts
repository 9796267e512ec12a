/** Least privilege, as far as the template shows it, and that cdk-nag's rules hold and are asked. */
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { asText, buildStack, functionName, resources, template } from './synthesis.ts';

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

test('roles have no managed policies and trust Lambda alone', () => {
  for (const { properties } of resources('AWS::IAM::Role')) {
    expect(properties).not.toHaveProperty('ManagedPolicyArns');
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
  expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
});
