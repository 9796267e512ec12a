import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { finishRetirement, retireDevice } from '../../../lib/devices/retirement.ts';
import { sweepDevices } from '../../../lib/devices/sweep.ts';
import { postpone } from '../../../lib/restarts/task.ts';
import { assistanceIn } from '../support/assistance.ts';
import { Crash, crashingAt, crashPoints } from '../support/crash.ts';
import { credentialsIn } from '../support/credentials.ts';
import { devicesIn } from '../support/devices.ts';
import { ANNA, aDevice, BOOT_2, DEVICE_ID, requestIn, taskIn } from '../support/fixtures.ts';
import { remainsIn } from '../support/groups.ts';
import { id } from '../support/ids.ts';
import { codeFrom } from '../support/problems.ts';
import { tasksIn } from '../support/restarts.ts';
import { see } from '../support/sightings.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { MINUTE, settableClock, T0 } from '../support/time.ts';
import { WORLDS } from '../support/worlds.ts';

let store: Store;
const clock = settableClock();

const deps = () => ({ devices: devicesIn(store), assistance: assistanceIn(store), clock });
const retire = (deviceId = DEVICE_ID) => retireDevice(deps(), deviceId, ANNA);
const sweep = () => sweepDevices({ ...deps(), credentials: credentialsIn(store), remains: remainsIn(store) });
const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');

const withTask = () => {
  const task = taskIn('inProgress', { maxPostponements: 1 });
  store.tasks.set(task.id, task);
  store.devices.set(DEVICE_ID, aDevice({ openRestart: task, missingSinceTask: id('tsk', 'lost') }));
  return task;
};

beforeEach(() => {
  store = emptyStore();
  clock.set(T0);
  store.devices.set(DEVICE_ID, aDevice());
});

describe('retiring', () => {
  it('a device with nothing open only retires it, and says who did', async () => {
    await retire();
    expect(device()).toEqual({ ...aDevice(), retiredAt: T0, retiredBy: ANNA.name, version: 3 });
  });

  it('one that never was, or is retired, is 404', async () => {
    expect(await codeFrom(retire(id('dev', 'never')))).toBe('not_found');
    await retire();
    expect(await codeFrom(retire())).toBe('not_found');
  });

  it('removes its open task, whatever it waits for', async () => {
    const task = withTask();
    await retire();
    expect(store.tasks.get(task.id)).toMatchObject({ state: 'removed', endedAt: T0, version: task.version + 1 });
    expect(device()).not.toHaveProperty('openRestart');
    expect(device()).not.toHaveProperty('missingSinceTask');
  });

  it.each(['pending', 'approved', 'connected'] as const)('ends its request that is %s', async (state) => {
    const request = requestIn(state);
    store.requests.set(request.id, request);
    const { expiresAt } = request;
    const openAssistance = { requestId: request.id, ...(expiresAt !== undefined && { expiresAt }) };
    store.devices.set(DEVICE_ID, aDevice({ openAssistance }));
    await retire();
    expect(store.requests.get(request.id)).toMatchObject({ state: 'ended', endReason: 'deviceRetired' });
    expect(device()).not.toHaveProperty('openAssistance');
  });

  it('leaves a request alone whose four hours are over, and is not kept from it by that', async () => {
    const request = requestIn('pending');
    store.requests.set(request.id, request);
    const { expiresAt = 0 } = request;
    store.devices.set(DEVICE_ID, aDevice({ openAssistance: { requestId: request.id, expiresAt } }));
    clock.set(expiresAt);
    await retire();
    expect(store.requests.get(request.id)).toBe(request);
    expect(device().retiredAt).toBe(expiresAt);
  });

  it('goes on where the request vanished, or was answered otherwise', async () => {
    store.devices.set(DEVICE_ID, aDevice({ openAssistance: { requestId: id('req', 'vanished') } }));
    await retire();
    expect(device().retiredAt).toBe(T0);
  });

  it('takes its task as it is by now, where that changed meanwhile', async () => {
    const task = withTask();
    const devices = devicesIn(store);
    let overtaken = false;
    const find: typeof devices.find = async (deviceId) => {
      const found = await devices.find(deviceId);
      if (!overtaken) await tasksIn(store).save(task, postpone(task, 10, T0));
      overtaken = true;
      return found;
    };
    await retireDevice({ ...deps(), devices: { ...devices, find } }, DEVICE_ID, ANNA);
    expect(store.tasks.get(task.id)).toMatchObject({ state: 'removed', postponements: 1 });
  });
});

