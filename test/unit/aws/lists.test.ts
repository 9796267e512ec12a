/** Lists over shards, whatever DynamoDB's pages are, and the indexes of what is due. */

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import { shardOf } from '../../../lib/aws/keys.ts';
import { taskItem } from '../../../lib/aws/task-items.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { createTimelineRepository } from '../../../lib/aws/timeline-repository.ts';
import { derivedId } from '../../../lib/ids.ts';
import type { TimelineEntry } from '../../../lib/timeline/model.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, DEVICE_ID, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';

let dynamo: FakeDynamoDb;

const put = (TableName: string, Item: Record<string, unknown>) => dynamo.db.send(new PutCommand({ TableName, Item }));

beforeEach(() => {
  dynamo = fakeDynamoDb();
});

describe('a list over shards', () => {
  it('is the whole list in order, whatever the sizes of its pages and of DynamoDB’s', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'A', 'b', 'é', '~', '🖥', '\uffff', ' ') })
      .filter((text) => text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { maxLength: 25 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (names, limit, pageSize) => {
          dynamo = fakeDynamoDb();
          dynamo.pageSize = pageSize;
          const devices = createDeviceRepository(dynamo.db, dynamo.tables);
          const sorts: string[] = [];
          for (const [i, one] of names.entries()) {
            const item = deviceItem(aDevice({ id: id('dev', `${i}`), name: one }));
            sorts.push(String(item['listSort']));
            await put(dynamo.tables.devices, item);
          }
          const expected = sorts.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          const found: string[] = [];
          let after: string | undefined;
          do {
            const page = await devices.list({ limit, ...(after !== undefined && { after }) });
            expect(page.items.length).toBe(Math.min(limit, expected.length - found.length));
            found.push(...page.items.map((device) => String(deviceItem(device)['listSort'])));
            after = page.next;
          } while (after !== undefined);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('goes on after a position whose item is gone meanwhile', async () => {
    const devices = createDeviceRepository(dynamo.db, dynamo.tables);
    for (const name of ['a', 'b', 'c'])
      await put(dynamo.tables.devices, deviceItem(aDevice({ id: id('dev', name), name })));
    const first = await devices.list({ limit: 2 });
    await put(dynamo.tables.devices, deviceItem(aDevice({ id: id('dev', 'b'), name: 'b', retiredAt: T0 })));
    const second = await devices.list({ limit: 2, after: first.next ?? '' });
    expect(second.items.map(({ name }) => name)).toEqual(['c']);
  });

  it('ends at once at a position beyond its bounds: no cursor makes DynamoDB refuse', async () => {
    const devices = createDeviceRepository(dynamo.db, dynamo.tables);
    const tasks = createTaskRepository(dynamo.db, dynamo.tables);
    const requests = createAssistanceRepository(dynamo.db, dynamo.tables);
    await put(dynamo.tables.devices, deviceItem(aDevice()));
    for (const after of ['zzz', '\u0000', '\u{10ffff}z', ' ']) {
      expect((await devices.list({ limit: 5, after, namePrefix: 'b' })).items).toEqual([]);
      expect((await tasks.listOfJob('job_a', { limit: 5, after, state: 'queued' })).items).toEqual([]);
      expect((await requests.list({ limit: 5, after })).items).toEqual([]);
      await expect(devices.list({ limit: 5, after })).resolves.toBeDefined();
    }
  });

  it('asks each shard for little more than the page', async () => {
    await createDeviceRepository(dynamo.db, dynamo.tables).list({ limit: 50 });
    expect(dynamo.calls).toHaveLength(8);
    for (const { name, input } of dynamo.calls) {
      expect(name).toBe('Query');
      expect(Number(input['Limit'])).toBeLessThanOrEqual(52);
    }
  });
});

describe('the shards', () => {
  it('are each as likely for the id that ends in any of the digits of a ULID', () => {
    const digits = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
    const counts = Map.groupBy(digits, (digit) => shardOf(`dev_${digit}`));
    expect([...counts.values()].map(({ length }) => length)).toEqual(Array(8).fill(4));
    expect(shardOf('all')).toBeGreaterThanOrEqual(0);
  });
});

describe('what is due', () => {
  it('is found in every shard, through every page, once, soonest first', async () => {
    dynamo.pageSize = 2;
    const ids = Array.from({ length: 40 }, (_, i) => id('tsk', `due ${i}`));
    for (const [i, taskId] of ids.entries()) {
      await put(dynamo.tables.restarts, taskItem(taskIn('queued', { id: taskId, acknowledgeBy: T0 + i })));
    }
    const found: string[] = [];
    for await (const taskId of createTaskRepository(dynamo.db, dynamo.tables).due(T0 + 29)) found.push(taskId);
    expect(found).toEqual(ids.slice(0, 30));
  });
});

describe('a timeline', () => {
  const entry = (at: number, deviceId = DEVICE_ID): TimelineEntry => ({
    id: derivedId('evt', T0 + at, `${at}`),
    deviceId,
    occurredAt: new Date(T0 + at).toISOString(),
    kind: 'DeviceBack',
    title: 'The device is back online',
    data: {},
    subject: { type: 'device', id: deviceId },
  });

  it('is of one device, newest first, in pages, the same entry once', async () => {
    const timeline = createTimelineRepository(dynamo.db, dynamo.tables.activity);
    for (const at of [2, 0, 1, 1, 3]) await timeline.add(entry(at));
    await timeline.add(entry(9, id('dev', 'other')));
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await timeline.list(DEVICE_ID, { limit: 3, ...(after !== undefined && { after }) });
      for (const item of page.items) {
        expect(item).not.toHaveProperty('expiresAt');
        expect(item).not.toHaveProperty('deviceId');
        found.push(item.occurredAt);
      }
      after = page.next;
    } while (after !== undefined);
    expect(found).toEqual([3, 2, 1, 0].map((at) => new Date(T0 + at).toISOString()));
  });
});
