/** The connectors and where each stands. */
import { getConnector, listConnectors } from '../../../lib/api/connectors.ts';
import { notFound } from '../../../lib/api/problem.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { ConnectorSettings, connectorsOf, connectorViews } from '../../../lib/connectors/connectors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const views = connectorViews(connectorsOf(ConnectorSettings.parse(JSON.parse(environment.CONNECTORS))));

export const handler = httpFunction({
  adminRoles: environment.ADMIN_ROLES,
  audit: createAuditTrail(db, environment),
  routes: [
    route(listConnectors, async () => answer(200, { items: views })),
    route(getConnector, async ({ params }) => {
      const body = views.find((connector) => connector.name === params.name);
      if (!body) throw notFound('connector');
      return answer(200, body);
    }),
  ],
});