describe.each(WORLDS.map(([name, make]) => ({ name, make })))('revoking, $name', ({ make }) => {
  const sighting = { bootId: BOOT_2, bootedAt: T0, agentVersion: '2.0.0' };

  it('is done whatever the device has written since it was read', async () => {
    const { devices, putDevice } = make();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (version) => {
        await putDevice(aDevice({ version }));
        expect(await devices.revoke(DEVICE_ID, ANNA.name, T0)).toBe(true);
        expect(await devices.find(DEVICE_ID)).toEqual(
          aDevice({ version: version + 1, revokedAt: T0, revokedBy: ANNA.name }),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('is done once, and not where there is no device in service', async () => {
    const { devices, putDevice } = make();
    expect(await devices.revoke(DEVICE_ID, ANNA.name, T0)).toBe(false);
    expect(await devices.find(DEVICE_ID)).toBeUndefined();
    await putDevice(aDevice());
    expect(await devices.revoke(DEVICE_ID, ANNA.name, T0)).toBe(true);
    expect(await devices.revoke(DEVICE_ID, 'ben', T0 + MINUTE)).toBe(false);
    expect(await devices.find(DEVICE_ID)).toMatchObject({ revokedAt: T0, revokedBy: ANNA.name });
    await putDevice(aDevice({ retiredAt: T0 }));
    expect(await devices.revoke(DEVICE_ID, ANNA.name, T0)).toBe(false);
  });

  it('ends all that the device itself may write, and takes it out of the lists', async () => {
    const { devices, directory, entries, putDevice, requests, targets } = make();
    await putDevice(aDevice());
    const read = (await devices.find(DEVICE_ID)) ?? expect.fail('no device');
    await devices.revoke(DEVICE_ID, ANNA.name, T0);
    const revoked = await devices.find(DEVICE_ID);
    await see(devices, read, sighting, T0 + MINUTE);
    expect(await requests.create(requestIn('pending'))).toBe(false);
    expect(await entries.addTask(taskIn('queued', { version: 1 }))).toBe(false);
    expect(await devices.find(DEVICE_ID)).toEqual(revoked);
    expect((await devices.list({ limit: 9 })).items).toEqual([]);
    expect((await directory.fleetIds({ limit: 9 })).items).toEqual([]);
    expect(await targets.findMany([DEVICE_ID])).toEqual([]);
  });

  it('is gone on with by the sweep a minute later, once', async () => {
    const { devices, putDevice, requests: assistance, ...world } = make();
    const sweepAt = (at: number) => sweepDevices({ ...world, devices, assistance, clock: () => at });
    await putDevice(aDevice());
    await devices.revoke(DEVICE_ID, ANNA.name, T0);
    expect(await sweepAt(T0 + MINUTE - 1)).toBe(0);
    expect(await sweepAt(T0 + MINUTE)).toBe(1);
    expect(await devices.find(DEVICE_ID)).toEqual(
      aDevice({ version: 3, retiredAt: T0 + MINUTE, retiredBy: ANNA.name }),
    );
    expect(await sweepAt(T0 + 9 * MINUTE)).toBe(0);
  });
});

describe('a retirement that dies', () => {
  it.each(crashPoints(3))('$moment call $call is begun or not; the sweep ends what was begun', async (point) => {
    const task = withTask();
    const { wrap } = crashingAt(point);
    const mortal = { devices: wrap(devicesIn(store)), assistance: wrap(assistanceIn(store)), clock };
    await expect(retireDevice(mortal, DEVICE_ID, ANNA)).rejects.toThrow(Crash);
    const isBegun = point.call > 0 || point.moment === 'after';
    expect(device().revokedAt !== undefined || device().retiredAt !== undefined).toBe(isBegun);
    clock.advance(MINUTE);
    await sweep();
    expect(device().retiredAt !== undefined).toBe(isBegun);
    expect(store.tasks.get(task.id)?.state).toBe(isBegun ? 'removed' : 'inProgress');
  });

  it('is ended by the admin who asks again, and keeps who began it', async () => {
    withTask();
    await devicesIn(store).revoke(DEVICE_ID, ANNA.name, T0);
    clock.advance(MINUTE);
    await retireDevice(deps(), DEVICE_ID, { id: 'sub-ben', name: 'ben' });
    expect(device()).toMatchObject({ retiredAt: T0 + MINUTE, retiredBy: ANNA.name });
    expect(await finishRetirement(deps(), DEVICE_ID)).toBe(false);
  });
});
