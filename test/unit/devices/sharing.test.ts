/** One credential in two hands: what shows it, how often that is written down, and when it is over. */
import { beforeEach, describe, expect, it } from 'vitest';
import { authenticateDevice, rotateCredential } from '../../../lib/devices/authentication.ts';
import { issueToken } from '../../../lib/devices/credential.ts';
import { deviceEvents } from '../../../lib/devices/events.ts';
import type { Device } from '../../../lib/devices/model.ts';
import { retireDevice } from '../../../lib/devices/retirement.ts';
import { sharingSeen } from '../../../lib/devices/sharing.ts';
import type { Sighting } from '../../../lib/devices/sighting.ts';
import { sweepDevices } from '../../../lib/devices/sweep.ts';
import { assistanceIn } from '../support/assistance.ts';
import { credentialsIn } from '../support/credentials.ts';
import { devicesIn } from '../support/devices.ts';
import { ANNA, aDevice, DEVICE_ID } from '../support/fixtures.ts';
import { remainsIn } from '../support/groups.ts';
import { problemFrom } from '../support/problems.ts';
import { see } from '../support/sightings.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { DAY, HOUR, MINUTE, SECOND, settableClock, T0 } from '../support/time.ts';

const { token, secretHash } = issueToken('device', DEVICE_ID);

let store: Store;
let writes: { before: Device; after: Device }[];
const clock = settableClock();

const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');

const noting =
  <T>(save: (before: Device, after: Device) => Promise<T>) =>
  (before: Device, after: Device): Promise<T> => {
    writes.push({ before, after });
    return save(before, after);
  };

const devices = () => {
  const memory = devicesIn(store);
  return { ...memory, saveSighting: noting(memory.saveSighting) };
};
const credentials = () => {
  const memory = credentialsIn(store);
  return { ...memory, saveSharing: noting(memory.saveSharing) };
};

const poll = (bootId: string, more: Partial<Sighting> = {}) =>
  see(devices(), device(), { bootId, bootedAt: T0, agentVersion: '1.0.0', ...more }, clock());
const use = (credential: string) =>
  authenticateDevice({ credentials: credentials(), clock }, `Bearer ${credential}`, { consistency: 'strongly' });
const rotate = async (credential = token) => {
  const deps = { credentials: credentials(), clock, rotationsPerHour: 9 };
  const next = (await rotateCredential(deps, await use(credential))).deviceToken;
  await use(next);
  return next;
};
const retirement = () => ({ devices: devicesIn(store), assistance: assistanceIn(store), clock });
const sweep = () => sweepDevices({ ...retirement(), credentials: credentials(), remains: remainsIn(store) });

/** What the bus is told of it. */
const told = () =>
  writes
    .flatMap(({ before, after }) => deviceEvents(before, after))
    .filter(({ type }) => type === 'DeviceCredentialShared')
    .map(({ detail: { reason = 'over', sharedSince } }) => [reason, sharedSince]);

const since = (at: number) => new Date(at).toISOString();

beforeEach(() => {
  store = emptyStore();
  writes = [];
  clock.set(T0);
  store.devices.set(DEVICE_ID, aDevice({ credentialHash: secretHash, bootId: 'boot-a', lastSeenAt: T0 }));
});

describe('two boot ids that take turns', () => {
  it('are told at the first that comes back: A, B, A', async () => {
    await poll('boot-a');
    await poll('boot-b');
    expect(device()).not.toHaveProperty('sharing');
    clock.advance(SECOND);
    await poll('boot-a');
    expect(device().sharing).toEqual({ since: clock(), seenAt: clock(), reason: 'alternating' });
    expect(told()).toEqual([['alternating', since(clock())]]);
  });

  it('are told once and written once an hour, however often they poll', async () => {
    for (let minute = 0; minute < 180; minute += 1) {
      for (const boot of ['boot-a', 'boot-b']) await poll(boot);
      clock.advance(MINUTE);
    }
    expect(told()).toHaveLength(1);
    // Beside that, the time that it was seen: every ten minutes.
    expect(writes.length).toBeLessThan(3 + 3 + 18);
  });

  it('are none where each restart brings a new one, as on a PC whose disk is reset at every start', async () => {
    for (let start = 0; start < 20; start += 1) {
      clock.advance(HOUR);
      await poll(`boot-${start}`);
    }
    expect(told()).toEqual([]);
  });

  it('do not take the name with them, to and fro', async () => {
    store.devices.set(DEVICE_ID, { ...device(), name: 'PC-A', hasOwnName: true });
    for (let turn = 0; turn < 3; turn += 1) {
      await poll('boot-a', { name: 'PC-A' });
      await poll('boot-b', { name: 'PC-B' });
      clock.advance(11 * MINUTE);
    }
    expect(device()).toMatchObject({ name: 'PC-B', sharing: { reason: 'alternating' } });
    expect(writes.filter(({ before, after }) => before.name !== after.name)).toHaveLength(1);
  });
});

