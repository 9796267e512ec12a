/**
 * Access tokens that API Gateway does not let through, and some that it does. A bad one is a good admin's token but for one thing. Signed with the local
 * issuer's own key where the signature is not what is wrong.
 */
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import { inject } from 'vitest';

/** The issuer's private key, and what it calls it. */
const issuerKey = (dataDir = inject('dataDir')): { key: KeyObject; kid: string } => {
  const jwk = JSON.parse(readFileSync(join(dataDir, 'oidc-key.json'), 'utf8'));
  return { key: createPrivateKey({ key: jwk, format: 'jwk' }), kid: jwk.kid };
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A token that the gateway lets through: `good`, with some claims changed.
 * @param dataDir of the stack, where it is not the shared one
 */
export const changedToken = async (good: string, changed: JWTPayload, dataDir?: string): Promise<string> => {
  const { key, kid } = issuerKey(dataDir);
  return new SignJWT({ ...decodeJwt(good), ...changed }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
};

/** @param good a token that is let through, with the role `admin` */
export const badTokens = async (good: string): Promise<Record<string, string>> => {
  const { key, kid } = issuerKey();
  const claims = decodeJwt(good);
  const { aud: _, client_id: __, exp: ___, ...nameless } = claims;
  const now = Math.floor(Date.now() / 1000);
  const [header = '', payload = '', signature = ''] = good.split('.');

  const signed = (changed: JWTPayload, by: KeyObject = key, keyId?: string) =>
    new SignJWT(changed)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) })
      .sign(by);
  const own = (changed: JWTPayload) => signed({ ...claims, ...changed }, key, kid);

  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  const confused = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${payload}`;
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return {
    'of another issuer': await own({ iss: 'https://oidc.evil.example' }),
    'of an issuer that only begins alike': await own({ iss: `${claims.iss}.evil.example` }),
    'for another audience': await own({ aud: 'another-api' }),
    'for another audience, from the right client': await own({ aud: 'another-api', client_id: claims['client_id'] }),
    'for nobody': await signed({ ...nameless, exp: now + 600 }, key, kid),
    'from another client, for nobody': await signed({ ...nameless, client_id: 'other', exp: now + 600 }, key, kid),
    expired: await own({ exp: now - 1 }),
    'without an end': await signed({ ...nameless, aud: claims.aud as string }, key, kid),
    'not valid yet': await own({ nbf: now + 600 }),
    'from the future': await own({ iat: now + 600 }),
    'with alg none': `${encode({ alg: 'none', typ: 'JWT', kid })}.${payload}.`,
    'with alg none and a signature': `${encode({ alg: 'none', typ: 'JWT', kid })}.${payload}.${signature}`,
    'signed with the public key as a secret': `${confused}.${createHmac('sha256', publicKey).update(confused).digest('base64url')}`,
    'signed by a stranger who names our key': await signed(claims, stranger, kid),
    'signed by a stranger': await signed(claims, stranger, 'stranger'),
    'that names no key': await signed(claims),
    'with a bad signature': `${header}.${payload}.${signature.slice(0, -6)}AAAAAA`,
    'without a signature': `${header}.${payload}.`,
    'that gives itself another subject': `${header}.${encode({ ...claims, sub: 'root' })}.${signature}`,
    'that is none': 'nonsense',
  };
};

/**
 * Tokens that are good for the gateway, signed in the same way, so that what is wrong with a bad one is what it says:
 * the same token again, one as Cognito makes them, and an ID token, which has the groups and the audience of an access token.
 */
export const goodTokens = async (good: string): Promise<{ again: string; ofCognito: string; idToken: string }> => {
  const { key, kid } = issuerKey();
  const { aud, ...claims } = decodeJwt(good);
  const sign = (payload: JWTPayload) => new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  const audience = aud as string;
  return {
    again: await sign({ ...claims, aud: audience }),
    ofCognito: await sign({ ...claims, client_id: audience }),
    idToken: await sign({ ...claims, aud: audience, token_use: 'id' }),
  };
};
