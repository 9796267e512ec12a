/** The functions that look after sessions at providers, and what each may do. */
import type { Construct } from 'constructs';
import type { Environment as ClosingEnvironment } from '../../functions/events/sessions/environment.ts';
import type { Environment as SweepEnvironment } from '../../functions/schedules/sessions/environment.ts';
import { connectorVariables, grantConnectors } from '../connectors.ts';
import { NodeFunction } from '../function.ts';
import { FailureQueue } from '../queues.ts';
import type { Resources } from '../resources.ts';
import { everyMinute } from './events.ts';

/** What closes and follows sessions. */
export const sessionFunctions = (scope: Construct, resources: Resources): void => {
  closing(scope, resources);
  sweep(scope, resources);
};

const closing = (scope: Construct, resources: Resources): void => {
  const failures = new FailureQueue(scope, 'SessionFailures', {
    whatToDo:
      'Ends of sessions that events-sessions could not handle. schedules-sessions closes these sessions all the same: read the log of events-sessions, then purge the queue.',
  });
  const fn = new NodeFunction<ClosingEnvironment>(scope, 'events-sessions', {
    config: resources.config,
    timeoutSeconds: 30,
    deadLetterQueue: failures,
    environment: connectorVariables(resources),
  });
  resources.events.deliver(fn, ['AssistanceEnded', 'AssistanceRefused'], failures);
  grantConnectors(fn, resources);
};

const sweep = (scope: Construct, resources: Resources): void => {
  const { config, tables } = resources;
  const failures = new FailureQueue(scope, 'SessionSweepFailures', {
    whatToDo:
      'A run of schedules-sessions failed or was not started. Read its log; a later run does the work of a missed one, so purge the queue when runs succeed again.',
  });
  const fn = new NodeFunction<SweepEnvironment>(scope, 'schedules-sessions', {
    config,
    timeoutSeconds: 60,
    deadLetterQueue: failures,
    environment: { ...connectorVariables(resources), DEVICES_TABLE: tables.devices.name },
  });
  grantConnectors(fn, resources);
  tables.assistance.grantQueryIndex(fn, 'due');
  tables.assistance.grant(fn, 'UpdateItem');
  tables.devices.grant(fn, 'UpdateItem');
  everyMinute(fn, failures);
};
