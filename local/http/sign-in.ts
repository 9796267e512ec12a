/**
 * The local issuer as a browser meets it, below `/__local/oidc`: authorization code with PKCE, and a page that asks who
 * to be. There are no passwords: whoever reaches this stack is on this machine.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpApi } from './api.ts';
import { readBody } from './body.ts';
import type { Issuer, Person } from './issuer.ts';
import type { HttpResponse } from './response.ts';
import { signInPage } from './sign-in-page.ts';

/** Where it is, below the stack's own address. */
export const SIGN_IN_PATH = '/__local/oidc';

const CODE_LIVES_MS = 60_000;
const ACCESS_TOKEN_SECONDS = 3_600;
const SESSION_COOKIE = 'remote-assist-local-session';
const MAXIMUM_BODY_BYTES = 65_536;

type Grant = { person: Person; clientId: string; redirectUri: string; challenge: string; nonce?: string; at: number };
type Renewal = { person: Person; clientId: string };

type Headers = [string, string][];
const NO_STORE: Headers = [['cache-control', 'no-store']];

const respond = (status: number, body: string, type: string, headers: Headers = []): HttpResponse => ({
  status,
  headers: [['content-type', type], ...NO_STORE, ...headers],
  body: Buffer.from(body),
});
const json = (status: number, body: unknown, headers: Headers = []): HttpResponse =>
  respond(status, JSON.stringify(body), 'application/json', headers);
const redirect = (location: string, headers: Headers = []): HttpResponse => ({
  status: 302,
  headers: [['location', location], ...NO_STORE, ...headers],
  body: Buffer.alloc(0),
});

/** RFC 6749: an error that the client reads. */
const oauthError = (status: number, error: string, description: string, headers: Headers = []): HttpResponse =>
  json(status, { error, error_description: description }, headers);

/** `hilde:helpdesk,operator`: a name, and the roles behind a colon. */
export const personOf = (hint: string | undefined): Person | undefined => {
  const [, subject, roles] = /^([^:]{1,100}):([\w,. -]*)$/.exec(hint ?? '') ?? [];
  return subject === undefined ? undefined : { subject, roles: (roles ?? '').split(',').filter((role) => role !== '') };
};

const hintOf = ({ subject, roles }: Person): string => `${subject}:${roles.join(',')}`;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isVerifierOf = (challenge: string, verifier: string): boolean => {
  const expected = Buffer.from(challenge, 'base64url');
  const actual = sha256(verifier);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};

