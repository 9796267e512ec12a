/** What admins do with connectors: read them, connect and disconnect them, choose the default. */
import {
  disconnectConnector as disconnectOperation,
  getConnector as getOperation,
  listConnectors as listOperation,
  onboardTeamViewer,
  setDefaultConnector,
  setUpRustDesk as setUpOperation,
  teamViewerCallback,
} from '../../../lib/api/connectors.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import {
  chooseDefault,
  disconnectConnector,
  getConnector,
  listConnectors,
  setUpRustDesk,
} from '../../../lib/connectors/manage.ts';
import { relayOf } from '../../../lib/connectors/model.ts';
import { startOnboarding } from '../../../lib/connectors/onboarding.ts';
import { rustDesk } from '../../../lib/connectors/rustdesk.ts';
import { TEAMVIEWER_LIMITATIONS } from '../../../lib/connectors/teamviewer/limitations.ts';
import { readRoleRules } from '../../../lib/lambda/admin.ts';
import { openConnectors, teamViewerPart } from '../../../lib/lambda/connectors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { answerPage } from '../../../lib/lambda/paging.ts';
import { type PageRequest, pageOf } from '../../../lib/page.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const teamViewer = teamViewerPart(environment, clock);
const { records } = openConnectors(db, environment, clock, teamViewer);

const deps = {
  records,
  clock,
  limitations: { teamviewer: TEAMVIEWER_LIMITATIONS, rustdesk: rustDesk({}).limitations },
  providers: {
    get teamviewer() {
      const { connector: onboarding, vault } = teamViewer();
      return { onboarding, vault };
    },
  },
};

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  audit: createAuditTrail(db, environment),
  routes: [
    route(listOperation, async ({ query }) => {
      const read = async (request: PageRequest) => pageOf(await listConnectors(deps), ({ name }) => name, request);
      return answer(200, await answerPage(listOperation, query, {}, read, (connector) => connector));
    }),
    route(getOperation, async ({ params }) => answer(200, await getConnector(deps, params.name))),
    route(onboardTeamViewer, async ({ admin, body, origin }) => {
      const { clientId, clientSecret, redirectUri = `${origin}${teamViewerCallback.path}` } = body;
      const signIn = { clientId, clientSecret, redirectUri };
      return answer(
        200,
        await startOnboarding({ records, provider: teamViewer().connector, clock }, 'teamviewer', signIn, admin),
      );
    }),
    route(setUpOperation, async ({ admin, body }) => answer(200, await setUpRustDesk(deps, relayOf(body), admin))),
    route(setDefaultConnector, async ({ admin, params }) => answer(200, await chooseDefault(deps, params.name, admin))),
    route(disconnectOperation, async ({ admin, params }) => {
      await disconnectConnector(deps, params.name, admin);
      return answer(204);
    }),
  ],
});
