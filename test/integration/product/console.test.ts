/** The web console as a browser gets it, and the local issuer that signs the browser in. */
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../lib/api/client.ts';
import { listDevices } from '../../../lib/api/devices.ts';
import { stackUrl } from '../support/stack.ts';

const url = stackUrl();
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url + path, { headers, redirect: 'manual' });

describe('the page', () => {
  it.each(['/', '/console'])('%s leads to it', async (path) => {
    const response = await get(path);
    expect([response.status, response.headers.get('location')]).toEqual([308, '/console/']);
  });

  it.each(['/console/', '/console/requests', '/console/devices/dev_1', '/console/a%2Fb', '/console/..%2f..%2fetc'])(
    'is at %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch('text/html');
      expect(await response.text()).toContain('<div id="root">');
    },
  );

  it('lets no other origin, script from text, or frame in', async () => {
    const { headers } = await get('/console/');
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      `connect-src 'self' ${url}`,
    ]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-request-id')).toBeTruthy();
  });
});

describe('its files', () => {
  const assets = async (): Promise<string[]> =>
    [...(await (await get('/console/')).text()).matchAll(/\/console\/assets\/[\w.-]+/g)].map(([path]) => path);

  it('come compressed, are kept for ever, and are what they say', async () => {
    const paths = await assets();
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) {
      const response = await get(path, { 'accept-encoding': 'gzip, br' });
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-encoding')).toBe('br');
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('come as they are to whoever does not take brotli', async () => {
    const path = (await assets()).find((each) => each.endsWith('.css')) ?? '';
    const response = await get(path, { 'accept-encoding': 'identity' });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  it.each(['nothing.js', '../index.html', '..%2findex.html', 'types.json', 'constructor', ''])(
    '%j is none of them',
    async (name) => {
      const response = await get(`/console/assets/${name}`);
      const text = await response.text();
      if (response.status === 200) expect(text).toContain('<div id="root">');
      else expect([response.status, text]).toEqual([404, 'Not Found\n']);
    },
  );
});

describe('the local issuer', () => {
  const redirectUri = `${url}/console/signed-in`;
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const authorizePath = (changes: Record<string, string | undefined> = {}): string => {
    const parameters = {
      response_type: 'code',
      client_id: 'remote-assist-console',
      redirect_uri: redirectUri,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: 'abc',
      nonce: 'n1',
      login_hint: 'hilde:helpdesk,operator',
      ...changes,
    };
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, value);
    return `/__local/oidc/authorize?${given}`;
  };
  const codeFor = async (path = authorizePath()): Promise<string> =>
    new URL((await get(path)).headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchange = (changes: Record<string, string>): Promise<Response> =>
    fetch(`${url}/__local/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'remote-assist-console',
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...changes,
      }),
    });

  it('gives a token that the API takes, and another by the refresh token, once', async () => {
    const answer = (await (await exchange({ code: await codeFor() })).json()) as Record<string, string>;
    expect(decodeJwt(answer['access_token'] ?? '')).toMatchObject({
      sub: 'hilde',
      'cognito:groups': ['helpdesk', 'operator'],
    });
    expect(decodeJwt(answer['id_token'] ?? '')).toMatchObject({ nonce: 'n1', login_hint: 'hilde:helpdesk,operator' });
    const call = createClient({ baseUrl: url, token: answer['access_token'] ?? '' });
    expect((await call(listDevices, { query: { limit: '1' } })).status).toBe(200);
    const renewal = { grant_type: 'refresh_token', refresh_token: answer['refresh_token'] ?? '' };
    expect((await exchange(renewal)).status).toBe(200);
    expect((await exchange(renewal)).status).toBe(400);
  });

  it('asks who to be, and remembers it for the next time', async () => {
    const page = await (await get(authorizePath({ login_hint: undefined }))).text();
    for (const role of ['viewer', 'helpdesk', 'operator', 'admin']) expect(page).toContain(`Sign in as ${role}`);
    const cookie = (await get(authorizePath())).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    const again = await get(authorizePath({ login_hint: undefined }), { cookie: cookie.split(';')[0] ?? '' });
    expect(again.status).toBe(302);
  });

  it.each([
    ['another origin to go back to', authorizePath({ redirect_uri: 'https://evil.test/console/x' }), 400],
    ['another path to go back to', authorizePath({ redirect_uri: `${url}/v1/health` }), 400],
    ['a look-alike origin', authorizePath({ redirect_uri: `${url}.evil.test/console/x` }), 400],
  ])('refuses %s', async (_, path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('refuses a flow without PKCE', async () => {
    const response = await get(authorizePath({ code_challenge: undefined }));
    expect(response.headers.get('location')).toContain('error=invalid_request');
  });

  it('takes a code once, and only with its verifier, client and address', async () => {
    const code = await codeFor();
    expect((await exchange({ code })).status).toBe(200);
    expect((await exchange({ code })).status).toBe(400);
    expect((await exchange({ code: await codeFor(), code_verifier: 'x'.repeat(43) })).status).toBe(400);
    expect((await exchange({ code: await codeFor(), client_id: 'other' })).status).toBe(400);
    expect((await exchange({ code: await codeFor(), redirect_uri: `${url}/console/other` })).status).toBe(400);
  });

  it('lets no page of another origin ask', async () => {
    const response = await get('/__local/oidc/.well-known/openid-configuration', { origin: 'https://evil.test' });
    expect(response.status).toBe(403);
    const own = url.replace('127.0.0.1', 'localhost');
    const other = await get('/__local/oidc/.well-known/openid-configuration', { origin: own });
    expect(other.headers.get('access-control-allow-origin')).toBe(own);
  });
});
