/**
 * The authorization code flow with PKCE (RFC 7636) for a program on an admin's own machine (RFC 8252): a browser signs
 * in, and the issuer sends it back to a port of this machine with a code that only this process can redeem.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Options } from './options.ts';

const Discovery = z.object({
  issuer: z.string().optional(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
});
const Tokens = z.object({ access_token: z.string().min(1) });
const Refusal = z.object({ error: z.string(), error_description: z.string().optional() });

/** What the issuer refused, in its words. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
}

const fetchJson = async (url: string, init: RequestInit = {}): Promise<unknown> => {
  const response = await fetch(url, init);
  const text = await response.text();
  const refused = (why: string) => new SignInError(`${url} answers ${response.status}: ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused('no JSON');
  }
  const refusal = Refusal.safeParse(json).data;
  if (!response.ok) throw refused(refusal ? `${refusal.error} ${refusal.error_description ?? ''}` : 'no reason');
  return json;
};

const random = (): string => randomBytes(32).toString('base64url');

const page = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${text}\n`);
};

/** Waits for the browser to come back with `state`; what comes without it is not ours, and ends nothing. */
const waitForCode = (redirectUri: URL, state: string, ready: () => void, signal: AbortSignal): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', redirectUri);
    if (pathname !== redirectUri.pathname || searchParams.get('state') !== state) {
      page(response, 404, 'This is not the sign-in that is waited for.');
      return;
    }
    const code = searchParams.get('code');
    if (code) {
      page(response, 200, 'You are signed in: go back to the terminal.');
      resolve(code);
    } else {
      const why = `${searchParams.get('error')} ${searchParams.get('error_description') ?? ''}`.trim();
      page(response, 400, 'You are not signed in: the terminal says why.');
      reject(new SignInError(`The issuer did not let you in: ${why}`));
    }
  };
  const server = createServer(answer);
  server.once('error', reject);
  signal.addEventListener('abort', () => reject(new SignInError('Nobody signed in.')), { once: true });
  server.listen(Number(redirectUri.port), redirectUri.hostname, ready);
  return promise.finally(() => server.close());
};

/** Tokens name the issuer as its document does, to the letter: if that is another, none of them could be used. */
const discover = async (issuer: string): Promise<z.infer<typeof Discovery>> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { success, data } = Discovery.safeParse(await fetchJson(url));
  if (!success)
    throw new SignInError(`${url} names no authorization_endpoint and token_endpoint: is it an OIDC issuer?`);
  if (data.issuer === undefined || data.issuer === issuer) return data;
  throw new SignInError(
    `The issuer calls itself ${data.issuer}, and --issuer is ${issuer}: they must be the same, here and in the stage.`,
  );
};

/**
 * Signs in.
 * @param show is given the address that a browser must open
 * @param signal ends the waiting
 * @returns the access token
 * @throws SignInError what the issuer refused, or that nobody signed in
 */
export const signIn = async (
  { issuer, clientId, audience, scope, redirectUri }: Options,
  show: (url: string) => void,
  signal: AbortSignal,
): Promise<string> => {
  const endpoints = await discover(issuer);
  const verifier = random();
  const state = random();
  const url = new URL(endpoints.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri.href,
    scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    // Auth0 gives no JWT without it; others have it in the scope, and leave it aside.
    ...(audience !== undefined && { audience }),
  })) {
    url.searchParams.set(name, value);
  }
  const code = await waitForCode(redirectUri, state, () => show(url.href), signal);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri.href,
    client_id: clientId,
    code_verifier: verifier,
  });
  const { success, data } = Tokens.safeParse(await fetchJson(endpoints.token_endpoint, { method: 'POST', body }));
  if (!success) throw new SignInError(`${endpoints.token_endpoint} gave no access_token.`);
  return data.access_token;
};
