/** The functions that follow the tables' streams and the devices' undelivered tasks, and what each may do. */
import type { Construct } from 'constructs';
import type { Environment as AuditExportEnvironment } from '../../functions/events/audit-export/environment.ts';
import type { Environment as GroupsEnvironment } from '../../functions/events/groups/environment.ts';
import type { Environment as JobsEnvironment } from '../../functions/events/jobs/environment.ts';
import type { Environment as RelayEnvironment } from '../../functions/events/relay/environment.ts';
import type { Environment as UndeliveredEnvironment } from '../../functions/events/undelivered/environment.ts';
import { NodeFunction } from '../function.ts';
import { FailureQueue } from '../queues.ts';
import type { Resources } from '../resources.ts';
import { consumeQueue, consumeStream } from '../streams.ts';

const timeoutSeconds = 60;

/** What makes each audit record a line of a log group. */
const exportAudit = (scope: Construct, { config, tables }: Resources, failures: FailureQueue): void => {
  const auditExport = new NodeFunction<AuditExportEnvironment>(scope, 'events-audit-export', {
    config,
    timeoutSeconds,
    environment: {},
    // Its log is what it is for, so the platform's own lines stay out of it.
    quiet: true,
    logRetentionDays: config.auditExportRetentionDays,
  });
  consumeStream(auditExport, tables.audit, { failures });
};

/** The variables of a function that does what follows from changes. */
export const consequenceVariables = ({ config, tables, inboxes, events }: Resources) => ({
  ASSISTANCE_TABLE: tables.assistance.name,
  DEVICES_TABLE: tables.devices.name,
  RESTARTS_TABLE: tables.restarts.name,
  EVENT_BUS_NAME: events.bus.eventBusName,
  INBOX_URL_PREFIX: inboxes.urlPrefix,
  INBOX_DEAD_LETTER_QUEUE_ARN: inboxes.deadLetters.queueArn,
  INBOX_LEASE_SECONDS: String(config.inboxLeaseSeconds),
});

/** Publishing events, looking after inboxes, and taking out of the outboxes what was done. */
export const grantConsequences = (fn: NodeFunction, { tables, inboxes, events }: Resources): void => {
  inboxes.grantManage(fn);
  inboxes.grantSend(fn);
  events.grantPublish(fn);
  // Whether a device whose inbox is missing is in service.
  tables.devices.grant(fn, 'GetItem');
  for (const table of [tables.devices, tables.assistance, tables.restarts]) table.grant(fn, 'BatchWriteItem');
};

/** What turns a write into everything that follows from it. */
export const streamFunctions = (scope: Construct, resources: Resources): void => {
  const { config, tables, inboxes } = resources;
  const failures = new FailureQueue(scope, 'StreamFailures', {
    whatToDo:
      'Stream records failed for six hours. A message names the function, the stream, the shard and the sequence numbers, and the stream keeps the records for 24 hours: fix the cause, read them from the stream, invoke the function with them.',
  });

  const relay = new NodeFunction<RelayEnvironment>(scope, 'events-relay', {
    config,
    timeoutSeconds,
    environment: { ...consequenceVariables(resources), STAGE: config.stage },
  });
  // Beside devices the table has counts, memberships and tokens, which nothing follows from.
  const sortKeys = ['DEVICE'];
  consumeStream(relay, tables.devices, {
    failures,
    // Enrolled, retired, back, with a new credential, or with a shared one: a device is written far more often because it
    // was seen, and nothing follows from that. Lambda takes five filters for one source.
    filters: [
      { sortKeys, isNew: true },
      { sortKeys, numberAfter: 'retiredAt' },
      { sortKeys, textBefore: 'missingSinceTask' },
      { sortKeys, textBefore: 'nextCredential.secretHash' },
      { sortKeys, numberAfter: 'sharing.since' },
    ],
  });
  // Beside requests and connectors the table has what is left of expired requests, leases, and the outbox.
  consumeStream(relay, tables.assistance, { failures, filters: [{ sortKeys: ['REQUEST', 'CONNECTORS'] }] });
  // Beside jobs and tasks the table has their counts.
  consumeStream(relay, tables.restarts, { failures, filters: [{ sortKeys: ['JOB', 'TASK'] }] });
  grantConsequences(relay, resources);
  // What is left of an expired request, so that its device can be told.
  tables.assistance.grant(relay, 'PutItem');

  const jobs = new NodeFunction<JobsEnvironment>(scope, 'events-jobs', {
    config,
    timeoutSeconds,
    environment: { DEVICES_TABLE: tables.devices.name, RESTARTS_TABLE: tables.restarts.name },
  });
  consumeStream(jobs, tables.restarts, { failures, filters: [{ sortKeys: ['JOB', 'TASK'] }] });
  tables.devices.grant(jobs, 'GetItem', 'BatchGetItem', 'UpdateItem');
  tables.devices.grantQuery(jobs, 'fleet');
  tables.restarts.grant(jobs, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
  tables.restarts.grantQuery(jobs, 'job');

  const groups = new NodeFunction<GroupsEnvironment>(scope, 'events-groups', {
    config,
    timeoutSeconds,
    environment: { DEVICES_TABLE: tables.devices.name },
  });
  // A group changes with each of its memberships; what there is to do begins with its deletion.
  consumeStream(groups, tables.devices, { failures, filters: [{ sortKeys: ['GROUP'], numberAfter: 'deletedAt' }] });
  tables.devices.grant(groups, 'GetItem', 'UpdateItem', 'DeleteItem');
  tables.devices.grantQuery(groups);

  const undelivered = new NodeFunction<UndeliveredEnvironment>(scope, 'events-undelivered', {
    config,
    timeoutSeconds,
    environment: { DEVICES_TABLE: tables.devices.name, RESTARTS_TABLE: tables.restarts.name },
  });
  // A fleet that is switched off must not take the concurrency that polls need.
  consumeQueue(undelivered, inboxes.deadLetters, 20);
  tables.devices.grant(undelivered, 'UpdateItem');
  tables.restarts.grant(undelivered, 'GetItem', 'PutItem');

  if (config.auditExport === 'cloudWatchLogs') exportAudit(scope, resources, failures);
};
