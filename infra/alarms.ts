/**
 * Alarms, each of which says in its description what to do about it, and by which name the runbook has more. An alarm is
 * named by where it stands in the stack, such as `events-relay/Errors`.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ourMetric, REFUSED } from './metrics.ts';

export type AlarmProps = {
  readonly metric: IMetric;
  /** Reached or passed, in `periods` periods in a row, it alarms. */
  readonly threshold: number;
  readonly periods?: number;
  readonly whatToDo: string;
};

/** A function of ours. */
type Watched = Construct & { readonly lambda: LambdaFunction };

/** By which the runbook knows an alarm. */
const alarmName = (scope: Construct, id: string): string =>
  [...scope.node.scopes.filter((parent) => parent !== scope.node.root && !Stack.isStack(parent)), { node: { id } }]
    .map(({ node }) => node.id)
    .join('/');

const named = (scope: Construct, id: string, whatToDo: string) => {
  const name = alarmName(scope, id);
  return {
    alarmName: `${Stack.of(scope).stackName}/${name}`,
    alarmDescription: `${whatToDo} More in docs/runbook.md under ${name}.`,
  };
};

/** An alarm on a metric that has no data while all is well. */
export const alarm = (scope: Construct, id: string, { metric, threshold, periods = 1, whatToDo }: AlarmProps): Alarm =>
  new Alarm(scope, id, {
    ...named(scope, id, whatToDo),
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });

const period = Duration.minutes(5);

/** Our errors, whichever function made them: a handler answers 500 and so does not fail itself. */
export const alarmOnServerErrors = (api: HttpApi): void => {
  alarm(api, 'ServerErrors', {
    metric: api.metricServerError({ period, statistic: 'Sum' }),
    threshold: 5,
    whatToDo:
      'The API answers 5xx. Find the request ids of such answers in the access log, then the errors with these ids in the log of the function.',
  });
};

/**
 * Who polls too often is refused as it should be. A fleet that is refused gets its tasks late. API Gateway may leave out
 * what it refuses when that is very much, so `alarmOnFullThrottle` looks at the same from the other side.
 */
export const alarmOnRefused = (api: HttpApi, stage: string): void => {
  alarm(api, 'Throttled', {
    metric: ourMetric(stage, REFUSED, { period, statistic: 'Sum' }),
    threshold: 100,
    periods: 2,
    whatToDo:
      'The API answers 429 to many. See in the access log whether one address or the whole fleet is refused, and by which route.',
  });
};

/** What the throttle lets through is what Lambda counts: a fleet that is at its limit, or refused for the rest, shows there. */
export const alarmOnFullThrottle = (fn: Watched, requestsPerSecond: number): void => {
  alarm(fn, 'NearThrottle', {
    metric: fn.lambda.metricInvocations({ period, statistic: 'Sum' }),
    threshold: Math.ceil(requestsPerSecond * period.toSeconds() * 0.8),
    periods: 2,
    whatToDo: `Requests to ${fn.node.id} reach four fifths of what the stage’s throttle lets through, and more are refused as 429. If the fleet has grown, raise throttle.rate of the stage and the account’s quota.`,
  });
};

/** A function that throws, crashes or runs out of time. Of most of them nobody waits for the answer, and nobody would see. */
export const alarmOnErrors = (fn: Watched): void => {
  alarm(fn, 'Errors', {
    metric: fn.lambda.metricErrors({ period, statistic: 'Sum' }),
    threshold: 1,
    periods: 2,
    whatToDo: `${fn.node.id} keeps failing. Read the errors in its log. What a stream, a queue, the bus or the clock gave it is retried, then kept in a failure queue; who called it through the API got an error.`,
  });
};

/** A stream consumer that falls behind: what it has not read after 24 hours is lost. */
export const alarmOnLateness = (fn: Watched): void => {
  alarm(fn, 'Late', {
    metric: fn.lambda.metric('IteratorAge', { period, statistic: 'Maximum' }),
    threshold: 5 * 60_000,
    whatToDo: `${fn.node.id} is five minutes or more behind its stream, which keeps 24 hours. Look for errors or throttles of the function: a record that always fails holds up those behind it.`,
  });
};

/** A function that must run every minute. No data means that it did not. */
export const alarmOnSilence = (fn: Watched): void => {
  const whatToDo = `${fn.node.id} has not run for ten minutes, and does not do what time asks for. Check that its schedule is enabled, and whether its failure queue says why.`;
  new Alarm(fn, 'Silent', {
    ...named(fn, 'Silent', whatToDo),
    metric: fn.lambda.metricInvocations({ period, statistic: 'Sum' }),
    threshold: 1,
    evaluationPeriods: 2,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
  });
};

/**
 * Tables are on demand, so what throttles is a hot partition, or a growth that is faster than DynamoDB follows. An index
 * has metrics of its own, and one that throttles holds up the writes of its table.
 */
export const alarmOnTableThrottles = (scope: Construct, table: TableV2, indexes: readonly string[]): void => {
  const throttled = (metricName: string, index?: string) =>
    table.metric(metricName, {
      period,
      statistic: 'Sum',
      dimensionsMap: { TableName: table.tableName, ...(index !== undefined && { GlobalSecondaryIndexName: index }) },
    });
  const metrics = [undefined, ...indexes].flatMap((index) => [
    [`reads_${index ?? 'table'}`, throttled('ReadThrottleEvents', index)] as const,
    [`writes_${index ?? 'table'}`, throttled('WriteThrottleEvents', index)] as const,
  ]);
  alarm(scope, 'Throttled', {
    metric: new MathExpression({
      expression: metrics.map(([id]) => `FILL(${id}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(metrics),
      period,
      label: 'Throttled reads and writes, indexes included',
    }),
    threshold: 10,
    periods: 2,
    whatToDo: `DynamoDB throttles the table ${scope.node.id} or one of its indexes. What fails is retried; find out which it is and by which partition, and what grew.`,
  });
};

/** What is not of one resource, but of the whole. */
export const systemAlarms = (scope: Construct, stage: string): void => {
  const system = new Construct(scope, 'System');
  // None of ours has concurrency of its own, so where one is throttled, the account's has run out for all of them: one
  // alarm says what twenty would.
  alarm(system, 'FunctionsThrottled', {
    metric: LambdaFunction.metricAllThrottles({ period, statistic: 'Sum' }),
    threshold: 10,
    whatToDo:
      'Lambda throttles functions of this account and region: its concurrency is used up. See which function takes it, here or in another stack, and ask for a higher quota.',
  });
  alarm(system, 'TasksStuck', {
    metric: ourMetric(stage, 'OldestQueuedTaskAge', { period, statistic: 'Maximum' }),
    // No order may ask for a delivery within more than seven days.
    threshold: 7 * 24 * 3600 + 3600,
    whatToDo:
      'A restart task waits for its device for longer than any order allows, so deadlines are not kept. Look at schedules-sweep.',
  });
  alarm(system, 'NobodyAnswers', {
    metric: ourMetric(stage, 'RequestsExpired', { period: Duration.hours(1), statistic: 'Sum' }),
    threshold: 5,
    whatToDo:
      'Five people asked for help within an hour of each other, and nobody answered within four hours. See whether alerts reach the admins at all.',
  });
};
