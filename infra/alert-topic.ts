/** The topic by which admins hear of alerts, and its e-mail subscriptions. */
import { CfnOutput } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { SEVERITIES, type Severity } from '../lib/api/alerts.ts';
import type { Config } from './config.ts';
import { ALERTS_TOPIC } from './names.ts';
import { FailureQueue } from './queues.ts';

export const atLeast = (minimum: Severity): Severity[] => SEVERITIES.slice(SEVERITIES.indexOf(minimum));

export const alertTopic = (scope: Construct, config: Config): Topic => {
  const topic = new Topic(scope, 'Alerts', {
    enforceSSL: true,
    masterKey: Alias.fromAliasName(scope, 'SnsKey', 'alias/aws/sns'),
  });
  const deadLetterQueue =
    config.alertEmails.length === 0
      ? undefined
      : new FailureQueue(scope, 'EmailFailures', {
          whatToDo:
            'Alerts could not be sent by e-mail. Each message says in its attributes which subscription it was for: see whether that address still takes mail. The alerts themselves are at GET /v1/alerts; purge the queue when mails arrive again.',
        });
  for (const { email, minimumSeverity } of config.alertEmails) {
    const allowlist = atLeast(minimumSeverity);
    const isAll = allowlist.length === SEVERITIES.length;
    topic.addSubscription(
      new EmailSubscription(email, {
        ...(deadLetterQueue && { deadLetterQueue }),
        ...(!isAll && { filterPolicy: { severity: SubscriptionFilter.stringFilter({ allowlist }) } }),
      }),
    );
  }
  new CfnOutput(scope, ALERTS_TOPIC, { value: topic.topicArn, description: 'Where alerts are told' });
  return topic;
};
