/** The functions that devices call, and what each may do. */
import type { Construct } from 'constructs';
import type { Environment as AssistanceEnvironment } from '../../functions/agent/assistance/environment.ts';
import type { Environment as CredentialsEnvironment } from '../../functions/agent/credentials/environment.ts';
import type { Environment as PollEnvironment } from '../../functions/agent/poll/environment.ts';
import type { Environment as TasksEnvironment } from '../../functions/agent/tasks/environment.ts';
import { alarmOnFullThrottle } from '../alarms.ts';
import { auditVariables } from '../audit.ts';
import { NodeFunction } from '../function.ts';
import type { Resources } from '../resources.ts';

const timeoutSeconds = 10;

/** The functions below `/v1/agent`. */
export const agentFunctions = (scope: Construct, resources: Resources) => {
  const { config, tables, inboxes } = resources;
  const audit = auditVariables(resources);

  /**
   * Reading a device's record, and noting there that a rotated credential was used, or a dead one; what follows from that,
   * or from the device being back, lies in the outbox until it is told.
   */
  const grantAuthentication = (fn: NodeFunction): void => tables.devices.grant(fn, 'GetItem', 'UpdateItem', 'PutItem');

  const poll = new NodeFunction<PollEnvironment>(scope, 'agent-poll', {
    config,
    timeoutSeconds,
    quiet: true,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      ASSISTANCE_TABLE: tables.assistance.name,
      RESTARTS_TABLE: tables.restarts.name,
      INBOX_URL_PREFIX: inboxes.urlPrefix,
    },
  });
  grantAuthentication(poll);
  tables.assistance.grant(poll, 'GetItem');
  // A poll with a new boot id proves a restart, and so ends its task. What it hands out is read again, with its job's mark.
  tables.restarts.grant(poll, 'GetItem', 'BatchGetItem', 'PutItem');
  tables.audit.grant(poll, 'PutItem');
  inboxes.grantReceive(poll);
  alarmOnFullThrottle(poll, config.throttle.rate);

  const tasks = new NodeFunction<TasksEnvironment>(scope, 'agent-tasks', {
    config,
    timeoutSeconds,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      RESTARTS_TABLE: tables.restarts.name,
      INBOX_URL_PREFIX: inboxes.urlPrefix,
      RESTARTS_PER_DAY: String(config.restartsPerDay),
    },
  });
  grantAuthentication(tasks);
  // An acknowledgement checks that its job is not stopped; one that is repeated reads it.
  tables.restarts.grant(tasks, 'GetItem', 'BatchGetItem', 'PutItem', 'ConditionCheckItem');
  tables.audit.grant(tasks, 'PutItem');
  inboxes.grantDelete(tasks);

  const assistance = new NodeFunction<AssistanceEnvironment>(scope, 'agent-assistance', {
    config,
    timeoutSeconds,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      ASSISTANCE_TABLE: tables.assistance.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
      REQUESTS_PER_HOUR: String(config.deviceLimits.requestsPerHour),
      UNANSWERED_AFTER_MINUTES: JSON.stringify(config.unansweredAfterMinutes),
    },
  });
  grantAuthentication(assistance);
  tables.assistance.grant(assistance, 'GetItem', 'PutItem');
  tables.idempotency.grant(assistance, 'GetItem', 'PutItem');
  tables.audit.grant(assistance, 'PutItem');

  const credentials = new NodeFunction<CredentialsEnvironment>(scope, 'agent-credentials', {
    config,
    timeoutSeconds,
    environment: {
      ...audit,
      ROTATIONS_PER_HOUR: String(config.deviceLimits.rotationsPerHour),
      DEVICES_TABLE: tables.devices.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
    },
  });
  grantAuthentication(credentials);
  tables.idempotency.grant(credentials, 'GetItem', 'PutItem');
  tables.audit.grant(credentials, 'PutItem');

  return {
    'agent-credentials': credentials,
    'agent-poll': poll,
    'agent-tasks': tasks,
    'agent-assistance': assistance,
  };
};
