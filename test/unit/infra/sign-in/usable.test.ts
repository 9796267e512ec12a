/** What is wrong with an access token, in words, before anybody uses it. */
import { expect, test } from 'vitest';
import { wrongWith } from '../../../../infra/sign-in/usable.ts';

const WANTED = { issuer: 'https://login.test/', audience: 'the-api' };
const HEADER = { alg: 'RS256', kid: 'key' };
const CLAIMS = { iss: WANTED.issuer, sub: 'ada', aud: WANTED.audience, exp: 2_000_000_000 };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown, header: unknown = HEADER) => `${encode(header)}.${encode(claims)}.${encode('signature')}`;

test.each([
  ['one audience', CLAIMS],
  ['several audiences', { ...CLAIMS, aud: ['other', 'the-api'] }],
  ['a client and no audience, as Cognito’s', { ...CLAIMS, aud: undefined, client_id: 'the-api' }],
  ['a nonce beside its scope', { ...CLAIMS, nonce: 'x', scp: 'assist' }],
])('a token with %s can be used', (_what, claims) => {
  expect(wrongWith(jwt(claims), WANTED)).toEqual([]);
});

test.each([
  ['an opaque one', 'dGhlIHRva2Vu', /no JWT.*--audience \(Auth0\).*--scope/],
  ['an encrypted one', 'a.b.c.d.e', /encrypted \(JWE\)/],
  ['one that is no JSON', `${encode(HEADER)}.e30x.c`, /claims cannot be read/],
  ['one of an elliptic curve', jwt(CLAIMS, { ...HEADER, alg: 'ES256' }), /signed with ES256: .*RSA/],
  ['one that names no key', jwt(CLAIMS, { alg: 'RS256' }), /\(kid\)/],
  ['one whose header is no JSON', `x.${encode(CLAIMS)}.y`, /signed with undefined/],
  ['an ID token', jwt({ ...CLAIMS, at_hash: 'x' }), /ID token/],
  ['one of nobody', jwt({ ...CLAIMS, sub: undefined }), /no `sub`/],
  [
    'one of an issuer without the slash',
    jwt({ ...CLAIMS, iss: 'https://login.test' }),
    /is https:\/\/login\.test, and/,
  ],
  ['one of Entra ID’s v1', jwt({ ...CLAIMS, iss: 'https://sts.windows.net/x/' }), /requestedAccessTokenVersion to 2/],
  [
    'one for another API',
    jwt({ ...CLAIMS, aud: ['account', 'b'] }),
    /\(aud\) is account, b, and the stack wants the-api/,
  ],
  ['one for nobody', jwt({ ...CLAIMS, aud: undefined }), /no audience \(aud\), and the stack wants the-api/],
  ['one of another client', jwt({ ...CLAIMS, aud: undefined, client_id: 'c' }), /client_id.* is c, and/],
  ['one for another API, from the right client', jwt({ ...CLAIMS, aud: 'b', client_id: 'the-api' }), /\(aud\) is b/],
])('%s cannot', (_what, token, message) => {
  expect(wrongWith(token, WANTED).join('\n')).toMatch(message);
});
