import { beforeEach, describe, expect, it } from 'vitest';
import { getDevice, renameDevice, retireDevice } from '../../../lib/devices/devices.ts';
import { deviceView, enrollmentTokenView } from '../../../lib/devices/view.ts';
import { postpone } from '../../../lib/restarts/task.ts';
import { assistanceIn } from '../support/assistance.ts';
import { devicesIn } from '../support/devices.ts';
import { ANNA, aDevice, DEVICE_ID, requestIn, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { codeFrom } from '../support/problems.ts';
import { tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, settableClock, T0 } from '../support/time.ts';

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
      if (!overtaken && found)
        await devices.recordSighting(found, { bootId: 'boot-0009', bootedAt: T0, agentVersion: '2' }, T0);
      overtaken = true;
      return found;
    };
    await renameDevice({ ...devices, find }, DEVICE_ID, 'Front desk');
    expect(device()).toMatchObject({ name: 'Front desk', bootId: 'boot-0009' });
  });
});

describe('retiring', () => {
  it('a device with nothing open only retires it', async () => {
    await retire();
    expect(device()).toMatchObject({ retiredAt: T0, version: 2 });
  });

  it('removes its open task, whatever it waits for', async () => {
    const task = taskIn('inProgress');
    store.tasks.set(task.id, task);
    store.devices.set(DEVICE_ID, aDevice({ openRestart: task, missingSinceTask: id('tsk', 'lost') }));
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
    const task = taskIn('inProgress', { maxPostponements: 1 });
    store.tasks.set(task.id, task);
    store.devices.set(DEVICE_ID, aDevice({ openRestart: task }));
    const devices = devicesIn(store);
    let overtaken = false;
    const find: typeof devices.find = async (deviceId) => {
      const found = await devices.find(deviceId);
      if (!overtaken) await tasksIn(store).save(task, postpone(task, 10, T0));
      overtaken = true;
      return found;
    };
    await retireDevice({ devices: { ...devices, find }, assistance: assistanceIn(store), clock }, DEVICE_ID, ANNA);
    expect(store.tasks.get(task.id)).toMatchObject({ state: 'removed', postponements: 1 });
  });
});

describe('what is shown', () => {
  it('of a device is what the contract names, and never its credential', () => {
    const shown = deviceView(aDevice({ openRestart: taskIn('queued'), serialNumber: 'SN-1' }));
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
      openRestart: { taskId: taskIn('queued').id, state: 'queued' },
    });
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
