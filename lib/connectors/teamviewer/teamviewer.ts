/**
 * TeamViewer, through its Web API (https://webapi.teamviewer.com/api/v1/docs): an admin signs in once, and sessions are
 * opened and closed in their name.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, SECOND } from '../../clock.ts';
import { type Connector, ConnectorFailure, type Lease, type Onboarding, type Vault } from '../ports.ts';
import { createAccessToken } from './access-token.ts';
import { createApi } from './api.ts';
import { createHttp } from './http.ts';
import { TEAMVIEWER_LIMITATIONS } from './limitations.ts';
import type { TeamViewerSecret } from './model.ts';
import { authorizationUrl, createOAuth } from './oauth.ts';
import { createSafe } from './safe.ts';
import { createSessions } from './sessions.ts';

export type TeamViewerOptions = {
  /** `https://webapi.teamviewer.com/api/v1` */
  apiUrl: string;
  /** `https://login.teamviewer.com` */
  loginUrl: string;
  vault: Vault<TeamViewerSecret>;
  lease: Lease;
  clock: Clock;
  /** Of one call. Several make an operation, which must end before the function's ten seconds. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  pause?: (ms: number) => Promise<unknown>;
};

const stale = (): ConnectorFailure =>
  new ConnectorFailure('refused', 'This sign-in was begun again or called off meanwhile: begin again.');

export const teamViewer = (options: TeamViewerOptions): Connector & Onboarding => {
  const { clock, loginUrl, vault, lease } = options;
  const pause = async (ms: number): Promise<void> => void (await (options.pause ?? delay)(ms));
  const http = createHttp(options.apiUrl, options.timeoutMs ?? 3 * SECOND, options.fetch ?? fetch);
  const oauth = createOAuth(http, clock);
  const safe = createSafe(vault, lease, pause);
  const token = createAccessToken(safe, oauth, clock, pause);
  const api = createApi(http, token);

  /** @throws ConnectorFailure where it may still be in force */
  const revoke = async (): Promise<void> => {
    try {
      await api({ method: 'POST', path: '/oauth2/revoke' });
    } catch (error) {
      const isOver = error instanceof ConnectorFailure && (error.kind === 'accessLost' || error.kind === 'refused');
      if (!isOver) throw error;
    }
  };

  return {
    name: 'teamviewer',
    limitations: TEAMVIEWER_LIMITATIONS,
    ...createSessions(api, clock),
    begin: ({ clientId, clientSecret, redirectUri, state }) =>
      safe.alone(async () => {
        const { connection } = await safe.read();
        await safe.replace({
          ...(connection && { connection }),
          pending: { app: { clientId, clientSecret }, redirectUri, state },
        });
        return authorizationUrl(loginUrl, { clientId, redirectUri, state });
      }),
    complete: ({ code, state }) =>
      safe.alone(async () => {
        const { pending } = await safe.read();
        if (pending?.state !== state) throw stale();
        const tokens = await oauth.exchange(code, pending.redirectUri, pending.app);
        await safe.replace({ connection: { app: pending.app, tokens } });
        token.forget();
      }),
    disconnect: async () => {
      await revoke();
      await safe.alone(() => vault.clear());
      token.forget();
    },
  };
};
