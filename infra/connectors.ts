/** What every function that uses the connectors is told and may do. */
import type { NodeFunction } from './function.ts';
import type { Resources } from './resources.ts';

/** The variables of such a function; `TEAMVIEWER_…_URL` is where the local stack has a fake take TeamViewer's place. */
export const connectorVariables = ({ config, tables, teamViewerSecret }: Resources) => ({
  ASSISTANCE_TABLE: tables.assistance.name,
  CONNECTORS: JSON.stringify(config.connectors),
  TEAMVIEWER_API_URL: 'https://webapi.teamviewer.com/api/v1',
  TEAMVIEWER_LOGIN_URL: 'https://login.teamviewer.com',
  TEAMVIEWER_SECRET_ARN: teamViewerSecret.arn,
});

/** The connectors' record and lease, and the secret: whoever calls TeamViewer may have to renew its tokens. */
export const grantConnectors = (fn: NodeFunction, { tables, teamViewerSecret }: Resources): void => {
  tables.assistance.grant(fn, 'GetItem', 'PutItem', 'DeleteItem');
  teamViewerSecret.grantRead(fn);
  teamViewerSecret.grantWrite(fn);
};
