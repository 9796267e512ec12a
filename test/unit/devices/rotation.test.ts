/** Rotation in two phases: whatever answer is lost and whichever token is used when, exactly the right ones work. */
import { beforeEach, describe, expect, it } from 'vitest';
import { authenticateDevice, rotateCredential } from '../../../lib/devices/authentication.ts';
import { issueToken } from '../../../lib/devices/credential.ts';
import { credentialsIn } from '../support/credentials.ts';
import { aDevice, DEVICE_ID } from '../support/fixtures.ts';
import { problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, MINUTE, type SettableClock, settableClock } from '../support/time.ts';

describe('a rotated credential', () => {
  const { token: old, secretHash } = issueToken('device', DEVICE_ID);
  let store: Store;
  let clock: SettableClock;

  beforeEach(() => {
    store = emptyStore();
    clock = settableClock();
    store.devices.set(DEVICE_ID, aDevice({ credentialHash: secretHash }));
  });

  const use = (token: string, acceptOverdue = false) =>
    authenticateDevice({ credentials: credentialsIn(store), clock }, `Bearer ${token}`, {
      consistency: 'strongly',
      acceptOverdue,
    });
  const rotate = async (token: string) =>
    (await rotateCredential({ credentials: credentialsIn(store), clock, rotationsPerHour: 3 }, await use(token, true)))
      .deviceToken;
  const isRefused = async (token: string) =>
    expect(await problemFrom(use(token))).toMatchObject({ code: 'unauthenticated' });

  it('leaves the old one working until it is first used, and is the only one from then on', async () => {
    const next = await rotate(old);
    await use(old);
    expect((await use(next)).id).toBe(DEVICE_ID);
    await use(next);
    await isRefused(old);
  });

  it('is done three times an hour, where that is the limit, and again when the hour is over', async () => {
    for (let times = 1; times <= 3; times += 1) await rotate(old);
    clock.advance(59 * MINUTE);
    expect(await problemFrom(rotate(old))).toMatchObject({
      code: 'too_many_requests',
      extras: { retryAfterSeconds: 60 },
    });
    clock.advance(MINUTE);
    await rotate(old);
  });

  it('is done once of what is asked for at the same moment; the others may ask again', async () => {
    const credentials = credentialsIn(store);
    const device = await use(old);
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => rotateCredential({ credentials, clock, rotationsPerHour: 9 }, device)),
    );
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toMatchObject([1, 2].map(() => ({ code: 'too_many_requests', extras: { retryAfterSeconds: 1 } })));
  });

  it('works for the one who never got its answer: they rotate again, and the lost one is void', async () => {
    const lost = await rotate(old);
    const next = await rotate(old);
    await isRefused(lost);
    await use(old);
    await use(next);
    await isRefused(old);
  });

  it('ends the old one after 24 hours to the millisecond, and works itself even then', async () => {
    const next = await rotate(old);
    clock.advance(24 * HOUR - 1);
    await use(old);
    clock.advance(1);
    await isRefused(old);
    await use(next);
  });

  it('strands nobody whose answer was lost and who was off for longer: the old one still rotates', async () => {
    await rotate(old);
    clock.advance(30 * 24 * HOUR);
    await isRefused(old);
    const next = await rotate(old);
    await use(next);
    expect(await problemFrom(use(old, true))).toMatchObject({ code: 'unauthenticated' });
  });

  it('can be rotated in its turn, at its very first use', async () => {
    const second = await rotate(old);
    const third = await rotate(second);
    await isRefused(old);
    await use(second);
    await use(third);
    await isRefused(second);
  });

  it('of a retired device does not work', async () => {
    const next = await rotate(old);
    const device = store.devices.get(DEVICE_ID);
    if (device) store.devices.set(DEVICE_ID, { ...device, retiredAt: clock() });
    await isRefused(next);
    await isRefused(old);
  });
});
