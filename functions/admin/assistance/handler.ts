/** What admins do with assistance requests: read, approve, decline, end. */
import {
  approveAssistanceRequest,
  declineAssistanceRequest,
  endAssistance,
  getAssistanceRequest,
  listAssistanceRequests,
} from '../../../lib/api/assistance.ts';
import { changeRequest, getRequest, listRequests } from '../../../lib/assistance/admin.ts';
import { approveRequest } from '../../../lib/assistance/approve.ts';
import { readForSupporter } from '../../../lib/assistance/readers.ts';
import { decline, end } from '../../../lib/assistance/request.ts';
import { adminRequestView, supporterRequestView } from '../../../lib/assistance/view.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import type { Id } from '../../../lib/ids.ts';
import { hasRole, readRoleRules } from '../../../lib/lambda/admin.ts';
import { openConnectors, teamViewerPart } from '../../../lib/lambda/connectors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { type Admin, answer, route } from '../../../lib/lambda/http-types.ts';
import { answerPage } from '../../../lib/lambda/paging.ts';
import type { PageRequest } from '../../../lib/page.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const deps = {
  requests: createAssistanceRepository(db, {
    devices: environment.DEVICES_TABLE,
    assistance: environment.ASSISTANCE_TABLE,
    idempotency: environment.IDEMPOTENCY_TABLE,
  }),
  connectors: openConnectors(db, environment, clock, teamViewerPart(environment, clock)).connectors,
  clock,
};

/** One request, as far as this admin may see it. */
const shownTo = async (admin: Admin, id: Id) =>
  answer(
    200,
    hasRole(admin, 'helpdesk')
      ? supporterRequestView(await readForSupporter(deps, id, admin))
      : adminRequestView(await getRequest(deps, id)),
  );

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  idempotency: { store: createIdempotencyStore(db, environment.IDEMPOTENCY_TABLE), clock: deps.clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(listAssistanceRequests, async ({ query: { limit, cursor, ...filter } }) => {
      const list = (page: PageRequest) => listRequests(deps, filter, page);
      return answer(200, await answerPage(listAssistanceRequests, { limit, cursor }, filter, list, adminRequestView));
    }),
    route(getAssistanceRequest, ({ admin, params }) => shownTo(admin, params.id)),
    route(
      approveAssistanceRequest,
      async ({ admin, params, body, remember }) =>
        answer(200, supporterRequestView(await approveRequest(deps, params.id, body, admin, remember))),
      ({ admin, params }) => shownTo(admin, params.id),
    ),
    route(declineAssistanceRequest, async ({ admin, params, body }) =>
      answer(
        200,
        supporterRequestView(
          await changeRequest(deps, params.id, (request, now) => decline(request, body.reason, admin, now)),
        ),
      ),
    ),
    route(endAssistance, async ({ admin, params }) =>
      answer(
        200,
        supporterRequestView(
          await changeRequest(deps, params.id, (request, now) => end(request, 'adminEnded', now, admin)),
        ),
      ),
    ),
  ],
});
