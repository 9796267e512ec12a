/** Registered apps, codes and tokens: single-use codes of ten minutes, single-use refresh tokens that rotate. */
import { randomBytes } from 'node:crypto';
import { type Answer, invalidClient, invalidGrant, invalidRequest, invalidToken, tokenExpired } from './answers.ts';
import type { FakeClock } from './clock.ts';
import type { FakeSettings } from './settings.ts';

export type App = { clientId: string; clientSecret: string; redirectUri: string };

type Grant = { clientId: string; revoked: boolean };

const CODE_LIVES_MS = 10 * 60_000;

export const createAccounts = (clock: FakeClock, settings: FakeSettings) => {
  const apps = new Map<string, App>();
  const codes = new Map<string, { clientId: string; redirectUri: string; until: number }>();
  const accessTokens = new Map<string, { grant: Grant; until: number }>();
  const refreshTokens = new Map<string, Grant>();
  let refreshes = 0;
  const secrets: string[] = [];

  const secret = (prefix: string): string => {
    const made = `${prefix}-${randomBytes(24).toString('base64url')}`;
    secrets.push(made);
    return made;
  };

  const issue = (grant: Grant): Answer => {
    const access = secret('at');
    const refresh = secret('rt');
    accessTokens.set(access, { grant, until: clock.now() + settings.tokenLivesSeconds * 1000 });
    refreshTokens.set(refresh, grant);
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: access,
        token_type: 'bearer',
        expires_in: settings.tokenLivesSeconds,
        refresh_token: refresh,
      },
    };
  };

  const exchange = (form: URLSearchParams): Answer => {
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const isGood =
      code !== undefined &&
      code.until > clock.now() &&
      code.clientId === form.get('client_id') &&
      code.redirectUri === form.get('redirect_uri');
    return isGood ? issue({ clientId: code.clientId, revoked: false }) : invalidGrant();
  };

  const refresh = (form: URLSearchParams): Answer => {
    const token = form.get('refresh_token') ?? '';
    const grant = refreshTokens.get(token);
    if (!grant || grant.revoked || grant.clientId !== form.get('client_id')) return invalidGrant();
    refreshTokens.delete(token);
    refreshes += 1;
    return issue(grant);
  };

  return {
    refreshes: () => refreshes,
    /** Every code and token that there ever was. */
    secrets: (): readonly string[] => secrets,
    register: (app: App) => void apps.set(app.clientId, app),
    /** The app that may be sent back to this address, which must be the registered one. */
    appFor: (clientId: string | null, redirectUri: string | null): App | undefined => {
      const app = apps.get(clientId ?? '');
      return app?.redirectUri === redirectUri ? app : undefined;
    },
    newCode: ({ clientId, redirectUri }: App): string => {
      const code = secret('code');
      codes.set(code, { clientId, redirectUri, until: clock.now() + CODE_LIVES_MS });
      return code;
    },
    token: (form: URLSearchParams): Answer => {
      const app = apps.get(form.get('client_id') ?? '');
      if (app?.clientSecret !== form.get('client_secret')) return invalidClient();
      const type = form.get('grant_type');
      if (type === 'authorization_code') return exchange(form);
      if (type === 'refresh_token') return refresh(form);
      return invalidRequest('grant_type is missing or unknown');
    },
    /** What is wrong with a token, if anything is. */
    check: (token: string | undefined): Answer | undefined => {
      const known = accessTokens.get(token ?? '');
      if (!known || known.grant.revoked) return invalidToken();
      return known.until <= clock.now() ? tokenExpired() : undefined;
    },
    revoke: (token: string | undefined): void => {
      const known = accessTokens.get(token ?? '');
      if (known) known.grant.revoked = true;
    },
    /** As if the person had withdrawn the app's access at TeamViewer. */
    revokeAll: (): void => {
      for (const { grant } of accessTokens.values()) grant.revoked = true;
      for (const grant of refreshTokens.values()) grant.revoked = true;
    },
    /** As if their time were over. */
    expireAccessTokens: (): void => {
      for (const token of accessTokens.values()) token.until = 0;
    },
  };
};
export type Accounts = ReturnType<typeof createAccounts>;
