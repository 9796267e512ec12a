/** TeamViewer's OAuth: where an admin signs in, and the calls that give, refresh and revoke tokens. */
import * as z from 'zod/mini';
import { type Clock, MINUTE, SECOND } from '../../clock.ts';
import { ConnectorFailure } from '../ports.ts';
import { failureOf, isRefusal, unreadable } from './failure.ts';
import type { Http, HttpReply } from './http.ts';
import type { App, Connection, Tokens } from './model.ts';

/** A refresh that is cut off may have used up the refresh token: it gets longer than other calls. */
const REFRESH_TIMEOUT_MS = 4 * SECOND;

/** Refreshed this long before the end, or a tenth of the token's life where that is less. */
const MARGIN_MS = 5 * MINUTE;

const Granted = z.object({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.string().check(z.minLength(1)),
  expires_in: z.coerce.number().check(z.positive()),
});

const granted = (reply: HttpReply, now: number): Tokens => {
  const { success, data } = z.safeParse(Granted, reply.body);
  if (!success) throw unreadable();
  const life = data.expires_in * SECOND;
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token,
    refreshAt: now + life - Math.min(MARGIN_MS, life / 10),
  };
};

export const authorizationUrl = (
  loginUrl: string,
  query: { clientId: string; redirectUri: string; state: string },
): string =>
  `${loginUrl.replace(/\/+$/, '')}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: query.clientId,
    redirect_uri: query.redirectUri,
    state: query.state,
  })}`;

export type OAuth = ReturnType<typeof createOAuth>;

export const createOAuth = (http: Http, clock: Clock) => {
  const tokenCall = (form: Record<string, string>, { clientId, clientSecret }: App, timeoutMs?: number) =>
    http({
      method: 'POST',
      path: '/oauth2/token',
      form: { ...form, client_id: clientId, client_secret: clientSecret },
      ...(timeoutMs !== undefined && { timeoutMs }),
    });

  return {
    /** @throws ConnectorFailure */
    exchange: async (code: string, redirectUri: string, app: App): Promise<Tokens> => {
      const now = clock();
      const reply = await tokenCall({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }, app);
      if (reply.status < 400) return granted(reply, now);
      const failure = failureOf(reply);
      // There was no access yet that could be lost: a wrong secret, or a code that is old, spent or another app's.
      throw failure.kind === 'accessLost' ? new ConnectorFailure('refused', failure.message) : failure;
    },
    /** @returns `undefined` where the refresh token is not good, or no longer */
    refresh: async ({ app, tokens }: Connection): Promise<Tokens | undefined> => {
      const now = clock();
      const form = { grant_type: 'refresh_token', refresh_token: tokens.refreshToken };
      const reply = await tokenCall(form, app, REFRESH_TIMEOUT_MS);
      if (isRefusal(reply, 'invalid_grant')) return undefined;
      if (reply.status >= 400) throw failureOf(reply);
      return granted(reply, now);
    },
  };
};
