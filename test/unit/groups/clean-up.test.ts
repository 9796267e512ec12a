/** The clean-up of a deleted group that stands still, because nobody was told of the deletion: the sweep starts it again. */
import { expect, it } from 'vitest';
import { groupIdsOf } from '../../../lib/devices/model.ts';
import { sweepDevices } from '../../../lib/devices/sweep.ts';
import { cleanUpGroup } from '../../../lib/groups/clean-up.ts';
import type { Group } from '../../../lib/groups/model.ts';
import { aDevice } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';
import { WORLDS } from '../support/worlds.ts';

const GONE: Group = { id: id('grp', 'gone'), name: 'Gone', deviceCount: 0, createdAt: T0 };
const MEMBERS = Array.from({ length: 30 }, (_, i) => aDevice({ id: id('dev', `pc ${i}`), name: `PC ${i}` }));

it.each(WORLDS.map(([name, make]) => ({ name, make })))(
  'is due an hour after it began or went on, $name',
  async ({ make }) => {
    const world = make();
    await world.groups.create(GONE);
    for (const device of MEMBERS) {
      await world.putDevice(device);
      await world.memberships.add(GONE.id, device);
    }
    const sweep = (at: number) => sweepDevices({ ...world, assistance: world.requests, clock: () => at });
    const cleanUp = (at: number, hasTime: () => boolean) =>
      cleanUpGroup({ ...world, clock: () => at }, GONE.id, hasTime);
    const left = async () => {
      const devices = await Promise.all(MEMBERS.map((device) => world.devices.find(device.id)));
      return devices.filter((device) => device && groupIdsOf(device).includes(GONE.id)).length;
    };

    expect(await sweep(T0 + 9 * HOUR)).toBe(0);
    await world.groups.delete(GONE.id, T0);
    expect(await sweep(T0 + HOUR - 1)).toBe(0);
    expect(await sweep(T0 + HOUR)).toBe(1);
    expect(await sweep(T0 + 2 * HOUR - 1)).toBe(0);

    const chunks = [true, false];
    await cleanUp(T0 + HOUR + MINUTE, () => chunks.shift() ?? false);
    expect(await left()).toBe(5);
    expect(await sweep(T0 + 2 * HOUR)).toBe(0);
    expect(await sweep(T0 + 2 * HOUR + MINUTE)).toBe(1);

    await cleanUp(T0 + 2 * HOUR + MINUTE, () => true);
    expect(await left()).toBe(0);
    expect(await sweep(T0 + 9 * HOUR)).toBe(0);
    expect(await world.remains.goOnLater(GONE.id, T0)).toBe(false);
  },
);

it('is not started again of a group that is there', async () => {
  for (const [, make] of WORLDS) {
    const { groups, remains } = make();
    await groups.create(GONE);
    expect(await remains.goOnLater(GONE.id, T0)).toBe(false);
    expect(await groups.find(GONE.id)).toEqual(GONE);
  }
});
