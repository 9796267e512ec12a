/**
 * A first deployment that fails can be repeated. CloudFormation's rollback of a creation is walked on the template: it
 * deletes what was made, but for what says that it stays (`DeletionPolicy`) and what refuses to go (deletion protection).
 */
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { parseConfig } from '../../infra/config.ts';
import { buildStack, type Properties } from './synthesis.ts';

type TemplateResource = { readonly Type: string; readonly DeletionPolicy?: string; readonly Properties?: Properties };

const VALUES = {
  cognito: { domainPrefix: 'acme' },
  auditExport: 'cloudWatchLogs',
  alertEmails: ['helpdesk@example.com'],
  operationsEmails: ['operations@example.com'],
  webhooks: [{ name: 'tickets', url: 'https://example.com/hook' }],
};

const stackOf = (isFirstDeployment: boolean) =>
  buildStack(parseConfig('prod', { prod: VALUES }, { isFirstDeployment })).stack;

const resourcesOf = (isFirstDeployment: boolean): TemplateResource[] =>
  Object.values(Template.fromStack(stackOf(isFirstDeployment)).toJSON()['Resources']);

const refusesToGo = ({ Type, Properties = {} }: TemplateResource): boolean => {
  if (Type === 'AWS::DynamoDB::GlobalTable')
    return Properties['Replicas'].some((replica: Properties) => replica['DeletionProtectionEnabled'] === true);
  if (Type === 'AWS::Cognito::UserPool') return Properties['DeletionProtection'] === 'ACTIVE';
  return false;
};

/** The types of what is left when the creation is rolled back after everything was made, which is the worst moment. */
const leftBy = (resources: readonly TemplateResource[]): string[] =>
  resources
    .filter((resource) => resource.DeletionPolicy === 'Retain' || refusesToGo(resource))
    .map(({ Type }) => Type)
    .sort();

test('a first deployment that fails leaves nothing, and its stack can be replaced', () => {
  expect(leftBy(resourcesOf(true))).toEqual([]);
  expect(stackOf(true).terminationProtection).toBe(false);
});

test('after it, data and stack are protected, and nothing but that changes', () => {
  const first = resourcesOf(true);
  const later = resourcesOf(false);
  expect(stackOf(false).terminationProtection).toBe(true);
  expect([...new Set(leftBy(later))]).toEqual(['AWS::Cognito::UserPool', 'AWS::DynamoDB::GlobalTable']);
  const changed = later.filter((resource, index) => JSON.stringify(resource) !== JSON.stringify(first[index]));
  expect(changed.map(({ Type }) => Type).sort()).toEqual(leftBy(later));
});

test('what protects itself is known here: a new type that can refuse its deletion must be added', () => {
  const text = JSON.stringify(resourcesOf(false).filter((resource) => !refusesToGo(resource)));
  expect(text).not.toMatch(/"Delet(e|ion)Protection\w*":(true|"ACTIVE")/);
});
