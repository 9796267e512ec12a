import { beforeEach, describe, expect, it } from 'vitest';
import { getDevice } from '../../../lib/devices/devices.ts';
import { createEnrollmentToken, enroll } from '../../../lib/devices/enrollment.ts';
import { listDevices } from '../../../lib/devices/list.ts';
import { groupIdsOf } from '../../../lib/devices/model.ts';
import { retireDevice } from '../../../lib/devices/retirement.ts';
import { createGroup, deleteGroup, getGroup, listGroups, renameGroup } from '../../../lib/groups/groups.ts';
import { addMember, removeMember } from '../../../lib/groups/members.ts';
import { groupView } from '../../../lib/groups/view.ts';
import { assistanceIn } from '../support/assistance.ts';
import { devicesIn, tokensIn } from '../support/devices.ts';
import { ANNA, aDevice, DEVICE_ID } from '../support/fixtures.ts';
import { groupsIn, membershipsIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { codeFrom, problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { settableClock, T0 } from '../support/time.ts';

let store: Store;
let newId: ReturnType<typeof countingIds>;
const clock = settableClock();

const groups = () => groupsIn(store);
const make = (name: string) => createGroup({ groups: groups(), clock, newId }, name);
const listing = () => ({ devices: devicesIn(store), groups: groups(), serials: tokensIn(store), clock });
const members = () => ({ groups: groups(), devices: devicesIn(store), memberships: membershipsIn(store) });
const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');
const count = async (groupId: string) => (await getGroup(groups(), groupId)).deviceCount;

beforeEach(() => {
  store = emptyStore();
  newId = countingIds();
  clock.set(T0);
  store.devices.set(DEVICE_ID, aDevice());
});

describe('a group', () => {
  it('is shown with its name, its count and when it was made', async () => {
    const group = await make('Lab');
    expect(groupView(group)).toEqual({
      id: group.id,
      name: 'Lab',
      deviceCount: 0,
      createdAt: '2026-01-31T12:00:00.000Z',
    });
  });

  it('is renamed and keeps the rest', async () => {
    const group = await make('Lab');
    await addMember(members(), group.id, DEVICE_ID);
    expect(await renameGroup(groups(), group.id, 'Laboratory')).toEqual({
      ...group,
      name: 'Laboratory',
      deviceCount: 1,
    });
  });

  it('that never was or is deleted is 404', async () => {
    const { id: groupId } = await make('Lab');
    await deleteGroup({ groups: groups(), clock }, groupId);
    for (const gone of [groupId, id('grp', 'never')]) {
      expect(await codeFrom(getGroup(groups(), gone))).toBe('not_found');
      expect(await codeFrom(renameGroup(groups(), gone, 'x'))).toBe('not_found');
      expect(await codeFrom(deleteGroup({ groups: groups(), clock }, gone))).toBe('not_found');
      expect(await codeFrom(addMember(members(), gone, DEVICE_ID))).toBe('not_found');
      expect(await codeFrom(removeMember(members(), gone, DEVICE_ID))).toBe('not_found');
      const list = listDevices(listing(), { groupId: gone }, { limit: 9 });
      expect(await codeFrom(list)).toBe('not_found');
    }
  });
});

describe('the built-in group', () => {
  it('is every device in service', async () => {
    store.devices.set('dev_2', aDevice({ id: 'dev_2' }));
    store.devices.set('dev_3', aDevice({ id: 'dev_3', retiredAt: T0 }));
    expect(groupView(await getGroup(groups(), 'all'))).toEqual({
      id: 'all',
      name: 'All devices',
      deviceCount: 2,
      createdAt: '1970-01-01T00:00:00.000Z',
    });
    expect((await listDevices(listing(), { groupId: 'all' }, { limit: 9 })).items).toHaveLength(2);
  });

  it('cannot be changed in any way', async () => {
    for (const change of [
      () => renameGroup(groups(), 'all', 'x'),
      () => deleteGroup({ groups: groups(), clock }, 'all'),
      () => addMember(members(), 'all', DEVICE_ID),
      () => removeMember(members(), 'all', DEVICE_ID),
    ]) {
      expect(await problemFrom(change())).toMatchObject({
        code: 'invalid_state',
        extras: { currentState: 'builtIn' },
      });
    }
  });

  it('is first in the list, in pages of any size, and also where it is the only one', async () => {
    const read = async (limit: number) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listGroups(groups(), { limit, ...(after !== undefined && { after }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        expect(page.items.length).toBeGreaterThan(0);
        found.push(...page.items.map(({ name }) => name));
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    expect(await read(1)).toEqual(['All devices']);
    for (const name of ['b', 'C', 'a']) await make(name);
    for (const limit of [1, 2, 3, 4, 5]) expect(await read(limit)).toEqual(['All devices', 'a', 'b', 'C']);
  });
});

describe('a membership', () => {
  it('is made and ended once, and counted', async () => {
    const { id: groupId } = await make('Lab');
    for (const _ of [1, 2]) await addMember(members(), groupId, DEVICE_ID);
    expect(groupIdsOf(device())).toEqual([groupId]);
    expect(await count(groupId)).toBe(1);
    for (const _ of [1, 2]) await removeMember(members(), groupId, DEVICE_ID);
    expect(groupIdsOf(device())).toEqual([]);
    expect(await count(groupId)).toBe(0);
  });

  it('is not made for a device that is retired or never was', async () => {
    const { id: groupId } = await make('Lab');
    store.devices.set(DEVICE_ID, aDevice({ retiredAt: T0 }));
    for (const gone of [DEVICE_ID, id('dev', 'never')]) {
      expect(await codeFrom(addMember(members(), groupId, gone))).toBe('not_found');
      expect(await codeFrom(removeMember(members(), groupId, gone))).toBe('not_found');
    }
  });

  it('is one of 20 at most', async () => {
    const made = [];
    for (let i = 0; i < 21; i += 1) made.push(await make(`group ${i}`));
    for (const { id: groupId } of made.slice(0, 20)) await addMember(members(), groupId, DEVICE_ID);
    const last = made[20]?.id ?? '';
    expect(await problemFrom(addMember(members(), last, DEVICE_ID))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'groupLimitReached' },
    });
    // It is in this one already, so there is no one too many.
    await addMember(members(), made[3]?.id ?? '', DEVICE_ID);
    await removeMember(members(), made[3]?.id ?? '', DEVICE_ID);
    await addMember(members(), last, DEVICE_ID);
    expect(groupIdsOf(device())).toHaveLength(20);
  });

  it('is refused where the group was deleted between being looked at and being joined', async () => {
    const { id: groupId } = await make('Lab');
    const deps = members();
    const add: typeof deps.memberships.add = async (...args) => {
      await groups().delete(groupId, T0);
      return deps.memberships.add(...args);
    };
    const overtaken = { ...deps, memberships: { ...deps.memberships, add } };
    expect(await codeFrom(addMember(overtaken, groupId, DEVICE_ID))).toBe('not_found');
    expect(groupIdsOf(device())).toEqual([]);
  });

  it('ends with the device', async () => {
    const { id: groupId } = await make('Lab');
    await addMember(members(), groupId, DEVICE_ID);
    await retireDevice({ devices: devicesIn(store), assistance: assistanceIn(store), clock }, DEVICE_ID, ANNA);
    expect(await count(groupId)).toBe(0);
    expect(device()).not.toHaveProperty('groupIds');
    expect(await codeFrom(getDevice(devicesIn(store), DEVICE_ID))).toBe('not_found');
  });
});

describe('an enrolment token with a group', () => {
  const deps = () => ({
    tokens: tokensIn(store),
    groups: groups(),
    devices: devicesIn(store),
    assistance: assistanceIn(store),
    clock,
    newId,
    actAs: () => {},
  });
  const order = (enrollmentToken: string) => ({
    enrollmentToken,
    name: 'PC',
    platform: 'linux' as const,
    agentVersion: '1',
  });

  it('names the group, and its devices are in it from the first', async () => {
    const { id: groupId } = await make('Lab');
    const made = await createEnrollmentToken(deps(), { maxUses: 2, expiresInHours: 1, groupId }, ANNA);
    expect(made.groupId).toBe(groupId);
    const { device: enrolled } = await enroll(deps(), order(made.token));
    expect(enrolled.groupIds).toEqual([groupId]);
    expect(await count(groupId)).toBe(1);
  });

  it('is refused where there is no such group; that of all devices needs no joining', async () => {
    for (const groupId of ['all', id('grp', 'never')]) {
      expect(
        await problemFrom(createEnrollmentToken(deps(), { maxUses: 1, expiresInHours: 1, groupId }, ANNA)),
      ).toMatchObject({ code: 'invalid_request', extras: { errors: [{ path: '/groupId' }] } });
    }
    expect(store.tokens.size).toBe(0);
  });

  it('enrols without the group where that is deleted, at the last moment too', async () => {
    for (const moment of ['before', 'meanwhile']) {
      const { id: groupId } = await make('Lab');
      const made = await createEnrollmentToken(deps(), { maxUses: 1, expiresInHours: 1, groupId }, ANNA);
      const all = deps();
      const enrollAfterDeletion: typeof all.tokens.enroll = async (...args) => {
        await groups().delete(groupId, T0);
        return all.tokens.enroll(...args);
      };
      if (moment === 'before') await groups().delete(groupId, T0);
      const used = { ...all, tokens: { ...all.tokens, enroll: enrollAfterDeletion } };
      expect((await enroll(used, order(made.token))).device.groupIds).toEqual([]);
      expect(store.tokens.get(made.id)?.uses).toBe(1);
    }
  });
});
