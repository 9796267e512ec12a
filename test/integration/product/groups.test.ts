/** Groups of devices on the local stack: changes, counts under many changes at once, lists, enrolment, clean-up. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import type { Client } from '../../../lib/api/client.ts';
import {
  createEnrollmentToken,
  enroll,
  getDevice,
  listDevices,
  listEnrollmentTokens,
  renameDevice,
  retireDevice,
} from '../../../lib/api/devices.ts';
import {
  addGroupMember,
  addGroupMembers,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  removeGroupMember,
  renameGroup,
} from '../../../lib/api/groups.ts';
import { stackUrl } from '../support/stack.ts';
import { productAt, refusal, type TestDevice } from './product.ts';

const product = productAt(stackUrl());

const makeGroup = async (call: Client, name = `group ${randomUUID().slice(0, 8)}`): Promise<string> =>
  (await call(createGroup, { body: { name } })).body.id;
const countOf = async (call: Client, id: string) => (await call(getGroup, { params: { id } })).body.deviceCount;
const add = (call: Client, id: string, deviceId: string) => call(addGroupMember, { params: { id, deviceId } });
const remove = (call: Client, id: string, deviceId: string) => call(removeGroupMember, { params: { id, deviceId } });
const groupsOf = async (call: Client, { id }: { id: string }) =>
  (await call(getDevice, { params: { id } })).body.groupIds;
const enrollMany = (count: number): Promise<TestDevice[]> =>
  Promise.all(Array.from({ length: count }, () => product.enroll()));

type ListQuery = { groupId?: string; namePrefix?: string };

const readDevices = async (call: Client, query: ListQuery, limit: number): Promise<string[]> => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await call(listDevices, {
      query: { ...query, limit: String(limit), ...(cursor !== undefined && { cursor }) },
    });
    names.push(...body.items.map(({ name }) => name));
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  return names;
};

describe('many devices at once', () => {
  it('are put into a group as far as they can be, on record, and the same call again changes nothing', async () => {
    const [call, admin] = await Promise.all([product.admin('operator', 'otto'), product.admin()]);
    const { body: group } = await call(createGroup, { body: { name: 'Many' } });
    // More than one transaction takes.
    const ids = (await enrollMany(51)).map(({ id }) => id);
    const [first = '', second = ''] = ids;
    await add(call, group.id, first);
    const asked = { params: { id: group.id }, body: { deviceIds: [...ids, 'dev_unknown', second] } };
    const { body } = await call(addGroupMembers, asked);
    expect(body).toEqual({ added: 50, alreadyMembers: 1, unknownDeviceIds: ['dev_unknown'], fullDeviceIds: [] });
    expect(await countOf(call, group.id)).toBe(51);
    expect(await groupsOf(call, { id: second })).toEqual([group.id]);
    const listed = await readDevices(call, { groupId: group.id }, 100);
    expect(listed).toHaveLength(51);
    expect((await call(addGroupMembers, asked)).body).toMatchObject({ added: 0, alreadyMembers: 51 });
    expect(await countOf(call, group.id)).toBe(51);
    const { body: records } = await admin(listAuditEvents, { query: { subject: group.id } });
    expect(records.items.filter(({ operation }) => operation === 'addGroupMembers')).toMatchObject([
      { actor: { id: 'otto' }, subject: { type: 'group', id: group.id }, outcome: 'succeeded' },
      { actor: { id: 'otto' }, subject: { type: 'group', id: group.id }, outcome: 'succeeded' },
    ]);
    const everybody = { params: { id: 'all' }, body: { deviceIds: [first] } };
    expect(await refusal(call(addGroupMembers, everybody))).toMatchObject({ status: 409, currentState: 'builtIn' });
  });
});

describe('a group', () => {
  it('is made once for one Idempotency-Key, renamed, and gone at once when it is deleted', async () => {
    const call = await product.admin('operator');
    const idempotencyKey = randomUUID();
    const body = { name: 'Lab' };
    const first = await call(createGroup, { body }, { idempotencyKey });
    const second = await call(createGroup, { body }, { idempotencyKey });
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
    const { id } = first.body;
    expect(first.body).toEqual({ id, name: 'Lab', deviceCount: 0, createdAt: expect.stringMatching(/Z$/) });

    const renamed = await call(renameGroup, { params: { id }, body: { name: 'Laboratory' } });
    expect(renamed.body).toEqual({ ...first.body, name: 'Laboratory' });
    expect((await call(getGroup, { params: { id } })).body).toEqual(renamed.body);

    const device = await product.enroll();
    await add(call, id, device.id);
    expect((await call(deleteGroup, { params: { id } })).status).toBe(204);
    for (const use of [
      () => call(getGroup, { params: { id } }),
      () => call(renameGroup, { params: { id }, body: { name: 'x' } }),
      () => call(deleteGroup, { params: { id } }),
      () => call(listDevices, { query: { groupId: id } }),
      () => add(call, id, device.id),
      () => remove(call, id, device.id),
    ]) {
      expect(await refusal(use())).toMatchObject({ status: 404, code: 'not_found' });
    }
    await product.settle();
    expect(await groupsOf(call, device)).toEqual([]);
  });

  it('is listed by name, after the one of all devices', async () => {
    const call = await product.admin('operator');
    const run = randomUUID().slice(0, 8);
    const made = await Promise.all(['beta', 'Alpha', 'Gamma'].map((name) => makeGroup(call, `${run} ${name}`)));
    for (const limit of ['1', '2', '100']) {
      const seen: { id: string; name: string }[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await call(listGroups, { query: { limit, ...(cursor !== undefined && { cursor }) } });
        expect(body.items.length).toBeLessThanOrEqual(Number(limit));
        seen.push(...body.items);
        cursor = body.nextCursor;
      } while (cursor !== undefined);
      expect(seen[0]?.id).toBe('all');
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const own = seen.filter(({ id }) => made.includes(id)).map(({ name }) => name);
      expect(own).toEqual([`${run} Alpha`, `${run} beta`, `${run} Gamma`]);
    }
  });

  it('of all devices is every device, and cannot be changed', async () => {
    const call = await product.admin('admin');
    const id = 'all';
    const before = (await call(getGroup, { params: { id } })).body;
    expect(before).toMatchObject({ id, createdAt: '1970-01-01T00:00:00.000Z' });
    const [device] = await enrollMany(3);
    const deviceId = device?.id ?? '';
    await call(retireDevice, { params: { id: deviceId } });
    // Other tests enrol devices meanwhile, and retire few.
    expect(await countOf(call, id)).toBeGreaterThanOrEqual(before.deviceCount + 2);
    const { body } = await call(listDevices, { query: { groupId: id, limit: '1' } });
    expect(body.items).toEqual((await call(listDevices, { query: { limit: '1' } })).body.items);
    for (const change of [
      () => call(renameGroup, { params: { id }, body: { name: 'x' } }),
      () => call(deleteGroup, { params: { id } }),
      () => add(call, id, deviceId),
      () => remove(call, id, deviceId),
    ]) {
      expect(await refusal(change())).toMatchObject({ status: 409, code: 'invalid_state', currentState: 'builtIn' });
    }
  });
});

describe('the members of a group', () => {
  it('are put in and taken out, once each', async () => {
    const call = await product.admin('operator');
    const id = await makeGroup(call);
    const device = await product.enroll();
    for (const _ of [1, 2]) expect((await add(call, id, device.id)).status).toBe(204);
    expect(await groupsOf(call, device)).toEqual([id]);
    expect(await countOf(call, id)).toBe(1);
    for (const _ of [1, 2]) expect((await remove(call, id, device.id)).status).toBe(204);
    expect(await groupsOf(call, device)).toEqual([]);
    expect(await countOf(call, id)).toBe(0);
    expect(await refusal(add(call, id, 'dev_unknown'))).toMatchObject({ status: 404 });
    expect(await refusal(add(call, 'grp_unknown', device.id))).toMatchObject({ status: 404 });
    const admin = await product.admin();
    await admin(retireDevice, { params: { id: device.id } });
    expect(await refusal(add(call, id, device.id))).toMatchObject({ status: 404 });
  });

  it('are counted exactly, when a hundred changes come at once', { timeout: 120_000 }, async () => {
    const call = await product.admin('operator');
    const id = await makeGroup(call);
    const devices = await enrollMany(20);
    await Promise.all(Array.from({ length: 100 }, (_, i) => add(call, id, devices[i % 20]?.id ?? '')));
    expect(await countOf(call, id)).toBe(20);
    const changes = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? remove : add));
    await Promise.all(changes.map((change, i) => change(call, id, devices[i % 20]?.id ?? '')));
    const members = await readDevices(call, { groupId: id }, 7);
    expect(await countOf(call, id)).toBe(members.length);
    await Promise.all(devices.map((device) => remove(call, id, device.id)));
    expect(await countOf(call, id)).toBe(0);
  });

  it('may be in many groups, changed all at once, and in 20 at most', { timeout: 120_000 }, async () => {
    const call = await product.admin('operator');
    const groups = await Promise.all(Array.from({ length: 21 }, () => makeGroup(call)));
    const device = await product.enroll();
    const answers = await Promise.allSettled(groups.map((id) => add(call, id, device.id)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    const mine = await groupsOf(call, device);
    expect(mine).toHaveLength(20);
    const left = groups.find((id) => !mine.includes(id)) ?? '';
    expect(await refusal(add(call, left, device.id))).toMatchObject({
      status: 409,
      currentState: 'groupLimitReached',
    });
    const admin = await product.admin();
    await admin(renameDevice, { params: { id: device.id }, body: { name: 'Zz moved' } });
    expect(await readDevices(call, { groupId: mine[19] ?? '', namePrefix: 'zz m' }, 1)).toEqual(['Zz moved']);
    await Promise.all(mine.slice(0, 5).map((id) => remove(call, id, device.id)));
    expect((await groupsOf(call, device)).toSorted()).toEqual(mine.slice(5).toSorted());
    await admin(retireDevice, { params: { id: device.id } });
    expect(await Promise.all(groups.map((id) => countOf(call, id)))).toEqual(groups.map(() => 0));
  });

  it('are listed by name and prefix, page by page, with cursors of this list only', async () => {
    const call = await product.admin('operator');
    const id = await makeGroup(call);
    const names = ['Beta', 'alpha 2', 'Alpha 10', 'gamma', 'alpha', 'BETA 2'];
    const devices = await Promise.all(names.map((name) => product.enroll(name)));
    await Promise.all(devices.map((device) => add(call, id, device.id)));
    const sorted = names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    for (const limit of [1, 2, 5, 6, 7]) {
      expect(await readDevices(call, { groupId: id }, limit)).toEqual(sorted);
      expect(await readDevices(call, { groupId: id, namePrefix: 'ALPHA' }, limit)).toEqual(sorted.slice(0, 3));
    }
    const { body } = await call(listDevices, { query: { groupId: id, limit: '1' } });
    const cursor = body.nextCursor ?? '';
    for (const query of [{ cursor }, { cursor, groupId: 'all' }, { cursor, groupId: id, namePrefix: 'a' }]) {
      expect(await refusal(call(listDevices, { query }))).toMatchObject({ status: 400, code: 'invalid_cursor' });
    }
  });
});

describe('an enrolment token', () => {
  const enrolment = (enrollmentToken: string) => ({
    body: { enrollmentToken, name: 'pc', platform: 'windows' as const, agentVersion: '1.0.0' },
  });

  it('puts its devices into its group, for as long as that is there', async () => {
    const admin = await product.admin();
    const groupId = await makeGroup(admin);
    const { body: made } = await admin(createEnrollmentToken, { body: { groupId, maxUses: 30 } });
    expect(made.groupId).toBe(groupId);
    const { body: tokens } = await admin(listEnrollmentTokens, { query: { limit: '100' } });
    expect(tokens.items.find(({ id }) => id === made.id)?.groupId).toBe(groupId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => product.anybody(enroll, enrolment(made.token))));
    for (const { body } of answers) expect(body.device.groupIds).toEqual([groupId]);
    expect(await countOf(admin, groupId)).toBe(20);
    await admin(deleteGroup, { params: { id: groupId } });
    const { body: late } = await product.anybody(enroll, enrolment(made.token));
    expect(late.device.groupIds).toEqual([]);
    await product.settle();
    for (const { body } of answers) expect(await groupsOf(admin, body.device)).toEqual([]);
  });

  it('is not made for a group that is not there, or that has every device', async () => {
    const admin = await product.admin();
    for (const groupId of ['grp_unknown', 'all']) {
      expect(await refusal(admin(createEnrollmentToken, { body: { groupId } }))).toMatchObject({
        status: 400,
        code: 'invalid_request',
        errors: [{ path: '/groupId' }],
      });
    }
  });
});
