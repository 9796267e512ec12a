/** The functions that admins call, and what each may do. */
import type { Construct } from 'constructs';
import type { Environment as AlertsEnvironment } from '../../functions/admin/alerts/environment.ts';
import type { Environment as AssistanceEnvironment } from '../../functions/admin/assistance/environment.ts';
import type { Environment as AuditEnvironment } from '../../functions/admin/audit/environment.ts';
import type { Environment as ConnectorsEnvironment } from '../../functions/admin/connectors/environment.ts';
import type { Environment as DevicesEnvironment } from '../../functions/admin/devices/environment.ts';
import type { Environment as GroupsEnvironment } from '../../functions/admin/groups/environment.ts';
import type { Environment as MeEnvironment } from '../../functions/admin/me/environment.ts';
import type { Environment as OverviewEnvironment } from '../../functions/admin/overview/environment.ts';
import type { Environment as RestartsEnvironment } from '../../functions/admin/restarts/environment.ts';
import { RULES_FILE } from '../../lib/admins/rules.ts';
import { auditVariables } from '../audit.ts';
import { connectorVariables, grantConnectors } from '../connectors.ts';
import { NodeFunction } from '../function.ts';
import type { Resources } from '../resources.ts';

const timeoutSeconds = 10;
/** Opening a session and, where it cannot be kept, closing it: each has eight seconds. */
const withProviderSeconds = 20;

/** A thousand devices are put into a group by some twenty transactions, one after the other. */
const manyMembersSeconds = 25;

/** The functions behind the JWT authorizer. */
export const adminFunctions = (scope: Construct, resources: Resources) => {
  const { config, admins, tables } = resources;
  const audit = auditVariables(resources);
  const files = { [RULES_FILE]: JSON.stringify(admins.roles) };

  const assistance = new NodeFunction<AssistanceEnvironment>(scope, 'admin-assistance', {
    files,
    config,
    timeoutSeconds: withProviderSeconds,
    environment: {
      ...audit,
      ...connectorVariables(resources),
      DEVICES_TABLE: tables.devices.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
    },
  });
  grantConnectors(assistance, resources);
  tables.devices.grant(assistance, 'UpdateItem');
  tables.assistance.grant(assistance, 'BatchGetItem');
  tables.assistance.grantQueryIndex(assistance, 'list', 'state', 'device');
  tables.idempotency.grant(assistance, 'GetItem', 'PutItem');
  tables.audit.grant(assistance, 'PutItem');

  const devices = new NodeFunction<DevicesEnvironment>(scope, 'admin-devices', {
    files,
    config,
    timeoutSeconds,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      ASSISTANCE_TABLE: tables.assistance.name,
      RESTARTS_TABLE: tables.restarts.name,
      ACTIVITY_TABLE: tables.activity.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
    },
  });
  tables.devices.grant(devices, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
  tables.devices.grantQueryIndex(devices, 'names');
  // Retiring a device ends its open request and removes its open task.
  tables.assistance.grant(devices, 'GetItem', 'PutItem');
  tables.restarts.grant(devices, 'PutItem');
  tables.activity.grantQuery(devices);
  tables.idempotency.grant(devices, 'GetItem', 'PutItem');
  tables.audit.grant(devices, 'PutItem');

  const groups = new NodeFunction<GroupsEnvironment>(scope, 'admin-groups', {
    files,
    config,
    timeoutSeconds: manyMembersSeconds,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
    },
  });
  tables.devices.grant(groups, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
  tables.devices.grantQuery(groups, 'names');
  tables.idempotency.grant(groups, 'GetItem', 'PutItem');
  tables.audit.grant(groups, 'PutItem');

  const restarts = new NodeFunction<RestartsEnvironment>(scope, 'admin-restarts', {
    files,
    config,
    timeoutSeconds,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      RESTARTS_TABLE: tables.restarts.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
    },
  });
  tables.devices.grant(restarts, 'GetItem', 'BatchGetItem', 'UpdateItem');
  tables.devices.grantQuery(restarts, 'fleet');
  tables.restarts.grant(restarts, 'GetItem', 'BatchGetItem', 'PutItem');
  tables.restarts.grantQuery(restarts, 'list', 'job', 'device');
  tables.idempotency.grant(restarts, 'GetItem', 'PutItem');
  tables.audit.grant(restarts, 'PutItem');

  const alerts = new NodeFunction<AlertsEnvironment>(scope, 'admin-alerts', {
    files,
    config,
    timeoutSeconds,
    environment: { ...audit, ACTIVITY_TABLE: tables.activity.name },
  });
  tables.activity.grant(alerts, 'GetItem', 'PutItem');
  tables.activity.grantQueryIndex(alerts, 'list', 'state');
  tables.audit.grant(alerts, 'PutItem');

  const connectors = new NodeFunction<ConnectorsEnvironment>(scope, 'admin-connectors', {
    files,
    config,
    timeoutSeconds: withProviderSeconds,
    environment: { ...audit, ...connectorVariables(resources) },
  });
  grantConnectors(connectors, resources);
  tables.audit.grant(connectors, 'PutItem');

  const overview = new NodeFunction<OverviewEnvironment>(scope, 'admin-overview', {
    files,
    config,
    timeoutSeconds,
    environment: {
      ...audit,
      DEVICES_TABLE: tables.devices.name,
      ASSISTANCE_TABLE: tables.assistance.name,
      RESTARTS_TABLE: tables.restarts.name,
      ACTIVITY_TABLE: tables.activity.name,
      CONNECTORS: JSON.stringify(config.connectors),
    },
  });
  tables.devices.grantQuery(overview);
  tables.assistance.grant(overview, 'GetItem');
  tables.assistance.grantQueryIndex(overview, 'state');
  tables.restarts.grantQueryIndex(overview, 'list');
  tables.activity.grantQueryIndex(overview, 'severity');
  // Whoever may not read it leaves a record of having tried.
  tables.audit.grant(overview, 'PutItem');

  const auditTrail = new NodeFunction<AuditEnvironment>(scope, 'admin-audit', {
    files,
    config,
    timeoutSeconds,
    environment: audit,
  });
  tables.audit.grantQueryIndex(auditTrail, 'list', 'actor', 'subject');
  // Whoever may not read it leaves a record of having tried.
  tables.audit.grant(auditTrail, 'PutItem');

  const me = new NodeFunction<MeEnvironment>(scope, 'admin-me', {
    files,
    config,
    timeoutSeconds,
    environment: {},
  });

  return {
    'admin-assistance': assistance,
    'admin-audit': auditTrail,
    'admin-devices': devices,
    'admin-groups': groups,
    'admin-me': me,
    'admin-overview': overview,
    'admin-restarts': restarts,
    'admin-alerts': alerts,
    'admin-connectors': connectors,
  };
};
