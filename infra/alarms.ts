/** Alarms, each of which says in its description what to do about it. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { NodeFunction } from './function.ts';

export type AlarmProps = {
  readonly metric: IMetric;
  /** Reached or passed, in `periods` periods in a row, it alarms. */
  readonly threshold: number;
  readonly periods?: number;
  readonly whatToDo: string;
};

/** An alarm on a metric that has no data while all is well. */
export const alarm = (scope: Construct, id: string, props: AlarmProps): Alarm =>
  new Alarm(scope, id, {
    metric: props.metric,
    threshold: props.threshold,
    evaluationPeriods: props.periods ?? 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: props.whatToDo,
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

/** A function that nobody waits for, and whose errors therefore nobody sees. */
export const alarmOnErrors = (fn: NodeFunction): void => {
  alarm(fn, 'Errors', {
    metric: fn.lambda.metricErrors({ period, statistic: 'Sum' }),
    threshold: 1,
    periods: 2,
    whatToDo: `${fn.node.id} keeps failing. Read the errors in its log. What it was given is retried, then kept in its failure queue.`,
  });
};

/** A stream consumer that falls behind: what it has not read after 24 hours is lost. */
export const alarmOnLateness = (fn: NodeFunction): void => {
  alarm(fn, 'Late', {
    metric: fn.lambda.metric('IteratorAge', { period, statistic: 'Maximum' }),
    threshold: 5 * 60_000,
    whatToDo: `${fn.node.id} is five minutes or more behind its stream, which keeps 24 hours. Look for errors or throttles of the function: a record that always fails holds up those behind it.`,
  });
};

/** A function that must run every minute. No data means that it did not. */
export const alarmOnSilence = (fn: NodeFunction): void => {
  new Alarm(fn, 'Silent', {
    metric: fn.lambda.metricInvocations({ period, statistic: 'Sum' }),
    threshold: 1,
    evaluationPeriods: 2,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
    alarmDescription: `${fn.node.id} has not run for ten minutes: nothing expires and no deadline is kept. Check that its schedule is enabled, and whether its failure queue says why.`,
  });
};
