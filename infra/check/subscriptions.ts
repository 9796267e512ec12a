/** The e-mail subscriptions of a topic, as SNS has them. */
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { Subscription } from './addresses.ts';

/** What a list has in the place of an ARN, where there is none (any more). */
const WITHOUT_ARN: Readonly<Record<string, Subscription['state']>> = {
  PendingConfirmation: 'pending',
  Deleted: 'ended',
};

const stateOf = async (sns: SNSClient, SubscriptionArn: string): Promise<Omit<Subscription, 'address'>> => {
  const state = WITHOUT_ARN[SubscriptionArn];
  if (state) return { state };
  try {
    const { Attributes = {} } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    return {
      state: Attributes['PendingConfirmation'] === 'true' ? 'pending' : 'confirmed',
      endsWithCredentials: Attributes['ConfirmationWasAuthenticated'] === 'true',
    };
  } catch (error) {
    if (error instanceof NotFoundException) return { state: 'ended' };
    throw error;
  }
};

/** All of them, whatever state they are in. */
export const listEmailSubscriptions = async (sns: SNSClient, TopicArn: string): Promise<Subscription[]> => {
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, ...(NextToken && { NextToken }) }));
    for (const { Protocol, Endpoint, SubscriptionArn } of page.Subscriptions ?? []) {
      if (Protocol !== 'email' || Endpoint === undefined || SubscriptionArn === undefined) continue;
      found.push({ address: Endpoint, ...(await stateOf(sns, SubscriptionArn)) });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
};
