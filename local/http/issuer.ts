/**
 * The local OIDC provider. It calls itself what the template's authorizer expects, wherever it listens, and its signing
 * key lies in DATA_DIR so that a token outlives a restart.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { StartError } from '../errors.ts';
import type { ApiModel } from '../resources/model.ts';

/** Somebody who signs in: a name, and the roles that the token is to have. */
export type Person = { roles: readonly string[]; subject: string };

export type TokenRequest = Person & { expiresInSeconds: number };

export type Issuer = {
  /** Public keys, to verify with. */
  keys: JWTVerifyGetKey;
  /** An access token that the stack's authorizer accepts. `expiresInSeconds` may be negative. */
  token(request: TokenRequest): Promise<string>;
  /** An ID token: what a browser's program reads, and the API refuses. */
  idToken(person: Person, clientId: string, profile: Readonly<Record<string, string>>): Promise<string>;
  /** The public keys as a JWK set. */
  jwks: JSONWebKeySet;
  /** How it calls itself: `iss` of its tokens. */
  name: string;
  /** Where the provider listens. */
  url: string;
  stop(): Promise<void>;
};

const KEY_FILE = 'oidc-key.json';

const loadKey = async (server: OAuth2Server, dataDir: string): Promise<void> => {
  const path = join(dataDir, KEY_FILE);
  try {
    await server.issuer.keys.add(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>);
  } catch {
    const key = await server.issuer.keys.generate('RS256');
    writeFileSync(`${path}.new`, JSON.stringify(key), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
};

/** Starts the provider that the authorizers of `api` trust; none where no route wants a token. */
export const startIssuerOf = async (api: Pick<ApiModel, 'routes'>, dataDir: string): Promise<Issuer | undefined> => {
  const authorizers = api.routes.flatMap(({ authorizer }) => authorizer ?? []);
  const issuers = new Set(authorizers.map(({ issuer }) => issuer));
  if (issuers.size > 1)
    throw new StartError(`The API trusts ${[...issuers].join(' and ')}: the local stack has one issuer.`);
  const [authorizer] = authorizers;
  return authorizer && startIssuer(authorizer.issuer, authorizer.audience, dataDir);
};

const startIssuer = async (issuer: string, audience: readonly string[], dataDir: string): Promise<Issuer> => {
  const server = new OAuth2Server();
  await loadKey(server, dataDir);
  server.issuer.url = issuer;
  await server.start(0, '127.0.0.1');
  const jwks = { keys: server.issuer.keys.toJSON() } as JSONWebKeySet;
  return {
    keys: createLocalJWKSet(jwks),
    jwks,
    name: issuer,
    url: `http://127.0.0.1:${server.address().port}`,
    token: ({ roles, subject, expiresInSeconds }) =>
      server.issuer.buildToken({
        expiresIn: expiresInSeconds,
        scopesOrTransform: (_header, payload) => {
          // Tokens are made and checked by the same clock: a second's rounding must not make one not valid yet.
          payload.nbf = Math.min(payload.nbf, payload.iat);
          Object.assign(payload, {
            scope: 'openid profile',
            sub: subject,
            username: subject,
            client_id: audience[0],
            aud: audience[0],
            token_use: 'access',
            'cognito:groups': roles,
          });
        },
      }),
    idToken: ({ subject }, clientId, profile) =>
      server.issuer.buildToken({
        expiresIn: 300,
        scopesOrTransform: (_header, payload) => {
          Object.assign(payload, { ...profile, sub: subject, aud: clientId, token_use: 'id' });
        },
      }),
    stop: () => server.stop(),
  };
};
