/** events-groups: what is left of a deleted group, cleaned up by a function that may be killed at any call. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createGroupRepository } from '../../../lib/aws/group-repository.ts';
import { createMembershipRepository } from '../../../lib/aws/membership-repository.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice } from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { id } from '../support/ids.ts';
import { streamCaller } from '../support/stream.ts';
import { HOUR, T0 } from '../support/time.ts';

const GROUP = { id: id('grp', 'gone'), name: 'Gone', deviceCount: 0, createdAt: T0 };
const OTHER = { ...GROUP, id: id('grp', 'stays'), name: 'Stays' };

let dynamo: FakeDynamoDb;

/** Two groups with the same devices; the first is deleted, and its record is in the stream. */
const deletedWith = async (count: number): Promise<void> => {
  dynamo = fakeDynamoDb();
  const { db, tables } = dynamo;
  const groups = createGroupRepository(db, tables);
  const memberships = createMembershipRepository(db, tables.devices);
  for (const group of [GROUP, OTHER]) await groups.create(group);
  for (let i = 0; i < count; i += 1) {
    const device = aDevice({ id: id('dev', `pc ${i}`), name: `PC ${i}` });
    await db.send(new PutCommand({ TableName: tables.devices, Item: deviceItem(device) }));
    for (const group of [GROUP, OTHER]) await memberships.add(group.id, device);
  }
  dynamo.changes.length = 0;
  await groups.delete(GROUP.id, T0);
};

/** Hands over the stream's records until there are no more. A failed one comes again. */
const pump = async (remainingMs?: number): Promise<number> => {
  const handle = streamCaller(await loadFunction('events-groups'));
  let position = 0;
  for (let turns = 1; turns < 300; turns += 1) {
    const records = dynamo.changes.slice(position, position + 100);
    if (records.length === 0) return turns;
    const [failed] = await handle(records, remainingMs);
    position += failed === undefined ? records.length : Number(failed.replace('sequence-', ''));
  }
  return expect.fail('the stream does not come to an end');
};

const expectClean = (count: number): void => {
  const items = dynamo.items('devices');
  expect(items.filter(({ pk }) => pk === GROUP.id)).toEqual([]);
  expect(items.find(({ pk, sk }) => pk === OTHER.id && sk === 'GROUP')).toMatchObject({ deviceCount: count });
  const devices = items.filter(({ type }) => type === 'Device');
  expect(devices.map(({ groupIds }) => groupIds)).toEqual(Array.from({ length: count }, () => [OTHER.id]));
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('events-groups', () => {
  it.each([0, 1, 25, 60])('takes a deleted group out of its %i devices, and then away', async (count) => {
    await deletedWith(count);
    await pump();
    expectClean(count);
  });

  it('leaves alone what is not deleted', async () => {
    await deletedWith(3);
    const before = dynamo.items('devices');
    const handle = streamCaller(await loadFunction('events-groups'));
    const other = before.find(({ pk, sk }) => pk === OTHER.id && sk === 'GROUP');
    expect(await handle([{ before: other, after: other }, { before: other }])).toEqual([]);
    expect(dynamo.items('devices')).toEqual(before);
  });

  it('goes on by a record of its own where its time runs out', async () => {
    await deletedWith(30);
    const handle = streamCaller(await loadFunction('events-groups'));
    const [deletion] = dynamo.changes;
    if (!deletion) return expect.fail('no record');
    expect(await handle([deletion], 14_999)).toEqual([]);
    expect(dynamo.changes).toHaveLength(2);
    await pump();
    expectClean(30);
  });

  it('is started again by the sweep, each hour, where the record of the deletion was lost', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await deletedWith(3);
    const sweep = (await loadFunction('schedules-sweep')) as () => Promise<void>;
    for (const hour of [1, 2]) {
      dynamo.changes.length = 0;
      vi.setSystemTime(T0 + hour * HOUR - 1);
      await sweep();
      expect(dynamo.changes).toEqual([]);
      vi.setSystemTime(T0 + hour * HOUR);
      await sweep();
      await sweep();
      expect(dynamo.changes).toHaveLength(1);
    }
    await pump();
    expectClean(3);
    vi.setSystemTime(T0 + 9 * HOUR);
    dynamo.changes.length = 0;
    await sweep();
    expect(dynamo.changes).toEqual([]);
  });

  it('ends with everything clean, whichever of its calls fail', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const failing = fc.array(fc.nat(120), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(failing, async (failures) => {
        await deletedWith(30);
        let calls = 0;
        dynamo.beforeEach = (name) => {
          calls += 1;
          if (failures.includes(calls)) throw new Error(`${name} ${calls}`);
        };
        await pump();
        expectClean(30);
      }),
      { numRuns: 25 },
    );
  }, 30_000);
});
