import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { authenticateDevice } from '../../../lib/devices/authentication.ts';
import { isSecretOf, issueToken, parseToken } from '../../../lib/devices/credential.ts';
import { credentialsIn } from '../support/credentials.ts';
import { devicesIn } from '../support/devices.ts';
import { aDevice, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { type SettableClock, settableClock, T0 } from '../support/time.ts';

const ENROLLMENT_ID = id('enr', 'token');

describe('a token', () => {
  it.each([
    { kind: 'device', tokenId: DEVICE_ID, format: /^rad_[0-9A-Z]{26}_[\w-]{43}$/ },
    { kind: 'enrollment', tokenId: ENROLLMENT_ID, format: /^rae_[0-9A-Z]{26}_[\w-]{43}$/ },
  ] as const)('for a $kind names its id and has 256 random bits', ({ kind, tokenId, format }) => {
    const { token } = issueToken(kind, tokenId);
    expect(token).toMatch(format);
    const parsed = parseToken(kind, token) ?? expect.fail('not parsed');
    expect(parsed.id).toBe(tokenId);
    expect(Buffer.from(parsed.secret, 'base64url')).toHaveLength(32);
  });

  it('is another one each time', () => {
    const tokens = Array.from({ length: 100 }, () => issueToken('device', DEVICE_ID).token);
    expect(new Set(tokens).size).toBe(100);
  });

  it('is stored as a hash that has nothing of it', () => {
    const { token, secretHash } = issueToken('device', DEVICE_ID);
    const { secret } = parseToken('device', token) ?? expect.fail('not parsed');
    expect(secretHash).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(secretHash).not.toContain(secret);
    expect(isSecretOf(secretHash, secret)).toBe(true);
  });

  it('opens with its own secret only, whatever the length of another', () => {
    const { secretHash } = issueToken('device', DEVICE_ID);
    const other = parseToken('device', issueToken('device', DEVICE_ID).token)?.secret ?? '';
    for (const wrong of [other, '', 'short', 'x'.repeat(1000)]) expect(isSecretOf(secretHash, wrong)).toBe(false);
  });

  it('of the other kind is none', () => {
    expect(parseToken('device', issueToken('enrollment', ENROLLMENT_ID).token)).toBeUndefined();
    expect(parseToken('enrollment', issueToken('device', DEVICE_ID).token)).toBeUndefined();
  });

  const { token } = issueToken('device', DEVICE_ID);
  it.each([
    '',
    'nonsense',
    token.slice(0, -1),
    `${token}A`,
    `${token}\n`,
    ` ${token}`,
    token.toLowerCase(),
    token.replace('rad_', 'rax_'),
    token.replace('rad_', ''),
    // I, L, O and U are no letters of a ULID.
    token.replace(/_[0-9A-Z]{26}_/, `_${'U'.repeat(26)}_`),
    token.replace(/[\w-]{43}$/, '.'.repeat(43)),
  ])('that is malformed is none: %j', (malformed) => {
    expect(parseToken('device', malformed)).toBeUndefined();
  });
});

describe('authenticating a device', () => {
  let store: Store;
  let reads: string[];
  let clock: SettableClock;
  const { token, secretHash } = issueToken('device', DEVICE_ID);

  const authenticate = (authorization: string | undefined) => {
    const devices = devicesIn(store);
    return authenticateDevice(
      {
        credentials: {
          ...credentialsIn(store),
          find: (deviceId, consistency) => {
            reads.push(`${deviceId} ${consistency}`);
            return devices.find(deviceId, consistency);
          },
        },
        clock,
      },
      authorization,
      { consistency: 'eventually' },
    );
  };

  beforeEach(() => {
    store = emptyStore();
    reads = [];
    clock = settableClock();
    store.devices.set(DEVICE_ID, aDevice({ credentialHash: secretHash }));
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('takes one read, of the consistency asked for: %s', async (scheme) => {
    expect((await authenticate(`${scheme} ${token}`)).id).toBe(DEVICE_ID);
    expect(reads).toEqual([`${DEVICE_ID} eventually`]);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer  ${token}`,
    `Bearer ${token} x`,
    'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl',
    `Bearer ${issueToken('enrollment', ENROLLMENT_ID).token}`,
    // An enrolment token's letters with a device token's prefix: still of another id.
    'Bearer rad_',
  ])('refuses what cannot be a device token without a read: %j', async (authorization) => {
    expect((await problemFrom(authenticate(authorization))).code).toBe('unauthenticated');
    expect(reads).toEqual([]);
  });

  it('refuses alike a wrong secret, of a retired device too, and an unknown device', async () => {
    const wrong = `Bearer ${issueToken('device', DEVICE_ID).token}`;
    const refusals = [await problemFrom(authenticate(wrong))];
    const unknown = issueToken('device', id('dev', 'unknown')).token;
    refusals.push(await problemFrom(authenticate(`Bearer ${unknown}`)));
    store.devices.set(DEVICE_ID, aDevice({ credentialHash: secretHash, retiredAt: T0 }));
    refusals.push(await problemFrom(authenticate(wrong)));
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'unauthenticated', message: refusals[0]?.message, extras: {} });
    }
  });
});
