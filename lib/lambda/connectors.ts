/** The stage's connectors, as every function that uses them makes them. */
import { createConnectorRecords } from '../aws/connector-repository.ts';
import type { Database } from '../aws/dynamodb.ts';
import type { Clock } from '../clock.ts';
import { ConnectorSettings, connectorsOf, initialRegistry } from '../connectors/connectors.ts';
import type { Connector, Connectors } from '../connectors/ports.ts';
import type { ConnectorRecords } from '../connectors/records.ts';
import { rustDesk } from '../connectors/rustdesk.ts';
import { logSwallowed } from './log.ts';
import { loadPart } from './part.ts';
import type { OpenedTeamViewer, TeamViewerEnvironment } from './teamviewer.ts';

export type ConnectorEnvironment = { ASSISTANCE_TABLE: string; CONNECTORS: string };

/** For a function that has TeamViewer's connector as its part, for the few invocations that call it. */
export const teamViewerPart = (environment: TeamViewerEnvironment, clock: Clock): (() => OpenedTeamViewer) => {
  let opened: OpenedTeamViewer | undefined;
  return () => {
    opened ??= loadPart<typeof import('./teamviewer.ts')>('teamviewer').openTeamViewer(environment, clock);
    return opened;
  };
};

/** @param teamViewer asked for when it is needed: most invocations do without */
export const openConnectors = (
  db: Database,
  environment: ConnectorEnvironment,
  clock: Clock,
  teamViewer: () => { connector: Connector },
): { records: ConnectorRecords; connectors: Connectors } => {
  const initial = initialRegistry(ConnectorSettings.parse(JSON.parse(environment.CONNECTORS)));
  const records = createConnectorRecords(db, environment.ASSISTANCE_TABLE, initial);
  const factories = { teamviewer: () => teamViewer().connector, rustdesk: ({ relay = {} }) => rustDesk(relay) };
  return { records, connectors: connectorsOf(factories, { records, clock, onUnnoted: logSwallowed }) };
};
