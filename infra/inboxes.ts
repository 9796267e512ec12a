/**
 * The devices' inboxes: SQS queues that `events-relay` makes and deletes as devices come and go, so that the stack
 * owns only their name prefix, what may be done to them, and the dead-letter queue that they share.
 */
import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { NodeFunction } from './function.ts';
import { acknowledge } from './nag.ts';
import { inboxPrefix } from './names.ts';
import { FailureQueue } from './queues.ts';

export class Inboxes extends Construct {
  /** Followed by a device's id, its inbox's URL. */
  readonly urlPrefix: string;
  readonly deadLetters: FailureQueue;
  private readonly prefix: string;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.prefix = inboxPrefix(config.stage);
    this.urlPrefix = `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${this.prefix}`;
    // No redrive of its own: a message comes here with five deliveries on its count, and would go on at once.
    this.deadLetters = new FailureQueue(this, 'DeadLetters', {
      allowAllSources: true,
      visibilityTimeout: Duration.minutes(6),
      isConsumed: true,
      whatToDo:
        'Restart tasks that no device acknowledged are not being taken off this queue. Look at the errors and throttles of events-undelivered: it tries each message again every six minutes.',
    });
  }

  /** Hands out messages and takes them back. */
  grantReceive(fn: NodeFunction): void {
    this.grant(fn, 'ReceiveMessage', 'DeleteMessage');
  }

  /** Takes a message off that was acknowledged. */
  grantDelete(fn: NodeFunction): void {
    this.grant(fn, 'DeleteMessage');
  }

  /** Puts messages in. */
  grantSend(fn: NodeFunction): void {
    this.grant(fn, 'SendMessage');
  }

  /** Makes and deletes inboxes. */
  grantManage(fn: NodeFunction): void {
    this.grant(fn, 'CreateQueue', 'DeleteQueue');
  }

  private grant(fn: NodeFunction, ...actions: string[]): void {
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource: `${this.prefix}*` });
    Grant.addToPrincipal({ grantee: fn, actions: actions.map((action) => `sqs:${action}`), resourceArns: [arn] });
    acknowledge(
      fn,
      `IAM5[Resource::arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${this.prefix}*]`,
      'Inboxes come and go with their devices; the prefix is of this stage alone.',
    );
  }
}
