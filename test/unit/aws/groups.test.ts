/** What the ports of groups promise, asked of DynamoDB and of the in-memory ones; and that nothing of a membership is ever alone. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import { createEnrollmentTokenRepository } from '../../../lib/aws/enrollment-token-repository.ts';
import { createGroupRepository } from '../../../lib/aws/group-repository.ts';
import { MEMBER_PREFIX, memberDeviceId } from '../../../lib/aws/keys.ts';
import { createMembershipRepository } from '../../../lib/aws/membership-repository.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { type Device, type EnrollmentToken, groupIdsOf } from '../../../lib/devices/model.ts';
import { addMember, removeMember } from '../../../lib/groups/members.ts';
import { type Group, MOST_ADDED_AT_ONCE } from '../../../lib/groups/model.ts';
import { IdempotencyKeyTaken, rememberFor } from '../../../lib/idempotency/model.ts';
import type { Page, PageRequest } from '../../../lib/page.ts';
import { fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, T0 } from '../support/time.ts';
import { WORLDS, type World } from '../support/worlds.ts';

const aGroup = (name: string): Group => ({ id: id('grp', name), name, deviceCount: 0, createdAt: T0 });
const LAB = aGroup('Lab');

const TOKEN: EnrollmentToken = {
  id: id('enr', 'a'),
  secretHash: 'hash',
  maxUses: 1000,
  uses: 0,
  createdAt: T0,
  createdBy: 'anna',
  expiresAt: T0 + HOUR,
};

const readAll = async <T>(limit: number, list: (request: PageRequest) => Promise<Page<T>>): Promise<T[]> => {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await list({ limit, ...(after !== undefined && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
};

const retired = ({ groupIds: _, ...before }: Device): Device => ({
  ...before,
  version: before.version + 1,
  retiredAt: T0,
});

describe.each(WORLDS)('%s', (_, make) => {
  let world: World;

  const device = async (deviceId = DEVICE_ID) => (await world.devices.find(deviceId)) ?? expect.fail('no device');
  const count = async ({ id: groupId } = LAB) => (await world.groups.find(groupId))?.deviceCount;
  const enrolled = async (name: string, groups: Group[] = []): Promise<Device> => {
    const groupIds = groups.map((group) => group.id);
    const one = aDevice({ id: id('dev', name), name, enrolledAt: T0, ...(groupIds.length > 0 && { groupIds }) });
    await world.tokens.enroll(TOKEN.id, one);
    return one;
  };

  beforeEach(async () => {
    world = make();
    await world.tokens.create(TOKEN);
    await world.groups.create(LAB);
    await world.putDevice(aDevice());
  });

  it('a group is made with its first answer, found, renamed, and deleted once', async () => {
    const record = rememberFor(
      { caller: 'anna', operation: 'op', key: 'k', request: '{}' },
      T0,
    )({
      status: 201,
      body: {},
    });
    await world.groups.create(aGroup('a'), record);
    expect(await world.answers.find(record.id)).toEqual(record);
    await expect(world.groups.create(aGroup('b'), record)).rejects.toThrow(IdempotencyKeyTaken);
    expect(await world.groups.find(aGroup('a').id)).toEqual(aGroup('a'));
    expect(await world.groups.rename(aGroup('a').id, 'z')).toBe(true);
    expect((await readAll(1, world.groups.list)).map(({ name }) => name)).toEqual(['Lab', 'z']);
    expect(await world.groups.delete(LAB.id, T0)).toBe(true);
    for (const gone of [LAB.id, id('grp', 'never'), 'all']) {
      expect(await world.groups.find(gone)).toBeUndefined();
      expect(await world.groups.delete(gone, T0)).toBe(false);
      expect(await world.groups.rename(gone, 'x')).toBe(false);
    }
    expect((await readAll(1, world.groups.list)).map(({ name }) => name)).toEqual(['z']);
  });

  it('a membership changes the device and the count with it, once', async () => {
    const before = await device();
    for (const _again of [1, 2]) await world.memberships.add(LAB.id, before);
    const member = await device();
    expect(member).toEqual({ ...before, groupIds: [LAB.id], version: 2 });
    expect(await count()).toBe(1);
    for (const _again of [1, 2]) await world.memberships.remove(LAB.id, member);
    expect(await device()).toEqual({ ...before, groupIds: [], version: 3 });
    expect(await count()).toBe(0);
  });

  it('many memberships are made at once, as many as a transaction takes, or none of them', async () => {
    const others = Array.from({ length: MOST_ADDED_AT_ONCE }, (_none, i) => aDevice({ id: id('dev', `many ${i}`) }));
    for (const one of others) await world.putDevice(one);
    await world.memberships.addMany(LAB.id, others);
    expect(await count()).toBe(MOST_ADDED_AT_ONCE);
    for (const one of others) expect(await device(one.id)).toEqual({ ...one, groupIds: [LAB.id], version: 2 });
    const before = await device();
    const retired = aDevice({ id: id('dev', 'out'), retiredAt: T0 });
    await world.putDevice(retired);
    for (const more of [others[0] ?? retired, retired]) {
      await expect(world.memberships.addMany(LAB.id, [before, more])).rejects.toThrow(ConcurrentChange);
    }
    await expect(world.memberships.addMany(id('grp', 'never'), [before])).rejects.toThrow(ConcurrentChange);
    expect(await device()).toEqual(before);
    expect(await count()).toBe(MOST_ADDED_AT_ONCE);
  });

  it('no membership is made of a deleted group or a retired device, nor one too many', async () => {
    await world.groups.create(aGroup('gone'));
    await world.groups.delete(aGroup('gone').id, T0);
    const groupIds = Array.from({ length: 20 }, (_none, i) => id('grp', `${i}`));
    const full = aDevice({ id: id('dev', 'full'), groupIds });
    const out = aDevice({ id: id('dev', 'out'), retiredAt: T0 });
    for (const one of [full, out]) await world.putDevice(one);
    await expect(world.memberships.add(aGroup('gone').id, await device())).rejects.toThrow(ConcurrentChange);
    for (const one of [full, out]) {
      await expect(world.memberships.add(LAB.id, one)).rejects.toThrow(ConcurrentChange);
      expect(await device(one.id)).toEqual(one);
    }
    expect(await count()).toBe(0);
  });

  it('a membership whose place among the others has changed is not removed in place of another', async () => {
    await world.groups.create(aGroup('b'));
    await world.memberships.add(LAB.id, await device());
    await world.memberships.add(aGroup('b').id, await device());
    const before = await device();
    await world.memberships.remove(LAB.id, before);
    await expect(world.memberships.remove(aGroup('b').id, before)).rejects.toThrow(ConcurrentChange);
    expect((await device()).groupIds).toEqual([aGroup('b').id]);
  });

  it('a device is enrolled with its groups, or not at all where one is deleted', async () => {
    const one = await enrolled('one', [LAB]);
    expect(await device(one.id)).toEqual(one);
    expect(await count()).toBe(1);
    await world.groups.delete(LAB.id, T0);
    await expect(enrolled('two', [LAB])).rejects.toThrow(ConcurrentChange);
    expect(await world.devices.find(id('dev', 'two'))).toBeUndefined();
    expect((await world.tokens.find(TOKEN.id))?.uses).toBe(1);
  });

  it('the devices of a group are listed by name and prefix, move when they are renamed, and go when they retire', async () => {
    for (const name of ['beta', 'Alpha', 'alpine', 'gamma']) await enrolled(name, [LAB]);
    await enrolled('alpha outside');
    const names = async (limit: number, namePrefix?: string) =>
      (
        await readAll(limit, (page) =>
          world.devices.list({ ...page, groupId: LAB.id, ...(namePrefix !== undefined && { namePrefix }) }),
        )
      ).map(({ name }) => name);
    for (const limit of [1, 2, 3, 4, 5]) {
      expect(await names(limit)).toEqual(['Alpha', 'alpine', 'beta', 'gamma']);
      expect(await names(limit, 'AL')).toEqual(['Alpha', 'alpine']);
    }
    await world.devices.rename(await device(id('dev', 'gamma')), 'Almond');
    expect(await names(1, 'al')).toEqual(['Almond', 'Alpha', 'alpine']);
    const before = await device(id('dev', 'beta'));
    await world.devices.retire({ device: { before, after: retired(before) } });
    expect(await names(2)).toEqual(['Almond', 'Alpha', 'alpine']);
    expect(await count()).toBe(3);
  });

  it('a device in 20 groups is renamed and retired like any other', async () => {
    const groups = Array.from({ length: 20 }, (_none, i) => aGroup(`g${i}`));
    for (const group of groups) await world.groups.create(group);
    await enrolled('many', groups);
    const renamed = await world.devices.rename(await device(id('dev', 'many')), 'most');
    await world.devices.retire({ device: { before: renamed, after: retired(renamed) } });
    for (const group of groups) expect(await count(group)).toBe(0);
  });

  it('the members and the fleet are gone through by id, in pages of any size', async () => {
    const ids = [];
    for (let i = 0; i < 12; i += 1) ids.push((await enrolled(`pc ${i}`, i % 2 === 0 ? [LAB] : [])).id);
    const members = ids.filter((_one, i) => i % 2 === 0).toSorted();
    const fleet = [...ids, DEVICE_ID].toSorted();
    for (const limit of [1, 3, 6, 7, 100]) {
      const memberPage = async (page: PageRequest) =>
        (await world.directory.memberIds(LAB.id, page)) ?? expect.fail('no group');
      expect(await readAll(limit, memberPage)).toEqual(members);
      expect(await readAll(limit, world.directory.fleetIds)).toEqual(fleet);
    }
    const before = await device(ids[0]);
    await world.devices.retire({ device: { before, after: retired(before) } });
    expect(await readAll(5, world.directory.fleetIds)).toEqual(fleet.filter((one) => one !== before.id));
    await world.groups.delete(LAB.id, T0);
    expect(await world.directory.memberIds(LAB.id, { limit: 5 })).toBeUndefined();
    expect((await readAll(2, (page) => world.remains.memberIds(LAB.id, page))).length).toBe(5);
  });
});

describe('many changes at once', () => {
  const groups = ['a', 'b', 'c'].map(aGroup);
  const names = ['1', '2', '3', '4'];

  it('leave each membership whole, each count exact, and the fleet counted', async () => {
    const which = fc.record({
      kind: fc.constantFrom('add', 'add', 'remove', 'rename', 'retire'),
      group: fc.nat(groups.length - 1),
      device: fc.nat(names.length - 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(which, { minLength: 1, maxLength: 60 }), async (changes) => {
        const { db, tables, items } = fakeDynamoDb();
        const devices = createDeviceRepository(db, tables);
        const repository = createGroupRepository(db, tables);
        const tokens = createEnrollmentTokenRepository(db, tables);
        const deps = {
          groups: repository,
          devices,
          memberships: createMembershipRepository(db, tables.devices),
        };
        await tokens.create(TOKEN);
        for (const group of groups) await repository.create(group);
        const ids = names.map((name) => id('dev', name));
        for (const one of ids) await tokens.enroll(TOKEN.id, aDevice({ id: one, enrolledAt: T0 }));

        await Promise.allSettled(
          changes.map(async ({ kind, group, device }, i) => {
            const [groupId, deviceId] = [groups[group]?.id ?? '', ids[device] ?? ''];
            if (kind === 'add') return addMember(deps, groupId, deviceId);
            if (kind === 'remove') return removeMember(deps, groupId, deviceId);
            const before = (await devices.find(deviceId)) ?? expect.fail('no device');
            if (before.retiredAt !== undefined) return;
            if (kind === 'rename') await devices.rename(before, `name ${i}`);
            else await devices.retire({ device: { before, after: retired(before) } });
          }),
        );

        const all = items('devices');
        const pairs = all
          .filter(({ sk }) => String(sk).startsWith(MEMBER_PREFIX))
          .map(({ pk, sk }) => `${pk} ${memberDeviceId(String(sk))}`);
        const kept = (await Promise.all(ids.map((one) => devices.find(one)))) as Device[];
        expect(pairs.toSorted()).toEqual(
          kept.flatMap((one) => groupIdsOf(one).map((groupId) => `${groupId} ${one.id}`)).toSorted(),
        );
        for (const { id: groupId } of groups) {
          expect((await repository.find(groupId))?.deviceCount).toBe(
            kept.filter((one) => groupIdsOf(one).includes(groupId)).length,
          );
          const listed = await readAll(2, (page) => devices.list({ ...page, groupId }));
          const sorts = all.filter(({ pk, sk }) => pk === groupId && String(sk).startsWith(MEMBER_PREFIX));
          expect(listed).toHaveLength(sorts.length);
        }
        expect(await repository.countFleet()).toBe(kept.filter((one) => one.retiredAt === undefined).length);
      }),
      { numRuns: 40 },
    );
  });

  it('of one device in one group, a hundred of them, are all answered', async () => {
    const { db, tables } = fakeDynamoDb();
    const devices = createDeviceRepository(db, tables);
    const repository = createGroupRepository(db, tables);
    await repository.create(LAB);
    await createEnrollmentTokenRepository(db, tables).create(TOKEN);
    await createEnrollmentTokenRepository(db, tables).enroll(TOKEN.id, aDevice({ enrolledAt: T0 }));
    const deps = { groups: repository, devices, memberships: createMembershipRepository(db, tables.devices) };
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? addMember : removeMember)(deps, LAB.id, DEVICE_ID)),
    );
    const member = groupIdsOf((await devices.find(DEVICE_ID)) ?? expect.fail('no device')).length;
    expect((await repository.find(LAB.id))?.deviceCount).toBe(member);
  });
});
