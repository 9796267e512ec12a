/** TeamViewer's connector, with its secret in Secrets Manager. Apart, since most of its functions' invocations do without. */
import { createConnectorLease } from '../aws/connector-repository.ts';
import { createDatabase } from '../aws/dynamodb.ts';
import { createSecretVault } from '../aws/secret-vault.ts';
import type { Clock } from '../clock.ts';
import type { Connector, Onboarding, Vault } from '../connectors/ports.ts';
import { TeamViewerSecret } from '../connectors/teamviewer/model.ts';
import { teamViewer } from '../connectors/teamviewer/teamviewer.ts';

export type TeamViewerEnvironment = {
  ASSISTANCE_TABLE: string;
  TEAMVIEWER_API_URL: string;
  TEAMVIEWER_LOGIN_URL: string;
  TEAMVIEWER_SECRET_ARN: string;
};

export type OpenedTeamViewer = {
  connector: Connector & Onboarding;
  vault: Pick<Vault<TeamViewerSecret>, 'clear'>;
};

export const openTeamViewer = (environment: TeamViewerEnvironment, clock: Clock): OpenedTeamViewer => {
  const vault = createSecretVault(environment.TEAMVIEWER_SECRET_ARN, TeamViewerSecret);
  const lease = createConnectorLease(createDatabase(), environment.ASSISTANCE_TABLE, 'teamviewer', clock);
  const { TEAMVIEWER_API_URL: apiUrl, TEAMVIEWER_LOGIN_URL: loginUrl } = environment;
  return { connector: teamViewer({ apiUrl, loginUrl, vault, lease, clock }), vault };
};
