import { beforeEach, describe, expect, it } from 'vitest';
import { getDevice, renameDevice } from '../../../lib/devices/devices.ts';
import { retireDevice } from '../../../lib/devices/retirement.ts';
import { deviceView, enrollmentTokenView } from '../../../lib/devices/view.ts';
import { assistanceIn } from '../support/assistance.ts';
import { devicesIn } from '../support/devices.ts';
import { ANNA, aDevice, DEVICE_ID, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { codeFrom } from '../support/problems.ts';
import { see } from '../support/sightings.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { DAY, HOUR, MINUTE, settableClock, T0 } from '../support/time.ts';

let store: Store;
const clock = settableClock();

const retire = (deviceId = DEVICE_ID) =>
  retireDevice({ devices: devicesIn(store), assistance: assistanceIn(store), clock }, deviceId, ANNA);
const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');

beforeEach(() => {
  store = emptyStore();
  clock.set(T0);
  store.devices.set(DEVICE_ID, aDevice());
});

describe('a device', () => {
  it('that never was or is retired is 404', async () => {
    const devices = devicesIn(store);
    expect((await getDevice(devices, DEVICE_ID)).id).toBe(DEVICE_ID);
    expect(await codeFrom(getDevice(devices, id('dev', 'never')))).toBe('not_found');
    await retire();
    for (const call of [getDevice(devices, DEVICE_ID), renameDevice(devices, DEVICE_ID, 'x'), retire()]) {
      expect(await codeFrom(call)).toBe('not_found');
    }
  });

  it('is renamed, after a second look where it changed meanwhile', async () => {
    const devices = devicesIn(store);
    let overtaken = false;
    const find: typeof devices.find = async (deviceId) => {
      const found = await devices.find(deviceId);
      if (!overtaken && found) await see(devices, found, { bootId: 'boot-0009', bootedAt: T0, agentVersion: '2' }, T0);
      overtaken = true;
      return found;
    };
    await renameDevice({ ...devices, find }, DEVICE_ID, 'Front desk');
    expect(device()).toMatchObject({ name: 'Front desk', bootId: 'boot-0009' });
  });
});

describe('what is shown', () => {
  it('of a device is what the contract names, and never its credential', () => {
    const shown = deviceView(aDevice({ openRestart: taskIn('queued'), serialNumber: 'SN-1' }), T0);
    expect(shown).toEqual({
      id: DEVICE_ID,
      name: 'Reception',
      platform: 'windows',
      agentVersion: '1.0.0',
      serialNumber: 'SN-1',
      groupIds: [],
      enrolledAt: '2026-01-30T12:00:00.000Z',
      lastSeenAt: '2026-01-31T12:00:00.000Z',
      bootId: 'boot-0001',
      bootedAt: '2026-01-31T11:50:00.000Z',
      online: true,
      openRestart: { taskId: taskIn('queued').id, jobId: taskIn('queued').jobId, state: 'queued' },
    });
    expect(deviceView(aDevice({ openRestart: taskIn('scheduled') }), T0).openRestart).toMatchObject({
      state: 'scheduled',
      notBefore: '2026-01-31T13:00:00.000Z',
    });
  });

  it('of a request for help that it has open is its state, until its four hours are over', () => {
    const open = { requestId: 'req_1', state: 'pending', expiresAt: T0 + HOUR } as const;
    const device = aDevice({ openAssistance: open });
    expect(deviceView(device, T0).openAssistance).toEqual({ requestId: 'req_1', state: 'pending' });
    expect(deviceView(device, T0 + HOUR)).not.toHaveProperty('openAssistance');
    const connected = aDevice({ openAssistance: { requestId: 'req_1', state: 'connected' } });
    expect(deviceView(connected, T0 + DAY).openAssistance).toEqual({ requestId: 'req_1', state: 'connected' });
  });

  it('of its presence is whether it was heard of as lately as one that is on', () => {
    const online = (lastSeenAt: number) => deviceView(aDevice({ lastSeenAt }), T0).online;
    expect([online(T0), online(T0 - 16 * MINUTE), online(T0 - 16 * MINUTE - 1)]).toEqual([true, true, false]);
    const { lastSeenAt: _, ...silent } = aDevice();
    expect(deviceView(silent, T0)).not.toHaveProperty('online');
  });

  it('of an enrolment token is never its secret', () => {
    const token = {
      id: id('enr', 'a'),
      secretHash: 'hash',
      maxUses: 2,
      uses: 1,
      createdAt: T0,
      createdBy: ANNA.name,
      expiresAt: T0 + HOUR,
    };
    expect(JSON.stringify(enrollmentTokenView(token))).not.toContain('hash');
  });
});
