/** Putting many devices into a group. */
import { beforeEach, describe, expect, it } from 'vitest';
import { addMembers } from '../../../lib/groups/add-members.ts';
import { MOST_ADDED_AT_ONCE, MOST_GROUPS_OF_A_DEVICE } from '../../../lib/groups/model.ts';
import { aDevice } from '../support/fixtures.ts';
import { groupsIn, membershipsIn } from '../support/groups.ts';
import { codeFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { T0 } from '../support/time.ts';

const GROUP = 'grp_1';
const FULL = Array.from({ length: MOST_GROUPS_OF_A_DEVICE }, (_, i) => `grp_of_many_${i}`);

let store: Store;
let batches: number[];

const devices = { findMany: async (ids: readonly string[]) => ids.flatMap((id) => store.devices.get(id) ?? []) };
const deps = () => {
  const { addMany } = membershipsIn(store);
  return {
    groups: groupsIn(store),
    devices,
    memberships: {
      addMany: async (...args: Parameters<typeof addMany>) => {
        batches.push(args[1].length);
        await addMany(...args);
      },
    },
  };
};
const countOf = () => store.groups.get(GROUP)?.deviceCount;

beforeEach(() => {
  store = emptyStore();
  batches = [];
  store.groups.set(GROUP, { id: GROUP, name: 'Ground floor', deviceCount: 0, createdAt: T0 });
  store.devices.set('dev_1', aDevice({ id: 'dev_1' }));
  store.devices.set('dev_2', aDevice({ id: 'dev_2', groupIds: [GROUP] }));
  store.devices.set('dev_3', aDevice({ id: 'dev_3', groupIds: FULL }));
  store.devices.set('dev_4', aDevice({ id: 'dev_4', retiredAt: T0 }));
});

describe('putting many devices into a group', () => {
  it('adds what can be added, and says of the rest why not, of each once', async () => {
    const asked = ['dev_1', 'dev_2', 'dev_3', 'dev_4', 'dev_5', 'dev_1'];
    expect(await addMembers(deps(), GROUP, asked)).toEqual({
      added: ['dev_1'],
      alreadyMembers: ['dev_2'],
      fullDeviceIds: ['dev_3'],
      unknownDeviceIds: ['dev_4', 'dev_5'],
    });
    expect(store.devices.get('dev_1')?.groupIds).toEqual([GROUP]);
    expect(countOf()).toBe(1);
    expect(await addMembers(deps(), GROUP, asked)).toMatchObject({ added: [], alreadyMembers: ['dev_1', 'dev_2'] });
    expect(countOf()).toBe(1);
  });

  it('does so in as many transactions as it takes', async () => {
    const ids = Array.from({ length: 2 * MOST_ADDED_AT_ONCE + 1 }, (_, i) => `dev_x${i}`);
    for (const id of ids) store.devices.set(id, aDevice({ id }));
    expect((await addMembers(deps(), GROUP, ids)).added).toEqual(ids);
    expect(batches).toEqual([MOST_ADDED_AT_ONCE, MOST_ADDED_AT_ONCE, 1]);
    expect(countOf()).toBe(ids.length);
  });

  it('looks again where one of them was retired or added meanwhile, and adds the others', async () => {
    store.devices.set('dev_6', aDevice({ id: 'dev_6' }));
    const { memberships, ...rest } = deps();
    let overtaken = false;
    const addMany: typeof memberships.addMany = async (...args) => {
      if (!overtaken) store.devices.set('dev_1', aDevice({ id: 'dev_1', retiredAt: T0 }));
      overtaken = true;
      await memberships.addMany(...args);
    };
    expect(await addMembers({ ...rest, memberships: { addMany } }, GROUP, ['dev_1', 'dev_6'])).toMatchObject({
      added: ['dev_6'],
      unknownDeviceIds: ['dev_1'],
    });
  });

  it('needs a group that is there, and is not the built-in one', async () => {
    expect(await codeFrom(addMembers(deps(), 'grp_2', ['dev_1']))).toBe('not_found');
    expect(await codeFrom(addMembers(deps(), 'all', ['dev_1']))).toBe('invalid_state');
  });
});
