/** Signing in, at an issuer of the test's own that checks what it is asked; the browser is `fetch`. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOptions } from '../../../../infra/sign-in/options.ts';
import { signIn } from '../../../../infra/sign-in/sign-in.ts';

let issuer: Server;
let url: string;
let redeemed: URLSearchParams | undefined;
let challenge: string | null;
let asked: URLSearchParams | undefined;
/** What the issuer's document says that it is called; its address where it says nothing. */
let calledItself: string | undefined;
/** The access token that it gives. */
let given: string;
/** How the issuer sends the browser back. */
let answer: Record<string, string>;

const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const portOf = (server: Server) => (server.address() as AddressInfo).port;

beforeEach(async () => {
  redeemed = undefined;
  calledItself = undefined;
  given = 'a.b.c';
  answer = { code: 'the-code' };
  issuer = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/.well-known/openid-configuration') {
      const endpoints = { authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` };
      response.end(JSON.stringify({ issuer: calledItself ?? url, ...endpoints }));
    } else if (pathname === '/authorize') {
      challenge = searchParams.get('code_challenge');
      asked = searchParams;
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      for (const [name, value] of Object.entries({ state: searchParams.get('state') ?? '', ...answer })) {
        back.searchParams.set(name, value);
      }
      response.writeHead(302, { location: back.href }).end();
    } else {
      redeemed = new URLSearchParams(await text(request));
      const isOurs =
        createHash('sha256')
          .update(redeemed.get('code_verifier') ?? '')
          .digest('base64url') === challenge;
      response.writeHead(isOurs ? 200 : 400);
      response.end(JSON.stringify(isOurs ? { access_token: given } : { error: 'invalid_grant' }));
    }
  });
  await listen(issuer);
  url = `http://127.0.0.1:${portOf(issuer)}`;
});
afterEach(() => {
  issuer.close();
});

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await listen(server);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const optionsAt = async (port?: number) => ({
  issuer: url,
  clientId: 'the-client',
  scope: 'openid assist',
  redirectUri: new URL(`http://127.0.0.1:${port ?? (await freePort())}/callback`),
});
const patience = () => new AbortController();

test('whoever signs in gets a token that only this process could redeem', async () => {
  const options = await optionsAt();
  const pages: Promise<string>[] = [];
  const browse = (address: string) => pages.push(fetch(address).then((response) => response.text()));
  expect(await signIn(options, browse, patience().signal)).toBe('a.b.c');
  expect(await pages[0]).toBe('You are signed in: go back to the terminal.\n');
  expect(Object.fromEntries(redeemed ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: 'the-code',
    client_id: 'the-client',
    redirect_uri: options.redirectUri.href,
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test('a code that somebody else sends here is not taken', async () => {
  const options = await optionsAt();
  const stopped = patience();
  const browse = async () => {
    const response = await fetch(`${options.redirectUri}?code=theirs&state=guessed`);
    expect(response.status).toBe(404);
    stopped.abort();
  };
  await expect(signIn(options, browse, stopped.signal)).rejects.toThrow('Nobody signed in.');
  expect(redeemed).toBeUndefined();
});

test('what the issuer refuses is told in its words', async () => {
  answer = { error: 'access_denied', error_description: 'User is not assigned' };
  const browse = (address: string) => void fetch(address);
  await expect(signIn(await optionsAt(), browse, patience().signal)).rejects.toThrow(
    'The issuer did not let you in: access_denied User is not assigned',
  );
});

test('a code that cannot be redeemed gives no token', async () => {
  const browse = (address: string) => void fetch(address.replace(/code_challenge=[\w-]+/, 'code_challenge=other'));
  await expect(signIn(await optionsAt(), browse, patience().signal)).rejects.toThrow(
    /token answers 400: invalid_grant/,
  );
});

test('an issuer that calls itself something else is told before anybody signs in', async () => {
  calledItself = `${url}/`;
  const browse = () => expect.fail('nobody is to sign in');
  await expect(signIn(await optionsAt(), browse, patience().signal)).rejects.toThrow(
    `The issuer calls itself ${url}/, and --issuer is ${url}`,
  );
});

test('an issuer is asked for the audience, where one is given', async () => {
  const browse = (address: string) => void fetch(address);
  await signIn({ ...(await optionsAt()), audience: 'https://assist.test/' }, browse, patience().signal);
  expect(asked?.get('audience')).toBe('https://assist.test/');
  await signIn(await optionsAt(), browse, patience().signal);
  expect(asked?.has('audience')).toBe(false);
});

describe('the command', () => {
  const jwt = (claims: object, header: object = { alg: 'RS256', kid: 'key' }) =>
    [header, claims, 'signature'].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const good = () => ({ iss: url, sub: 'ada', aud: ['other', 'the-api'], exp: 2_000_000_000, scope: 'openid' });

  /** Runs the command, signs in, and waits for its end. */
  const run = async (...args: string[]) => {
    const redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
    const main = fileURLToPath(new URL('../../../../infra/sign-in/main.ts', import.meta.url));
    const options = ['--issuer', url, '--client-id', 'the-client', '--redirect-uri', redirectUri, ...args];
    const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    let browsed = false;
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      const address = /^ {2}(http:\S+)$/m.exec(stderr)?.[1];
      if (address === undefined || browsed) return;
      browsed = true;
      void fetch(address);
    });
    const [stdout, code] = await Promise.all([
      text(child.stdout),
      new Promise<number | null>((resolve) => child.once('close', resolve)),
    ]);
    return { code, stdout, stderr };
  };

  test('prints a token that the stack can use, and nothing else', async () => {
    given = jwt(good());
    expect(await run('--audience', 'the-api')).toMatchObject({ code: 0, stdout: `${given}\n` });
  });

  test('takes the client for the audience where none is named', async () => {
    const { aud: _, ...ofCognito } = good();
    given = jwt({ ...ofCognito, client_id: 'the-client', token_use: 'access' });
    expect(await run()).toMatchObject({ code: 0, stdout: `${given}\n` });
  });

  test('says what is wrong with another one, all of it, and does not print it', async () => {
    given = jwt({ ...good(), iss: `${url}/`, aud: 'account' }, { alg: 'ES256', kid: 'key' });
    const { code, stdout, stderr } = await run('--audience', 'the-api');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('It is signed with ES256');
    expect(stderr).toContain(`Its issuer (iss) is ${url}/, and the stack wants ${url}.`);
    expect(stderr).toContain('Its audience (aud) is account, and the stack wants the-api.');
    expect(stderr).not.toContain(given);
  });
});

test('a port that is taken is said', async () => {
  const options = await optionsAt(portOf(issuer));
  await expect(signIn(options, () => {}, patience().signal)).rejects.toThrow(/EADDRINUSE/);
});

test('an issuer and a client are enough', () => {
  expect(readOptions(['--issuer', 'https://login.test/', '--client-id', 'c'])).toEqual({
    issuer: 'https://login.test/',
    clientId: 'c',
    scope: 'openid',
    redirectUri: new URL('http://localhost:8976/callback'),
  });
});

test.each([
  ['no issuer', ['--client-id', 'c'], /--issuer URL is needed/],
  ['an issuer without TLS', ['--issuer', 'http://login.test', '--client-id', 'c'], /an https URL/],
  [
    'an issuer that cannot work',
    ['--issuer', 'https://login.microsoftonline.com/common/v2.0', '--client-id', 'c'],
    /--issuer https:\S+ is for several tenants of Entra ID/,
  ],
  ['an empty audience', ['--issuer', 'https://login.test', '--client-id', 'c', '--audience', ''], /--audience/],
  ['no client', ['--issuer', 'https://login.test'], /--client-id ID is needed/],
  [
    'a redirect to elsewhere',
    ['--issuer', 'https://login.test', '--client-id', 'c', '--redirect-uri', 'https://x.test/'],
    /must be http on localhost/,
  ],
  ['an unknown option', ['--secret', 's'], /--secret/],
])('%s is wrong usage', (_what, args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
