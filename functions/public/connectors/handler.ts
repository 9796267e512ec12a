/** Where a provider sends the browser of an admin who signed in there: nobody is signed in here, the `state` is the key. */
import { teamViewerCallback } from '../../../lib/api/connectors.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { callbackPage } from '../../../lib/connectors/callback-page.ts';
import { finishOnboarding } from '../../../lib/connectors/onboarding.ts';
import { openConnectors } from '../../../lib/lambda/connectors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { route } from '../../../lib/lambda/http-types.ts';
import { log } from '../../../lib/lambda/log.ts';
import { openTeamViewer } from '../../../lib/lambda/teamviewer.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

// Not as a part: its one operation is what calls TeamViewer.
const teamViewer = openTeamViewer(environment, clock);
const provider = teamViewer.connector;
const { records } = openConnectors(db, environment, clock, () => teamViewer);

export const handler = httpFunction({
  audit: createAuditTrail(db, environment),
  routes: [
    route(teamViewerCallback, async ({ query, actAs }) => {
      const deps = {
        records,
        provider,
        clock,
        actAs: (actor: { id: string; name: string }) => actAs({ type: 'admin', ...actor }),
      };
      const outcome = await finishOnboarding(deps, 'teamviewer', query);
      if (outcome.result !== 'onboarded') log.info('a sign-in at TeamViewer did not succeed', outcome);
      return callbackPage('TeamViewer', outcome);
    }),
  ],
});
