/** What SNS's answers say of a topic's e-mail addresses. */
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  SNSClient,
} from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { listEmailSubscriptions } from '../../../../infra/check/subscriptions.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const client = new SNSClient({ region: 'eu-central-1' });
const sns = mockClient(client);

beforeEach(() => sns.reset());

const entry = (Endpoint: string, SubscriptionArn: string, Protocol = 'email') => ({
  Endpoint,
  SubscriptionArn,
  Protocol,
});

test('goes through all pages, and through every state that there is', async () => {
  sns
    .on(ListSubscriptionsByTopicCommand, { TopicArn: TOPIC })
    .resolves({
      Subscriptions: [
        entry('pending@a.test', 'PendingConfirmation'),
        entry('https://pager.test/hook', `${TOPIC}:0`, 'https'),
        entry('clicked@a.test', `${TOPIC}:1`),
      ],
      NextToken: 'more',
    })
    .on(ListSubscriptionsByTopicCommand, { TopicArn: TOPIC, NextToken: 'more' })
    .resolves({
      Subscriptions: [
        entry('ended@a.test', 'Deleted'),
        entry('held@a.test', `${TOPIC}:2`),
        entry('asked@a.test', `${TOPIC}:3`),
        entry('gone@a.test', `${TOPIC}:4`),
      ],
    });
  const answer = (id: number, Attributes: Record<string, string>) =>
    sns.on(GetSubscriptionAttributesCommand, { SubscriptionArn: `${TOPIC}:${id}` }).resolves({ Attributes });
  answer(1, { PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'false' });
  answer(2, { PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'true' });
  answer(3, { PendingConfirmation: 'true' });
  sns
    .on(GetSubscriptionAttributesCommand, { SubscriptionArn: `${TOPIC}:4` })
    .rejects(new NotFoundException({ message: 'Subscription does not exist', $metadata: {} }));

  expect(await listEmailSubscriptions(client, TOPIC)).toEqual([
    { address: 'pending@a.test', state: 'pending' },
    { address: 'clicked@a.test', state: 'confirmed', endsWithCredentials: false },
    { address: 'ended@a.test', state: 'ended' },
    { address: 'held@a.test', state: 'confirmed', endsWithCredentials: true },
    { address: 'asked@a.test', state: 'pending', endsWithCredentials: false },
    { address: 'gone@a.test', state: 'ended' },
  ]);
});
