/** The queues for what could not be delivered or handled. Each has an alarm, because a message there is work for a person. */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { alarm } from './alarms.ts';
import { acknowledge } from './nag.ts';

export type FailureQueueProps = {
  /** What to do when there is something in it; the alarm's text. */
  readonly whatToDo: string;
  /** Any number of queues may redrive to it, not just those that the stack knows. */
  readonly allowAllSources?: boolean;
  /** For a queue that a function consumes: at least six times the function's timeout, as AWS advises. */
  readonly visibilityTimeout?: Duration;
  /** A function empties it, so only what stays for longer counts as a failure. */
  readonly isConsumed?: boolean;
};

/** A dead-letter queue that keeps its messages for as long as SQS can. */
export class FailureQueue extends Queue {
  constructor(scope: Construct, id: string, props: FailureQueueProps) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(props.allowAllSources ? { redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL } } : {}),
      ...(props.visibilityTimeout ? { visibilityTimeout: props.visibilityTimeout } : {}),
    });
    const reason = 'This is a dead-letter queue: the last stop.';
    acknowledge(this, 'SQS3', reason);
    acknowledge(this, 'SQSRedrivePolicy', reason, 'Serverless');
    alarm(this, 'NotEmpty', {
      metric: this.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 1,
      periods: props.isConsumed ? 3 : 1,
      whatToDo: props.whatToDo,
    });
  }
}
