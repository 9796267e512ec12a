/** Whether everybody whom a stage names gets their mail: what is told of each state that SNS may have of an address. */
import { expect, test } from 'vitest';
import type { Subscription } from '../../../../infra/check/addresses.ts';
import { check } from '../../../../infra/check/check.ts';
import { readOptions } from '../../../../infra/check/options.ts';
import { parseConfig } from '../../../../infra/config.ts';
import { UsageError } from '../../../../lib/command-line.ts';

const OUTPUTS = { AlertsTopicArn: 'arn:alerts', OperationsTopicArn: 'arn:operations' };

const stageWith = (values: object) => parseConfig('prod', { prod: { cognito: { domainPrefix: 'acme' }, ...values } });

/** @param topics from a topic's ARN to what SNS has of it */
const run = async (
  values: object,
  topics: Record<string, Subscription[]>,
  outputs: Record<string, string> = OUTPUTS,
): Promise<{ isWell: boolean; told: string[] }> => {
  const told: string[] = [];
  const list = async (topicArn: string) => {
    const found = topics[topicArn];
    if (!found) throw new Error(`no topic ${topicArn}`);
    return found;
  };
  return { isWell: await check(stageWith(values), outputs, list, (line) => told.push(line)), told };
};

const subscription = (address: string, state: Subscription['state'], endsWithCredentials = false): Subscription => ({
  address,
  state,
  endsWithCredentials,
});

test('all is well where every address is confirmed, and it is said whom a click can end', async () => {
  const { isWell, told } = await run(
    { alertEmails: ['a@b.test', { email: 'c@d.test', minimumSeverity: 'critical' }], operationsEmails: ['e@f.test'] },
    {
      'arn:alerts': [subscription('c@d.test', 'confirmed'), subscription('A@b.test', 'confirmed', true)],
      'arn:operations': [subscription('e@f.test', 'confirmed', true)],
    },
  );
  expect(isWell).toBe(true);
  expect(told).toEqual([
    'alertEmails:',
    '  ok       a@b.test',
    '  ok       c@d.test (ends by the link in any of its mails)',
    'operationsEmails:',
    '  ok       e@f.test',
  ]);
});

test.each([
  ['that never confirmed', [subscription('a@b.test', 'pending')], /MISSING +a@b\.test has not confirmed/],
  ['that was unsubscribed', [subscription('a@b.test', 'ended')], /MISSING +a@b\.test was unsubscribed/],
  ['that SNS has forgotten', [], /MISSING +a@b\.test is not subscribed/],
])('an address %s is found', async (_what, subscriptions, message) => {
  const { isWell, told } = await run({ alertEmails: ['a@b.test'] }, { 'arn:alerts': subscriptions }, OUTPUTS_OF_ALERTS);
  expect(isWell).toBe(false);
  expect(told.join('\n')).toMatch(message);
});

const OUTPUTS_OF_ALERTS = { AlertsTopicArn: 'arn:alerts' };

test('one that was subscribed anew counts as it is now', async () => {
  const both = [subscription('a@b.test', 'ended'), subscription('a@b.test', 'confirmed')];
  for (const subscriptions of [both, both.toReversed()]) {
    expect((await run({ alertEmails: ['a@b.test'] }, { 'arn:alerts': subscriptions }, OUTPUTS_OF_ALERTS)).isWell).toBe(
      true,
    );
  }
});

test('who gets mail and is not named is told, and is no fault', async () => {
  const { isWell, told } = await run(
    { alertEmails: [] },
    { 'arn:alerts': [subscription('x@y.test', 'confirmed'), subscription('gone@y.test', 'ended')] },
    OUTPUTS_OF_ALERTS,
  );
  expect(isWell).toBe(true);
  expect(told).toEqual([
    'alertEmails: none',
    '  other    x@y.test is subscribed, though the stage does not name it',
    'operationsEmails: none',
  ]);
});

test('addresses that were named after the last deployment are a fault', async () => {
  const { isWell, told } = await run({ operationsEmails: ['a@b.test'] }, { 'arn:alerts': [] }, OUTPUTS_OF_ALERTS);
  expect(isWell).toBe(false);
  expect(told.join('\n')).toMatch(/no output OperationsTopicArn.*Deploy it/);
});

test('the command line takes a stage and a region', () => {
  expect(readOptions(['--stage', 'prod', '--region', 'eu-central-1'])).toEqual({
    stage: 'prod',
    region: 'eu-central-1',
  });
  for (const args of [[], ['--stage', 'Prod'], ['--stage', 'prod', '--yes']]) {
    expect(() => readOptions(args)).toThrow(UsageError);
  }
});
