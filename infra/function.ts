/**
 * A Lambda function of ours: a bundle, a role of its own that may do nothing until something is granted, and a log
 * group that forgets. Generic over the function's environment schema, so that a variable that the stack does not give
 * does not compile.
 */
import { Duration } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmOnErrors } from './alarms.ts';
import { bundleFolderWith } from './bundle.ts';
import type { Config } from './config.ts';
import { acknowledge } from './nag.ts';
import { keepWith } from './removal.ts';

export type NodeFunctionProps<Environment> = {
  readonly config: Config;
  readonly environment: Environment;
  /** Beside its bundle, by name: what is too large for the environment, which takes 4 KB in all. */
  readonly files?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** CPU comes with memory; more of it than code needs buys shorter cold starts. */
  readonly memoryMb?: number;
  /** Of the log group, where that is not the stage's. */
  readonly logRetentionDays?: number;
  /** No START and REPORT lines: for a function that is called all the time and mostly does nothing. */
  readonly quiet?: boolean;
  /** Where an asynchronous invocation goes that failed three times; without it, it would be dropped. */
  readonly deadLetterQueue?: IQueue;
};

export class NodeFunction<Environment extends Record<string, string> = Record<string, string>>
  extends Construct
  implements IGrantable
{
  readonly lambda: LambdaFunction;
  readonly grantPrincipal: IPrincipal;

  /** `name` is both the construct's id and what `functions/` calls it: `agent-poll`. */
  constructor(scope: Construct, name: string, props: NodeFunctionProps<Environment>) {
    super(scope, name);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetentionDays ?? props.config.logRetentionDays,
      removalPolicy: keepWith(props.config),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.grantPrincipal = role;
    // `Default` is what a construct's path and ids leave out, so that the function is called by its own name.
    this.lambda = new LambdaFunction(this, 'Default', {
      description: `${props.config.stage}: ${name}`,
      code: Code.fromAsset(bundleFolderWith(name, props.files)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? 512,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment, RETENTION_DAYS: JSON.stringify(props.config.retentionDays) },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: props.quiet ? SystemLogLevel.WARN : SystemLogLevel.INFO,
      ...(props.deadLetterQueue ? { deadLetterQueue: props.deadLetterQueue } : {}),
    });
    alarmOnErrors(this);
    acknowledge(
      this,
      'LambdaTracing',
      'Requests are followed by their id through the logs; a trace of each poll of a fleet would cost more than the poll.',
      'Serverless',
    );
    if (props.deadLetterQueue) return;
    acknowledge(
      this,
      'LambdaDLQ',
      'Nobody invokes it asynchronously: the API waits for its answer, and what feeds it gives up to a queue of its own.',
      'Serverless',
    );
  }
}
