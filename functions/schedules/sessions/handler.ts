/**
 * Each minute: ends requests whose sessions are over, and closes the sessions of requests that are over. Apart from
 * schedules-sweep, because a provider may hang and the four hours may not.
 */
import { sweepSessions } from '../../../lib/assistance/session-sweep.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { openConnectors, teamViewerPart } from '../../../lib/lambda/connectors.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const deps = {
  requests: createAssistanceRepository(db, {
    devices: environment.DEVICES_TABLE,
    assistance: environment.ASSISTANCE_TABLE,
  }),
  connectors: openConnectors(db, environment, clock, teamViewerPart(environment, clock)).connectors,
  clock,
};

export const handler = async (): Promise<void> => {
  const { ended, closed, failures } = await sweepSessions(deps);
  if (ended || closed) log.info('looked after sessions', { ended, closed });
  for (const error of failures) log.warn('a connector failed', { kind: error.kind, error });
};
