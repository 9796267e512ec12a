/** What the web console's function is told of its stage. */
import type { Environment } from '../functions/public/console/environment.ts';
import type { ConsoleSettings } from '../lib/api/console.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Resources } from './resources.ts';

/** The variables of `public-console`; without a client for the console they say so by being empty. */
export const consoleVariables = ({ config, admins }: Pick<Resources, 'config' | 'admins'>): Environment => {
  const { client } = admins;
  if (!client) return { CONSOLE_SETTINGS: '', CONNECT_URLS: '' };
  const { clientId, scopes, parameters, endpoints, signOutUrl } = client;
  const settings: ConsoleSettings = {
    issuer: admins.issuer,
    clientId,
    scopes,
    ...(parameters && { parameters }),
    ...(signOutUrl !== undefined && { signOutUrl }),
    stage: config.stage,
    version: packageJson.version,
  };
  return { CONSOLE_SETTINGS: JSON.stringify(settings), CONNECT_URLS: endpoints.join(' ') };
};
