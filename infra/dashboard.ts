/**
 * The dashboard of a stage: what people wait for on top, then what serves them. It is drawn last, of all that is in the
 * stack by then, so that a new function, queue or table is on it by itself.
 */
import { Duration, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { CHANNELS } from '../lib/alerts/model.ts';
import { TASK_STATES } from '../lib/api/restarts.ts';
import { isOpen } from '../lib/restarts/model.ts';
import type { Config } from './config.ts';
import { NodeFunction } from './function.ts';
import { ourMetric, REFUSED } from './metrics.ts';
import { FailureQueue } from './queues.ts';
import { Table } from './tables.ts';

const WIDTH = 24;
const HEIGHT = 6;

/** Side by side. */
const row = (...graphs: readonly { title: string; left: IMetric[]; right?: IMetric[] }[]): IWidget[] =>
  graphs.map(({ title, left, right = [] }) => {
    const width = Math.floor(WIDTH / graphs.length);
    return new GraphWidget({ title, left, right, width, height: HEIGHT, liveData: true });
  });

const period = Duration.minutes(5);

/** The two that say how it is for most, and for those for whom it is worst. */
const spread = (metric: (statistic: string, label: string) => IMetric): IMetric[] => [
  metric('p50', 'half of them'),
  metric('p95', '95 %'),
];

const forPeople = (stage: string): IWidget[][] => {
  const sum = (name: Parameters<typeof ourMetric>[1], of?: string) =>
    ourMetric(stage, name, { period, statistic: 'Sum', ...(of !== undefined && { label: of }) }, of);
  const times = (name: Parameters<typeof ourMetric>[1]) =>
    spread((statistic, label) => ourMetric(stage, name, { period, statistic, label }));
  const gauge = (name: Parameters<typeof ourMetric>[1]) => ourMetric(stage, name, { period, statistic: 'Maximum' });
  return [
    row(
      { title: 'Requests for help that wait', left: [gauge('RequestsWaiting')], right: [sum('RequestsExpired')] },
      { title: 'Seconds until an answer', left: times('TimeToAnswer') },
      { title: 'Alerts told', left: CHANNELS.map((channel) => sum('AlertsTold', channel)) },
    ),
    row(
      {
        title: 'Restarts that ended',
        left: TASK_STATES.filter((state) => !isOpen({ state })).map((state) => sum('TasksEnded', state)),
      },
      { title: 'Seconds until the device acknowledged', left: times('TimeToAcknowledge') },
      { title: 'Oldest task that waits, in seconds', left: [gauge('OldestQueuedTaskAge')], right: [sum('ItemsSwept')] },
    ),
  ];
};

/** @param counts whether an access log counts what is refused */
const ofApi = (api: HttpApi, stage: string, counts: boolean): IWidget[] =>
  row(
    { title: 'Requests to the API', left: [api.metricCount({ period, statistic: 'Sum' })] },
    {
      title: 'Answers that were errors',
      left: [api.metricClientError({ period, statistic: 'Sum' }), api.metricServerError({ period, statistic: 'Sum' })],
      right: counts ? [ourMetric(stage, REFUSED, { period, statistic: 'Sum' })] : [],
    },
    { title: 'Latency', left: spread((statistic, label) => api.metricLatency({ period, statistic, label })) },
  );

const ofFunctions = (functions: readonly NodeFunction[]): IWidget[][] => {
  const each = (metric: (fn: NodeFunction, label: string) => IMetric) => functions.map((fn) => metric(fn, fn.node.id));
  const consumers = functions.filter((fn) => fn.node.tryFindChild('Late'));
  return [
    row(
      {
        title: 'Invocations',
        left: each((fn, label) => fn.lambda.metricInvocations({ period, statistic: 'Sum', label })),
      },
      { title: 'Errors', left: each((fn, label) => fn.lambda.metricErrors({ period, statistic: 'Sum', label })) },
    ),
    row(
      { title: 'Throttled', left: each((fn, label) => fn.lambda.metricThrottles({ period, statistic: 'Sum', label })) },
      { title: 'Duration', left: each((fn, label) => fn.lambda.metricDuration({ period, statistic: 'p95', label })) },
      {
        title: 'How far stream consumers are behind',
        left: consumers.map((fn) =>
          fn.lambda.metric('IteratorAge', { period, statistic: 'Maximum', label: fn.node.id }),
        ),
      },
    ),
  ];
};

/** The throttles of a table's indexes are metrics of the indexes. */
const throttlesOf = ({ node, name }: Table): MathExpression =>
  new MathExpression({
    expression: `SUM(SEARCH('Namespace="AWS/DynamoDB" "${name}" MetricName=("ReadThrottleEvents" OR "WriteThrottleEvents")', 'Sum'))`,
    label: node.id,
    period,
  });

const ofStores = (queues: readonly FailureQueue[], tables: readonly Table[]): IWidget[] =>
  row(
    {
      title: 'Messages in failure queues',
      left: queues.map((queue) =>
        queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label: queue.node.path }),
      ),
    },
    { title: 'Throttled by DynamoDB', left: tables.map(throttlesOf) },
    {
      title: 'Written, in units',
      left: tables.map(({ node, resource }) =>
        resource.metricConsumedWriteCapacityUnits({ period, statistic: 'Sum', label: node.id }),
      ),
    },
  );

/** Draws what is in the stack. */
export const addDashboard = (stack: Stack, { stage, accessLog }: Config, api: HttpApi): void => {
  const all = stack.node.findAll();
  const of = <T>(type: abstract new (...args: never[]) => T): T[] =>
    all.filter((construct): construct is typeof construct & T => construct instanceof type);
  const title = new TextWidget({
    markdown: '**What to do** when something is red is in `docs/runbook.md`, by the name of the alarm.',
    width: WIDTH,
    height: 1,
  });
  const alarms = new AlarmStatusWidget({ alarms: of(Alarm), width: WIDTH, height: HEIGHT });
  new Dashboard(stack, 'Dashboard', {
    dashboardName: stack.stackName,
    defaultInterval: Duration.hours(12),
    widgets: [
      [title],
      [alarms],
      ...forPeople(stage),
      ofApi(api, stage, accessLog !== 'none'),
      ...ofFunctions(of(NodeFunction)),
      ofStores(of(FailureQueue), of(Table)),
    ],
  });
};
