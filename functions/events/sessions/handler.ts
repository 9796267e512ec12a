/** Closes the session at the provider as soon as its request is over. What fails here is tried again by schedules-sessions. */
import { closeSession } from '../../../lib/assistance/close.ts';
import { createRequestAmender } from '../../../lib/aws/assistance-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { ConnectorFailure } from '../../../lib/connectors/ports.ts';
import { busFunction } from '../../../lib/lambda/bus.ts';
import { openConnectors, teamViewerPart } from '../../../lib/lambda/connectors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const deps = {
  requests: createRequestAmender(db, environment.ASSISTANCE_TABLE),
  connectors: openConnectors(db, environment, clock, teamViewerPart(environment, clock)).connectors,
  clock,
};

export const handler = busFunction(async ({ detail: { id } }) => {
  try {
    await closeSession(deps, id);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    log.warn('a session could not be closed yet', { assistanceRequestId: id, kind: error.kind, error });
  }
});
