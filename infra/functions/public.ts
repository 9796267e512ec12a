/** The functions that anybody may call, and what each may do. */
import type { Construct } from 'constructs';
import type { Environment as ConnectorsEnvironment } from '../../functions/public/connectors/environment.ts';
import type { Environment as ConsoleEnvironment } from '../../functions/public/console/environment.ts';
import type { Environment as EnrollmentEnvironment } from '../../functions/public/enrollment/environment.ts';
import type { Environment as SystemEnvironment } from '../../functions/public/system/environment.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { auditVariables } from '../audit.ts';
import { connectorVariables, grantConnectors } from '../connectors.ts';
import { consoleVariables } from '../console.ts';
import { NodeFunction } from '../function.ts';
import type { Resources } from '../resources.ts';

const timeoutSeconds = 10;

/** Enrolment, which has a token of its own, and what is no secret. */
export const publicFunctions = (scope: Construct, resources: Resources) => {
  const { config, tables } = resources;
  const enrollment = new NodeFunction<EnrollmentEnvironment>(scope, 'public-enrollment', {
    config,
    timeoutSeconds,
    environment: {
      ...auditVariables(resources),
      DEVICES_TABLE: tables.devices.name,
      ASSISTANCE_TABLE: tables.assistance.name,
      RESTARTS_TABLE: tables.restarts.name,
      IDEMPOTENCY_TABLE: tables.idempotency.name,
    },
  });
  tables.devices.grant(enrollment, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
  // A device that takes the place of another ends that one's open request and removes its open task.
  tables.assistance.grant(enrollment, 'GetItem', 'PutItem');
  tables.restarts.grant(enrollment, 'PutItem');
  tables.idempotency.grant(enrollment, 'GetItem', 'PutItem');
  tables.audit.grant(enrollment, 'PutItem');

  const system = new NodeFunction<SystemEnvironment>(scope, 'public-system', {
    config,
    timeoutSeconds,
    environment: { VERSION: packageJson.version },
  });

  const connectors = new NodeFunction<ConnectorsEnvironment>(scope, 'public-connectors', {
    config,
    timeoutSeconds: 20,
    environment: { ...auditVariables(resources), ...connectorVariables(resources) },
  });
  grantConnectors(connectors, resources);
  tables.audit.grant(connectors, 'PutItem');

  const webConsole = new NodeFunction<ConsoleEnvironment>(scope, 'public-console', {
    config,
    timeoutSeconds,
    environment: consoleVariables(resources),
  });

  return {
    'public-connectors': connectors,
    'public-console': webConsole,
    'public-enrollment': enrollment,
    'public-system': system,
  };
};