describe('a credential that a rotation replaced', () => {
  it('is refused in words when it comes back, and told', async () => {
    await rotate();
    clock.advance(SECOND);
    const refusal = await problemFrom(use(token));
    expect(refusal).toMatchObject({ code: 'unauthenticated', extras: { reason: 'replaced' } });
    expect(refusal.message).toMatch(/snapshot.*copy.*enrolled again/);
    expect(told()).toEqual([['replaced', since(clock())]]);
  });

  it('is written down once an hour, whatever a flood of it costs in reads', async () => {
    await rotate();
    for (let second = 0; second < 3600; second += 1) {
      await problemFrom(use(token));
      clock.advance(SECOND);
    }
    expect(writes).toHaveLength(1);
    await problemFrom(use(token));
    expect(writes).toHaveLength(2);
    expect(told()).toHaveLength(1);
  });

  it('says more than turns do: it is told though those were', async () => {
    for (const boot of ['boot-a', 'boot-b', 'boot-a']) await poll(boot);
    clock.advance(SECOND);
    await rotate();
    await problemFrom(use(token));
    expect(told()).toEqual([
      ['alternating', since(T0)],
      ['replaced', since(T0)],
    ]);
    expect(device().sharing?.since).toBe(T0);
  });

  it('is known until the next rotation, and then no more', async () => {
    const second = await rotate();
    const third = await rotate(second);
    expect(await problemFrom(use(token))).toMatchObject({ extras: {} });
    expect(await problemFrom(use(second))).toMatchObject({ extras: { reason: 'replaced' } });
    expect((await use(third)).id).toBe(DEVICE_ID);
  });

  it('costs one read and nothing else where it is a wrong secret', async () => {
    await rotate();
    expect(await problemFrom(use(issueToken('device', DEVICE_ID).token))).toMatchObject({ extras: {} });
    expect(writes).toEqual([]);
  });
});

describe('a credential of a retired device', () => {
  it.each(['current', 'next', 'replaced'] as const)('is refused in words, and told: the %s one', async (which) => {
    const current = which === 'replaced' ? await rotate() : token;
    const rotation = { credentials: credentials(), clock, rotationsPerHour: 9 };
    const next = which === 'next' ? (await rotateCredential(rotation, await use(current))).deviceToken : current;
    await retireDevice(retirement(), DEVICE_ID, ANNA);
    const used = { current, next, replaced: token }[which];
    const refusal = await problemFrom(use(used));
    expect(refusal).toMatchObject({ code: 'unauthenticated', extras: { reason: 'retired' } });
    expect(refusal.message).toMatch(/retired.*enrolled again/);
    // After the retirement, which resolves what was told before it.
    expect(told()).toEqual([['retired', since(T0 + 1)]]);
    for (let times = 0; times < 100; times += 1) await problemFrom(use(used));
    expect(writes).toHaveLength(1);
  });

  it('is dead from the first write of retiring on', async () => {
    await devicesIn(store).revoke(DEVICE_ID, ANNA.name, T0);
    expect(await problemFrom(use(token))).toMatchObject({ extras: { reason: 'retired' } });
  });

  it('is told anew, though the device was shared when it was retired', async () => {
    for (const boot of ['boot-a', 'boot-b', 'boot-a']) await poll(boot);
    await retireDevice(retirement(), DEVICE_ID, ANNA);
    expect(device()).not.toHaveProperty('sharing');
    await problemFrom(use(token));
    expect(told()).toEqual([
      ['alternating', since(T0)],
      ['retired', since(T0 + 1)],
    ]);
  });
});

describe('a shared credential', () => {
  const shared = async () => {
    for (const boot of ['boot-a', 'boot-b', 'boot-a']) await poll(boot);
  };

  it('is over when nobody has shown it for a day', async () => {
    await shared();
    clock.set(T0 + DAY - 1);
    expect(await sweep()).toBe(0);
    clock.advance(1);
    expect(await sweep()).toBe(1);
    expect(told()).toEqual([
      ['alternating', since(T0)],
      ['over', since(T0)],
    ]);
    clock.advance(DAY);
    expect(await sweep()).toBe(0);
  });

  it('is not over while it is seen, and another one when it is seen after that', async () => {
    await shared();
    clock.advance(23 * HOUR);
    await poll('boot-b');
    clock.set(T0 + DAY);
    expect(await sweep()).toBe(0);
    clock.set(T0 + 2 * DAY);
    expect(await sweep()).toBe(1);
    clock.advance(MINUTE);
    await poll('boot-a');
    expect(told().map(([reason]) => reason)).toEqual(['alternating', 'over', 'alternating']);
    expect(device().sharing).toMatchObject({ since: clock() });
  });

  it('stays, where it is seen at the moment that the sweep would end it', async () => {
    await shared();
    clock.set(T0 + DAY);
    const stale = credentialsIn(store);
    const find: typeof stale.find = async (deviceId) => {
      const read = await stale.find(deviceId);
      await poll('boot-b');
      return read;
    };
    const deps = { ...retirement(), credentials: { ...credentials(), find }, remains: remainsIn(store) };
    expect(await sweepDevices(deps)).toBe(0);
    expect(device().sharing).toEqual({ since: T0, seenAt: T0 + DAY, reason: 'alternating' });
  });

  it('is noted again where the clock was set back', () => {
    const seen = { since: T0, seenAt: T0, reason: 'alternating' } as const;
    expect(sharingSeen(seen, 'alternating', T0 - HOUR)).toEqual({ ...seen, seenAt: T0 - HOUR });
    expect(sharingSeen(seen, 'alternating', T0 - HOUR + 1)).toBeUndefined();
  });
});
