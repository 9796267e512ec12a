/**
 * The API's access log: a line for each request, in a log group that forgets, and the count of the requests that were
 * refused as too many. A fleet's polls are most of its lines, so a stage can have shorter ones, or none.
 */
import { Aws, Fn } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type HttpApi, type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { NAMESPACE } from '../lib/metrics/model.ts';
import { alarmOnRefused } from './alarms.ts';
import type { Config } from './config.ts';
import { REFUSED } from './metrics.ts';
import { vendedLogPrefix } from './names.ts';
import { keepWith } from './removal.ts';

/** What the metric's filter, and a look at who is refused, need. */
const SHORT = {
  requestId: '$context.requestId',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
};

/** Enough to find a request and to see what became of it, nothing of what was in it. */
const FULL = {
  ...SHORT,
  time: '$context.requestTime',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
};

const FIELDS = { full: FULL, short: SHORT };

export class AccessLog extends Construct {
  readonly settings: IAccessLogSettings;

  /** @param lines what the stage wants each line to hold */
  constructor(scope: Construct, id: string, api: HttpApi, config: Config, lines: keyof typeof FIELDS) {
    super(scope, id);
    const group = new LogGroup(this, 'Default', {
      // API Gateway adds each other name to one resource policy of the region, which holds 5,120 characters for all
      // APIs; these names it covers at once. A kept group must not stand in the way of a new stack, so the name ends
      // with the stack's own id.
      logGroupName: `${vendedLogPrefix(config.stage)}access-log-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`,
      retention: config.logRetentionDays,
      removalPolicy: keepWith(config),
    });
    group.addMetricFilter('Refused', {
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: NAMESPACE,
      metricName: REFUSED,
      metricValue: '1',
      unit: Unit.COUNT,
      dimensions: { stage: '$.stage' },
    });
    alarmOnRefused(api, config.stage);
    this.settings = {
      destination: new LogGroupLogDestination(group),
      format: AccessLogFormat.custom(JSON.stringify({ stage: config.stage, ...FIELDS[lines] })),
    };
  }
}
