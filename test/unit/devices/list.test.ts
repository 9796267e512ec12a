/** Which devices a list is of. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type DeviceFilter, filterOf } from '../../../lib/devices/filter.ts';
import { listDevices, MOST_EXAMINED } from '../../../lib/devices/list.ts';
import type { Device } from '../../../lib/devices/model.ts';
import { devicesIn, tokensIn } from '../support/devices.ts';
import { aDevice } from '../support/fixtures.ts';
import { groupsIn } from '../support/groups.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { DAY, HOUR, MINUTE, settableClock, T0 } from '../support/time.ts';

let store: Store;
const clock = settableClock();

const { lastSeenAt: _, ...neverSeen } = aDevice();

const DEVICES: readonly Device[] = [
  aDevice({ id: 'dev_1', name: 'Büro 1', serialNumber: 'PF-0815', groupIds: ['grp_1'] }),
  aDevice({ id: 'dev_2', name: 'reception 2', platform: 'linux', lastSeenAt: T0 - DAY, serialNumber: 'None' }),
  aDevice({ id: 'dev_3', name: 'RECEPTION 3', agentVersion: '2.0.0', lastSeenAt: T0 - HOUR, groupIds: ['grp_1'] }),
  { ...neverSeen, id: 'dev_4', name: 'Warehouse', platform: 'macos' },
];

beforeEach(() => {
  store = emptyStore();
  for (const device of DEVICES) store.devices.set(device.id, device);
  store.groups.set('grp_1', { id: 'grp_1', name: 'Ground floor', deviceCount: 2, createdAt: T0 });
});

const list = (filter: DeviceFilter, limit = 50) =>
  listDevices({ devices: devicesIn(store), groups: groupsIn(store), serials: tokensIn(store), clock }, filter, {
    limit,
  });
const idsOf = async (filter: DeviceFilter) => (await list(filter)).items.map(({ id }) => id.slice(-1)).join('');

describe('the devices', () => {
  it.each<[DeviceFilter, string]>([
    [{}, '1234'],
    [{ namePrefix: 'REC' }, '23'],
    [{ nameContains: 'EPTION' }, '23'],
    // Written with a letter and a mark that is put over it.
    [{ nameContains: 'bu\u0308ro' }, '1'],
    [{ nameContains: 'nowhere' }, ''],
    [{ platform: 'linux' }, '2'],
    [{ agentVersion: '2.0.0' }, '3'],
    [{ agentVersion: '2.0' }, ''],
    [{ serialNumber: ' pf-0815 ' }, '1'],
    [{ serialNumber: 'PF-0816' }, ''],
    [{ serialNumber: 'none' }, '2'],
    [{ seenBefore: T0 - 2 * HOUR }, '24'],
    [{ seenAfter: T0 - 2 * HOUR }, '13'],
    [{ seenAfter: T0 - 2 * DAY, seenBefore: T0 - MINUTE }, '23'],
    [{ online: true }, '1'],
    [{ online: false }, '23'],
    [{ groupId: 'grp_1', online: true }, '1'],
    [{ groupId: 'grp_1', nameContains: '3' }, '3'],
    [{ groupId: 'all', nameContains: '3' }, '3'],
    [{ namePrefix: 'rec', platform: 'windows' }, '3'],
    [{ serialNumber: 'PF-0815', platform: 'linux' }, ''],
    [{ serialNumber: 'PF-0815', groupId: 'grp_1', namePrefix: 'bü' }, '1'],
    [{ serialNumber: 'PF-0815', namePrefix: 'x' }, ''],
  ])('of %j are those for which all of it holds', async (filter, ids) => {
    expect(await idsOf(filter)).toBe(ids);
  });

  it('are looked at only where no index serves what is asked for, and then it is said how many were', async () => {
    for (const served of [{}, { namePrefix: 'r' }, { groupId: 'grp_1' }, { serialNumber: 'PF-0815' }]) {
      expect(await list(served)).not.toHaveProperty('examined');
    }
    expect(await list({ online: true })).toMatchObject({ examined: 4 });
    expect(await list({ groupId: 'grp_1', online: true })).toMatchObject({ examined: 2 });
    expect(await list({ nameContains: 'reception' }, 1)).toMatchObject({ examined: 2, next: expect.any(String) });
  });

  it('are looked at up to a number, and there is a next page for the rest', async () => {
    for (let i = 0; i < MOST_EXAMINED; i += 1) {
      store.devices.set(`dev_x${i}`, aDevice({ id: `dev_x${i}`, name: `a ${i}` }));
    }
    expect(await list({ nameContains: 'Warehouse' })).toEqual({
      items: [],
      examined: MOST_EXAMINED,
      next: expect.any(String),
    });
  });

  it('of a retired holder of a serial number are none', async () => {
    store.devices.set('dev_1', { ...(DEVICES[0] ?? aDevice()), retiredAt: T0 });
    expect(await idsOf({ serialNumber: 'PF-0815' })).toBe('');
  });
});

it('reads a query, in which everything is text', () => {
  const asked = { online: 'false', seenAfter: '2026-01-31T12:00:00Z', nameContains: 'x' } as const;
  expect(filterOf(asked)).toEqual({ online: false, seenAfter: T0, nameContains: 'x' });
  expect(filterOf({})).toEqual({});
});
