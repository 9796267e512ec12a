/** The functions that the event bus and the clock call, and what each may do. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { Environment as AlertsEnvironment } from '../../functions/events/alerts/environment.ts';
import type { Environment as TimelineEnvironment } from '../../functions/events/timeline/environment.ts';
import type { Environment as AlertSweepEnvironment } from '../../functions/schedules/alerts/environment.ts';
import type { Environment as OutboxSweepEnvironment } from '../../functions/schedules/outbox/environment.ts';
import type { Environment as SweepEnvironment } from '../../functions/schedules/sweep/environment.ts';
import { ALERT_EVENT_TYPES } from '../../lib/alerts/rules.ts';
import { TIMELINE_EVENT_TYPES } from '../../lib/timeline/model.ts';
import { alarmOnSilence } from '../alarms.ts';
import { NodeFunction } from '../function.ts';
import { FailureQueue } from '../queues.ts';
import type { Resources } from '../resources.ts';
import { consequenceVariables, grantConsequences } from './streams.ts';

const timeoutSeconds = 60;

const replay = (name: string): string =>
  `Events that ${name} could not handle. Each message is one event: fix what its log shows, then invoke it with them.`;

/** The variables of a function that tells the admins of alerts. */
const tellingVariables = ({ config, tables, events, alerts: topic }: Resources, consoleUrl: string) => ({
  ACTIVITY_TABLE: tables.activity.name,
  ALERT_TOPIC_ARN: topic.topicArn,
  EVENT_BUS_NAME: events.bus.eventBusName,
  CONSOLE_URL: consoleUrl,
  STAGE: config.stage,
});

/** Saving an alert with what follows from it, and each channel to tell of it. */
const grantTelling = (fn: NodeFunction, { tables, events, alerts: topic }: Resources): void => {
  tables.activity.grant(fn, 'GetItem', 'PutItem', 'DeleteItem');
  topic.grantPublish(fn);
  events.grantPublish(fn);
};

/**
 * What makes alerts and timelines of events.
 * @param consoleUrl where admins open what they are told of
 */
export const eventFunctions = (scope: Construct, resources: Resources, consoleUrl: string): void => {
  const { config, tables, events } = resources;
  const alertFailures = new FailureQueue(scope, 'AlertFailures', { whatToDo: replay('events-alerts') });
  const alerts = new NodeFunction<AlertsEnvironment>(scope, 'events-alerts', {
    config,
    timeoutSeconds,
    deadLetterQueue: alertFailures,
    environment: tellingVariables(resources, consoleUrl),
  });
  events.deliver(alerts, ALERT_EVENT_TYPES, alertFailures);
  grantTelling(alerts, resources);
  // When a cause of a device's alerts was gone: noted, and asked before one is raised.
  tables.activity.grant(alerts, 'UpdateItem', 'ConditionCheckItem');
  // A device's alerts that a later event of it resolves.
  tables.activity.grantQuery(alerts);

  const timelineFailures = new FailureQueue(scope, 'TimelineFailures', { whatToDo: replay('events-timeline') });
  const timeline = new NodeFunction<TimelineEnvironment>(scope, 'events-timeline', {
    config,
    timeoutSeconds,
    deadLetterQueue: timelineFailures,
    environment: { ACTIVITY_TABLE: tables.activity.name },
  });
  events.deliver(timeline, TIMELINE_EVENT_TYPES, timelineFailures);
  tables.activity.grant(timeline, 'PutItem');
};

/** What happens because time passes. */
export const scheduledFunctions = (scope: Construct, resources: Resources, consoleUrl: string): void => {
  sweepOf(scope, resources);
  alertSweepOf(scope, resources, consoleUrl);
  outboxSweepOf(scope, resources);
};

/** Runs a function each minute. The next minute comes anyway, so one that failed is tried again once. */
export const everyMinute = (fn: NodeFunction, failures: FailureQueue): void => {
  new Rule(fn, 'EveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [
      new LambdaTarget(fn.lambda, { deadLetterQueue: failures, retryAttempts: 1, maxEventAge: Duration.minutes(1) }),
    ],
  });
  alarmOnSilence(fn);
};

const sweepOf = (scope: Construct, { config, tables }: Resources): void => {
  const failures = new FailureQueue(scope, 'SweepFailures', {
    whatToDo:
      'A sweep failed or was not started. Read the log of schedules-sweep; a later sweep does the work of a missed one, so purge the queue when sweeps succeed again.',
  });
  const sweep = new NodeFunction<SweepEnvironment>(scope, 'schedules-sweep', {
    config,
    timeoutSeconds,
    deadLetterQueue: failures,
    environment: {
      DEVICES_TABLE: tables.devices.name,
      ASSISTANCE_TABLE: tables.assistance.name,
      RESTARTS_TABLE: tables.restarts.name,
      STAGE: config.stage,
    },
  });
  tables.assistance.grantQueryIndex(sweep, 'due');
  tables.assistance.grant(sweep, 'GetItem', 'PutItem', 'DeleteItem');
  // Beside what is due, the oldest task that waits for its device is looked for.
  tables.restarts.grantQuery(sweep, 'due', 'list', 'job');
  tables.restarts.grant(sweep, 'GetItem', 'PutItem');
  tables.devices.grant(sweep, 'UpdateItem');
  tables.devices.grantQueryIndex(sweep, 'due');
  // Retiring that did not come to its end takes the device out of its groups, and its serial number.
  tables.devices.grant(sweep, 'GetItem', 'PutItem', 'DeleteItem');
  everyMinute(sweep, failures);
};

const alertSweepOf = (scope: Construct, resources: Resources, consoleUrl: string): void => {
  const { config, tables } = resources;
  const failures = new FailureQueue(scope, 'AlertSweepFailures', {
    whatToDo:
      'Alerts may not have been told: a run of schedules-alerts failed or was not started. Read its log; a later run does the work of a missed one, so purge the queue when runs succeed again.',
  });
  const alerts = new NodeFunction<AlertSweepEnvironment>(scope, 'schedules-alerts', {
    config,
    timeoutSeconds,
    deadLetterQueue: failures,
    environment: tellingVariables(resources, consoleUrl),
  });
  grantTelling(alerts, resources);
  tables.activity.grantQueryIndex(alerts, 'due');
  everyMinute(alerts, failures);
};

const outboxSweepOf = (scope: Construct, resources: Resources): void => {
  const { config, tables } = resources;
  const failures = new FailureQueue(scope, 'OutboxSweepFailures', {
    whatToDo:
      'A run of schedules-outbox failed or was not started. Read its log; a later run does the work of a missed one, so purge the queue when runs succeed again.',
  });
  const outbox = new NodeFunction<OutboxSweepEnvironment>(scope, 'schedules-outbox', {
    config,
    timeoutSeconds,
    deadLetterQueue: failures,
    environment: consequenceVariables(resources),
  });
  grantConsequences(outbox, resources);
  for (const table of [tables.devices, tables.assistance, tables.restarts]) table.grantQuery(outbox);
  everyMinute(outbox, failures);
};
