/** The connector's secret has no value of its own, and does not go with the stack where data is protected. */
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { buildStack, template, testConfig } from './synthesis.ts';

const secretsIn = (from: Template) => Object.values(from.findResources('AWS::SecretsManager::Secret'));

test('it is made without a value, which an admin who signs in gives it', () => {
  const secrets = secretsIn(template());
  expect(secrets).toHaveLength(1);
  expect(secrets[0]?.['Properties']).not.toHaveProperty('SecretString');
  expect(secrets[0]?.['Properties']).not.toHaveProperty('GenerateSecretString');
});

test('it is found by its tags when the stack is gone', () => {
  expect(secretsIn(template())[0]?.['Properties'].Tags).toEqual([
    { Key: 'app', Value: 'remote-assist' },
    { Key: 'stage', Value: 'test' },
  ]);
});

test('it stays where data is protected, and goes with a stack of a developer', () => {
  expect(secretsIn(template())[0]).toMatchObject({
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  const { stack } = buildStack(testConfig('dev'));
  expect(secretsIn(Template.fromStack(stack))[0]).toMatchObject({ DeletionPolicy: 'Delete' });
});
