/** What waits for an admin now. A console asks for it every few seconds. */
import { getOverview } from '../../../lib/api/overview.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createOverviewSources } from '../../../lib/aws/overview-sources.ts';
import { ConnectorSettings, initialRegistry } from '../../../lib/connectors/connectors.ts';
import { readRoleRules } from '../../../lib/lambda/admin.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { readOverview } from '../../../lib/overview/overview.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();

const sources = createOverviewSources(
  db,
  {
    devices: environment.DEVICES_TABLE,
    assistance: environment.ASSISTANCE_TABLE,
    restarts: environment.RESTARTS_TABLE,
    activity: environment.ACTIVITY_TABLE,
  },
  initialRegistry(ConnectorSettings.parse(JSON.parse(environment.CONNECTORS))),
);

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  audit: createAuditTrail(db, environment),
  routes: [route(getOverview, async () => answer(200, await readOverview(sources, Date.now)))],
});
