/**
 * The topic by which those who run the system hear of its alarms. Apart from the one of alerts: an alert is about a PC and
 * for whoever helps people, an alarm about the system. Its key is its own, because CloudWatch may not use AWS's.
 */
import { Annotations, Aws, CfnOutput, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { APP, type Config } from './config.ts';
import { OPERATIONS_TOPIC } from './names.ts';
import { FailureQueue } from './queues.ts';

/** Alarms of this account, and nobody else's. */
const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
  conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
});

const operationsTopic = (stack: Stack, emails: readonly string[]): Topic => {
  const deadLetterQueue = new FailureQueue(stack, 'OperationsEmailFailures', {
    whatToDo:
      'Alarms could not be sent by e-mail. Each message says in its attributes which subscription it was for: see whether that address still takes mail, then purge the queue.',
  });
  const masterKey = new Key(stack, 'OperationsKey', {
    description: 'Lets CloudWatch tell of alarms through an encrypted topic',
    enableKeyRotation: true,
    // Nothing is kept under it.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  masterKey.addToResourcePolicy(
    new PolicyStatement({
      principals: [cloudWatch],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  const topic = new Topic(stack, 'Operations', { enforceSSL: true, masterKey });
  topic.addToResourcePolicy(
    new PolicyStatement({ principals: [cloudWatch], actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  for (const email of emails) topic.addSubscription(new EmailSubscription(email, { deadLetterQueue }));
  new CfnOutput(stack, OPERATIONS_TOPIC, { value: topic.topicArn, description: 'Where alarms are told' });
  return topic;
};

/** Has every alarm of the stack told, when it goes off and when it is over. Called last, when all of them are there. */
export const tellOfAlarms = (stack: Stack, { operationsEmails, protectData, stage }: Config): void => {
  if (operationsEmails.length === 0) {
    if (protectData) {
      Annotations.of(stack).addWarningV2(
        `${APP}:alarmsReachNobody`,
        `Alarms of stage ${stage} are told to nobody: set context stages.${stage}.operationsEmails in cdk.json.`,
      );
    }
    return;
  }
  const action = new SnsAction(operationsTopic(stack, operationsEmails));
  for (const construct of stack.node.findAll()) {
    if (!(construct instanceof Alarm)) continue;
    construct.addAlarmAction(action);
    construct.addOkAction(action);
  }
};
