/** The writes of a device's record that others may race with: of two writers the condition decides, and nothing is lost. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import type { Device } from '../../../lib/devices/model.ts';
import { type Sighting, sighted } from '../../../lib/devices/sighting.ts';
import { aDevice, BOOT_1, BOOT_2, DEVICE_ID, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';
import { WORLDS, type World } from '../support/worlds.ts';

const GROUP = id('grp', 'lab');

describe.each(WORLDS.map(([name, make]) => ({ name, make })))('the record of a device, $name', ({ make }) => {
  let world: World;
  beforeEach(() => {
    world = make();
  });

  const kept = async () => (await world.devices.find(DEVICE_ID)) ?? expect.fail('no device');
  const put = async (changes: Partial<Device> = {}) => {
    await world.putDevice(aDevice(changes));
    return kept();
  };
  const seen = (device: Device, changes: Partial<Sighting> = {}, now = T0 + HOUR): Device =>
    sighted(device, { bootId: BOOT_1, bootedAt: T0, agentVersion: '1.0.0', ...changes }, now) ?? expect.fail('no news');
  const see = (read: Device, changes: Partial<Sighting> = {}, now = T0 + HOUR) =>
    world.devices.saveSighting(read, seen(read, changes, now));

  it('notes the first of two polls at once, and the other at its next', async () => {
    const read = await put();
    await see(read, { bootId: BOOT_2 });
    const first = await kept();
    expect(first).toEqual(seen(read, { bootId: BOOT_2 }));
    await see(read, { bootId: 'boot-0003' });
    expect(await kept()).toEqual(first);
    await see(first, { bootId: 'boot-0003' }, T0 + 2 * HOUR);
    expect(await kept()).toMatchObject({ bootId: 'boot-0003' });
  });

  it('notes a poll beside whatever else is written meanwhile, and takes nothing of that back', async () => {
    const read = await put();
    const task = taskIn('queued', { version: 1 });
    await world.entries.addTask(task);
    await see(read, { bootId: BOOT_2 });
    expect(await kept()).toMatchObject({ openRestart: task, bootId: BOOT_2, version: read.version + 2 });
  });

  it('keeps a name that an admin gives at the moment that a poll is noted', async () => {
    const read = await put({ hasOwnName: true });
    await world.devices.rename(read, 'Front desk');
    await see(read, { bootId: BOOT_2 });
    expect(await kept()).toMatchObject({ name: 'Front desk', bootId: BOOT_2 });
    await see(read, { name: 'PC-7' }, T0 + 2 * HOUR);
    expect(await kept()).toMatchObject({ name: 'Front desk' });
    expect(await kept()).not.toHaveProperty('hasOwnName');
    const { items } = await world.devices.list({ limit: 9, namePrefix: 'front' });
    expect(items.map((device) => device.id)).toEqual([DEVICE_ID]);
  });

  it('moves in its groups with the name that its PC has', async () => {
    await world.groups.create({ id: GROUP, name: 'Lab', deviceCount: 0, createdAt: T0 });
    await world.memberships.add(GROUP, await put({ name: 'b', hasOwnName: true }));
    const other = aDevice({ id: id('dev', 'c'), name: 'c' });
    await world.putDevice(other);
    await world.memberships.add(GROUP, other);
    await see(await kept(), { name: 'd' });
    const { items } = await world.devices.list({ limit: 9, groupId: GROUP });
    expect(items.map(({ name }) => name)).toEqual(['c', 'd']);
  });

  it('notes that it is back where it is as it was read, and leaves that to the next poll otherwise', async () => {
    const read = await put({ missingSinceTask: id('tsk', 'lost') });
    await world.entries.addTask(taskIn('queued', { version: 1 }));
    await see(read);
    expect(await kept()).toHaveProperty('missingSinceTask');
    await see(await kept());
    expect(await kept()).not.toHaveProperty('missingSinceTask');
  });

  it('notes that its credential is shared where it is as it was read, and once', async () => {
    await put();
    await see(await kept(), { bootId: BOOT_2 });
    const read = await kept();
    await see(read, { bootId: BOOT_1 }, T0 + HOUR + MINUTE);
    const noted = await kept();
    expect(noted.sharing).toEqual({ since: T0 + HOUR + MINUTE, seenAt: T0 + HOUR + MINUTE, reason: 'alternating' });
    const replaced = { ...read, sharing: { since: T0, seenAt: T0, reason: 'replaced' as const }, version: 9 };
    expect(await world.credentials.saveSharing(read, replaced)).toBe(false);
    expect(await kept()).toEqual(noted);
  });

  it('notes of a retired device that its credential was used, which is due a day later', async () => {
    const read = await put({ retiredAt: T0 });
    const sharing = { since: T0 + 1, seenAt: T0 + 1, reason: 'retired' as const };
    const used = { ...read, version: read.version + 1, sharing };
    expect(await world.credentials.saveSharing(read, used)).toBe(true);
    expect(await kept()).toEqual(used);
    const due = async (now: number) => {
      const found: string[] = [];
      for await (const one of world.remains.due(now)) found.push(one);
      return found;
    };
    expect(await due(T0 + 24 * HOUR)).toEqual([]);
    expect(await due(T0 + 24 * HOUR + 1)).toEqual([DEVICE_ID]);
    const ended = { ...used, version: used.version + 1, sharing: { ...sharing, endedAt: T0 + 25 * HOUR } };
    expect(await world.credentials.saveSharing(used, ended)).toBe(true);
    expect(await due(T0 + 99 * HOUR)).toEqual([]);
    const unknown = aDevice({ id: id('dev', 'never') });
    expect(await world.credentials.saveSharing(unknown, { ...unknown, sharing })).toBe(false);
  });

  it('makes the next credential the only one, once, and not of a device that is being retired', async () => {
    const next = { secretHash: 'next', issuedAt: T0 };
    const read = await put({ nextCredential: next });
    const { nextCredential: _, ...rest } = read;
    const promoted = {
      ...rest,
      version: read.version + 1,
      credentialHash: 'next',
      replacedCredentialHash: read.credentialHash,
      rotatedAt: T0 + HOUR,
    };
    await world.credentials.promoteNext(read, promoted);
    expect(await kept()).toEqual(promoted);
    await expect(world.credentials.promoteNext(read, promoted)).rejects.toThrow(ConcurrentChange);
    const revoked = await put({ nextCredential: next, revokedAt: T0 });
    const { nextCredential: __, ...dead } = revoked;
    const tried = { ...dead, version: revoked.version + 1, credentialHash: 'next' };
    await expect(world.credentials.promoteNext(revoked, tried)).rejects.toThrow(ConcurrentChange);
    expect(await kept()).toEqual(revoked);
  });
});
