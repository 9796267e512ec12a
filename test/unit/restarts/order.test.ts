import { beforeEach, describe, expect, it } from 'vitest';
import { type RestartOrder, restartOrder } from '../../../lib/api/restarts.ts';
import { orderRestart } from '../../../lib/restarts/order.ts';
import { jobView } from '../../../lib/restarts/view.ts';
import { ANNA, aDevice } from '../support/fixtures.ts';
import { putGroup } from '../support/fleet.ts';
import { directoryIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { jobsIn, targetsIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, settableClock, T0 } from '../support/time.ts';

const A = id('dev', 'a');
const B = id('dev', 'b');
const GROUP = id('grp', 'office');

let store: Store;

const order = (input: Partial<RestartOrder>) =>
  orderRestart(
    {
      jobs: jobsIn(store),
      devices: targetsIn(store),
      fleet: directoryIn(store),
      clock: settableClock(),
      newId: countingIds(),
    },
    restartOrder().parse('groupId' in input ? input : { deviceIds: [A], ...input }),
    ANNA,
  );

beforeEach(() => {
  store = emptyStore();
  for (const deviceId of [A, B]) store.devices.set(deviceId, aDevice({ id: deviceId }));
  putGroup(store, GROUP, [A]);
});

describe('an order', () => {
  it('is a job that is still to be expanded, with the defaults of the contract', async () => {
    const job = await order({ deviceIds: [A, B] });
    expect(job).toMatchObject({
      state: 'expanding',
      version: 1,
      expanded: 0,
      deviceIds: [A, B],
      graceSeconds: 300,
      deliverWithinMinutes: 240,
      returnWithinMinutes: 20,
      maxPostponements: 0,
      mayReject: false,
      force: false,
      createdAt: T0,
      createdBy: ANNA.name,
    });
    expect(store.jobs.get(job.id)).toEqual(job);
    expect(store.tasks.size).toBe(0);
  });

  it('keeps when it may start', async () => {
    expect((await order({ notBefore: '2026-02-01T03:00:00Z' })).notBefore).toBe(Date.UTC(2026, 1, 1, 3));
  });

  it('starts within 366 days, or is refused', async () => {
    const at = (ms: number) => new Date(T0 + 366 * 24 * HOUR + ms).toISOString();
    expect((await order({ notBefore: at(0) })).notBefore).toBe(T0 + 366 * 24 * HOUR);
    for (const notBefore of [at(1), '9999-12-31T23:59:59Z']) {
      expect(await problemFrom(order({ notBefore }))).toMatchObject({
        code: 'invalid_request',
        extras: { errors: [{ path: '/notBefore' }] },
      });
    }
  });

  it('knows for how many devices it is', async () => {
    expect((await order({ deviceIds: [A, B, A] })).expectedDevices).toBe(2);
    expect((await order({ groupId: GROUP })).expectedDevices).toBe(1);
    expect((await order({ groupId: 'all' })).expectedDevices).toBe(2);
  });

  it('names a device once, however often it was named', async () => {
    expect((await order({ deviceIds: [A, B, A, A] })).deviceIds).toEqual([A, B]);
  });

  it('may be for a group, or for all devices, and is answered before its devices are known', async () => {
    for (const groupId of [GROUP, 'all']) {
      const job = await order({ groupId });
      expect(job).toMatchObject({ state: 'expanding', deviceIds: [], groupId, expanded: 0 });
      expect(jobView({ job, counts: {} })).toMatchObject({ target: { groupId }, deviceCount: 0 });
    }
    const problem = await problemFrom(order({ groupId: id('grp', 'unknown') }));
    expect([problem.code, problem.extras.errors?.[0]?.path]).toEqual(['invalid_request', '/groupId']);
    expect([...store.jobs.values()].map(({ groupId }) => groupId)).toEqual(['all']);
  });

  it('is for devices or for a group, and never for both or neither', async () => {
    const both = await problemFrom(order({ groupId: GROUP, deviceIds: [A] }));
    expect([both.code, both.extras.errors?.[0]?.path]).toEqual(['invalid_request', '/groupId']);
    const neither = await problemFrom(order({ groupId: undefined }));
    expect([neither.code, neither.extras.errors?.[0]?.path]).toEqual(['invalid_request', '/deviceIds']);
    expect(store.jobs.size).toBe(0);
  });

  it('for a group may leave devices out, whether they are in it or not', async () => {
    const job = await order({ groupId: 'all', exceptDeviceIds: [B, B] });
    expect(job).toMatchObject({ groupId: 'all', exceptDeviceIds: [B], expectedDevices: 1 });
    expect(jobView({ job, counts: {} }).target).toEqual({ groupId: 'all', exceptDeviceIds: [B] });
    expect((await order({ groupId: GROUP, exceptDeviceIds: [B] })).expectedDevices).toBe(1);
  });

  it('leaves nobody out of devices that are named, and names each exception that is unknown', async () => {
    const named = await problemFrom(order({ deviceIds: [A], exceptDeviceIds: [B] }));
    expect(named.extras.errors).toEqual([{ path: '/exceptDeviceIds', message: 'requires groupId' }]);
    const unknown = await problemFrom(order({ groupId: GROUP, exceptDeviceIds: [A, 'dev_nobody'] }));
    expect(unknown.extras.errors).toEqual([{ path: '/exceptDeviceIds/1', message: 'there is no device dev_nobody' }]);
    expect(store.jobs.size).toBe(0);
  });

  it('is refused as a whole where devices are not known, each named where it stands', async () => {
    const retired = id('dev', 'retired');
    store.devices.set(retired, aDevice({ id: retired, retiredAt: T0 - HOUR }));
    const problem = await problemFrom(order({ deviceIds: [A, 'dev_nobody', B, retired, 'dev_nobody'] }));
    expect(problem.code).toBe('invalid_request');
    expect(problem.extras.errors).toEqual([
      { path: '/deviceIds/1', message: 'there is no device dev_nobody' },
      { path: '/deviceIds/3', message: `there is no device ${retired}` },
      { path: '/deviceIds/4', message: 'there is no device dev_nobody' },
    ]);
    expect(store.jobs.size).toBe(0);
  });
});
