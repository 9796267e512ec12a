import { beforeEach, describe, expect, it } from 'vitest';
import { type RestartOrder, restartOrder } from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import { previewRestart } from '../../../lib/restarts/preview.ts';
import { aDevice, taskIn } from '../support/fixtures.ts';
import { putGroup } from '../support/fleet.ts';
import { directoryIn } from '../support/groups.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { targetsIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { MINUTE, settableClock, T0 } from '../support/time.ts';

const GROUP = id('grp', 'office');
const [ON, OFF, NEVER, BUSY, RETIRED] = ['on', 'off', 'never', 'busy', 'retired'].map((name) => id('dev', name)) as [
  Id,
  Id,
  Id,
  Id,
  Id,
];

let store: Store;

const preview = (order: Partial<RestartOrder>, mostExamined?: number) =>
  previewRestart(
    { devices: targetsIn(store), fleet: directoryIn(store), clock: settableClock() },
    restartOrder().parse(order),
    mostExamined,
  );

beforeEach(() => {
  store = emptyStore();
  const { lastSeenAt: _, ...unseen } = aDevice({ id: NEVER });
  for (const device of [
    aDevice({ id: ON, lastSeenAt: T0 - 30 * MINUTE + 1 }),
    aDevice({ id: OFF, lastSeenAt: T0 - 30 * MINUTE }),
    unseen,
    aDevice({ id: BUSY, openRestart: taskIn('queued', { deviceId: BUSY }) }),
    aDevice({ id: RETIRED, retiredAt: T0 }),
  ]) {
    store.devices.set(device.id, device);
  }
  putGroup(store, GROUP, [ON, NEVER, RETIRED]);
});

describe('a preview', () => {
  it('counts what the order would reach, what is offline or restarting already, and names what is unknown', async () => {
    const before = structuredClone(store);
    expect(await preview({ deviceIds: [ON, OFF, NEVER, BUSY, RETIRED, 'dev_x', ON, 'dev_x'] })).toEqual({
      deviceCount: 4,
      offlineCount: 2,
      alreadyRestarting: 1,
      unknownDeviceIds: [RETIRED, 'dev_x'],
    });
    expect(store).toEqual(before);
  });

  it('goes through a group, and through all devices', async () => {
    expect(await preview({ groupId: GROUP })).toEqual({
      deviceCount: 2,
      offlineCount: 1,
      alreadyRestarting: 0,
      unknownDeviceIds: [],
    });
    for (let i = 0; i < 2500; i += 1) {
      const device = aDevice({ id: id('dev', `more ${i}`) });
      store.devices.set(device.id, device);
    }
    expect(await preview({ groupId: 'all' })).toMatchObject({
      deviceCount: 2504,
      offlineCount: 2,
      alreadyRestarting: 1,
    });
  });

  it('leaves out the exceptions of a group, and names those that are unknown', async () => {
    expect(await preview({ groupId: GROUP, exceptDeviceIds: [NEVER, BUSY, 'dev_x'] })).toEqual({
      deviceCount: 1,
      offlineCount: 0,
      alreadyRestarting: 0,
      unknownDeviceIds: ['dev_x'],
    });
    // Of a group that is too large to look at each, only the members among them are taken off.
    const tooLarge = await preview({ groupId: GROUP, exceptDeviceIds: [NEVER, BUSY] }, 0);
    expect(tooLarge).toMatchObject({ deviceCount: 2, examinedCount: 0 });
  });

  it('looks at no more devices of a group than there is time for, and says of how many its counts are', async () => {
    for (let i = 0; i < 2500; i += 1) {
      const device = aDevice({ id: id('dev', `more ${i}`) });
      store.devices.set(device.id, device);
    }
    const counts = { deviceCount: 2504, unknownDeviceIds: [] };
    expect(await preview({ groupId: 'all' }, 2504)).not.toHaveProperty('examinedCount');
    expect(await preview({ groupId: 'all' }, 2503)).toMatchObject({ ...counts, examinedCount: 2000 });
    expect(await preview({ groupId: GROUP }, 1)).toMatchObject({ deviceCount: 3, examinedCount: 0 });
  });

  it('is refused as the order would be, for a group that is unknown, both or neither, or a start too far ahead', async () => {
    for (const order of [
      { groupId: id('grp', 'unknown') },
      {},
      { groupId: GROUP, deviceIds: [ON] },
      { groupId: GROUP, notBefore: '9999-01-01T00:00:00Z' },
    ]) {
      expect((await problemFrom(preview(order))).code).toBe('invalid_request');
    }
  });
});
