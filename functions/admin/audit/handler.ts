/** Reading the audit trail. */
import { listAuditEvents } from '../../../lib/api/audit.ts';
import { auditView } from '../../../lib/audit/view.ts';
import { createAuditLog } from '../../../lib/aws/audit-log.ts';
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
const log = createAuditLog(db, environment.AUDIT_TABLE);

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  audit: createAuditTrail(db, environment),
  routes: [
    route(listAuditEvents, async ({ query: { actor, subject, ...query } }) => {
      const list = (page: PageRequest) => log.list({ ...page, actor, subject });
      return answer(200, await answerPage(listAuditEvents, query, { actor, subject }, list, auditView));
    }),
  ],
});
