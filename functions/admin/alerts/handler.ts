/** What admins do with alerts: read them, take them on. */
import { acknowledgeAlert, getAlert } from '../../../lib/alerts/alerts.ts';
import { alertView } from '../../../lib/alerts/model.ts';
import {
  acknowledgeAlert as acknowledgeOperation,
  getAlert as getOperation,
  listAlerts,
} from '../../../lib/api/alerts.ts';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { readRoleRules } from '../../../lib/lambda/admin.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { answerPage } from '../../../lib/lambda/paging.ts';
import type { PageRequest } from '../../../lib/page.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const alerts = createAlertRepository(db, environment.ACTIVITY_TABLE);

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  audit: createAuditTrail(db, environment),
  routes: [
    route(listAlerts, async ({ query }) => {
      const { state } = query;
      const list = (page: PageRequest) => alerts.list({ ...page, state });
      return answer(200, await answerPage(listAlerts, query, { state }, list, alertView));
    }),
    route(getOperation, async ({ params }) => answer(200, alertView(await getAlert(alerts, params.id)))),
    route(acknowledgeOperation, async ({ admin, params }) =>
      answer(200, alertView(await acknowledgeAlert({ alerts, clock: Date.now }, params.id, admin))),
    ),
  ],
});