const cookieOf = (request: IncomingMessage): string | undefined => {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/);
  const found = cookies.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`));
  return found && decodeURIComponent(found.slice(SESSION_COOKIE.length + 1));
};

/** @param origins the stack's own, such as `http://127.0.0.1:3000`: no other page is let in or sent back to */
export const createSignIn = (issuer: Issuer, origins: readonly string[]): HttpApi => {
  const codes = new Map<string, Grant>();
  const renewals = new Map<string, Renewal>();
  const self = `${origins[0]}${SIGN_IN_PATH}`;

  const isOwnPage = (uri: string | null): uri is string =>
    uri !== null && origins.some((origin) => uri.startsWith(`${origin}/console/`));

  const discovery = {
    issuer: self,
    authorization_endpoint: `${self}/authorize`,
    token_endpoint: `${self}/token`,
    end_session_endpoint: `${self}/end-session`,
    jwks_uri: `${self}/jwks`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['none'],
  };

  const authorize = (request: IncomingMessage, query: URLSearchParams): HttpResponse => {
    const redirectUri = query.get('redirect_uri');
    if (!isOwnPage(redirectUri)) {
      return oauthError(400, 'invalid_request', `redirect_uri must begin with ${origins[0]}/console/`);
    }
    const back = (parameters: Record<string, string>): string => {
      const url = new URL(redirectUri);
      const state = query.get('state');
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      if (state !== null) url.searchParams.set('state', state);
      return url.href;
    };
    const challenge = query.get('code_challenge');
    if (query.get('response_type') !== 'code' || challenge === null || query.get('code_challenge_method') !== 'S256') {
      const error_description = 'Only the authorization code flow with PKCE (S256) is there.';
      return redirect(back({ error: 'invalid_request', error_description }));
    }
    const hint = query.get('login_hint');
    const person = personOf(hint ?? (query.get('prompt') === 'login' ? undefined : cookieOf(request)));
    if (!person) {
      if (query.get('prompt') === 'none') return redirect(back({ error: 'login_required' }));
      const choose = (as: string) =>
        `${SIGN_IN_PATH}/authorize?${new URLSearchParams([...query].filter(([name]) => name !== 'login_hint' && name !== 'prompt').concat([['login_hint', as]]))}`;
      return signInPage(choose);
    }
    const code = randomBytes(24).toString('base64url');
    const nonce = query.get('nonce');
    const clientId = query.get('client_id') ?? '';
    codes.set(code, { person, clientId, redirectUri, challenge, at: Date.now(), ...(nonce !== null && { nonce }) });
    const cookie = `${SESSION_COOKIE}=${encodeURIComponent(hintOf(person))}; Path=${SIGN_IN_PATH}; HttpOnly; SameSite=Lax`;
    return redirect(back({ code }), [['set-cookie', cookie]]);
  };

  const tokens = async ({ person, clientId }: Renewal, headers: Headers, nonce?: string): Promise<HttpResponse> => {
    const refreshToken = randomBytes(24).toString('base64url');
    renewals.set(refreshToken, { person, clientId });
    const profile = { preferred_username: person.subject, login_hint: hintOf(person) };
    return json(
      200,
      {
        access_token: await issuer.token({ ...person, expiresInSeconds: ACCESS_TOKEN_SECONDS }),
        id_token: await issuer.idToken(person, clientId, { ...profile, ...(nonce !== undefined && { nonce }) }),
        refresh_token: refreshToken,
        token_type: 'Bearer',
        expires_in: ACCESS_TOKEN_SECONDS,
        scope: 'openid profile',
      },
      headers,
    );
  };

  const exchange = async (form: URLSearchParams, headers: Headers): Promise<HttpResponse> => {
    const refused = (why: string) => oauthError(400, 'invalid_grant', why, headers);
    if (form.get('grant_type') === 'refresh_token') {
      const token = form.get('refresh_token') ?? '';
      const renewal = renewals.get(token);
      // Used once, as issuers that rotate have it.
      renewals.delete(token);
      return renewal ? tokens(renewal, headers) : refused('The refresh token is unknown or was used.');
    }
    if (form.get('grant_type') !== 'authorization_code') {
      return oauthError(400, 'unsupported_grant_type', 'Only authorization_code and refresh_token are there.', headers);
    }
    const code = form.get('code') ?? '';
    const grant = codes.get(code);
    codes.delete(code);
    if (!grant || Date.now() > grant.at + CODE_LIVES_MS) return refused('The code is unknown, used, or too old.');
    if (form.get('redirect_uri') !== grant.redirectUri) return refused('redirect_uri is not the one of the code.');
    if (form.get('client_id') !== grant.clientId) return refused('client_id is not the one of the code.');
    if (!isVerifierOf(grant.challenge, form.get('code_verifier') ?? '')) return refused('code_verifier does not fit.');
    return tokens(grant, headers, grant.nonce);
  };

  const endSession = (query: URLSearchParams): HttpResponse => {
    const to = query.get('post_logout_redirect_uri');
    const gone = `${SESSION_COOKIE}=; Path=${SIGN_IN_PATH}; HttpOnly; SameSite=Lax; Max-Age=0`;
    return redirect(isOwnPage(to) ? to : `${origins[0]}/console/`, [['set-cookie', gone]]);
  };

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const { origin } = request.headers;
    if (origin !== undefined && !origins.includes(origin)) {
      return oauthError(403, 'access_denied', 'This page is of another origin than the stack.');
    }
    const cors: Headers =
      origin === undefined
        ? []
        : [
            ['access-control-allow-origin', origin],
            ['vary', 'origin'],
          ];
    const asked = `${request.method} ${pathname.slice(SIGN_IN_PATH.length)}`;
    if (asked === 'GET /.well-known/openid-configuration') return json(200, discovery, cors);
    if (asked === 'GET /jwks') return json(200, issuer.jwks, cors);
    if (asked === 'GET /authorize') return authorize(request, searchParams);
    if (asked === 'GET /end-session') return endSession(searchParams);
    if (asked === 'POST /token') {
      const body = await readBody(request, MAXIMUM_BODY_BYTES);
      if (body === 'too large') return oauthError(413, 'invalid_request', 'The body is too large.', cors);
      return exchange(new URLSearchParams(body.toString()), cors);
    }
    return oauthError(404, 'invalid_request', `${asked} is not there.`, cors);
  };
};
