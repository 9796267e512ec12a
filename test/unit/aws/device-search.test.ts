/** Looking through a list of devices in DynamoDB, whatever its pages are. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import type { Device } from '../../../lib/devices/model.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';

let dynamo: FakeDynamoDb;
beforeEach(() => {
  dynamo = fakeDynamoDb();
});

const put = (device: Device, item = deviceItem(device)) =>
  dynamo.db.send(new PutCommand({ TableName: dynamo.tables.devices, Item: item }));

const isFound = ({ platform }: Device): boolean => platform === 'linux';

it('finds each device once, in the order of the names, in pages that look at so many', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (linux, limit, most, pageSize) => {
        dynamo = fakeDynamoDb();
        dynamo.pageSize = pageSize;
        const devices = linux.map((is, i) =>
          aDevice({
            id: id('dev', `${i}`),
            name: `PC ${String(i).padStart(2, '0')}`,
            platform: is ? 'linux' : 'windows',
          }),
        );
        for (const device of devices) await put(device);
        const repository = createDeviceRepository(dynamo.db, dynamo.tables);
        const found: string[] = [];
        let examined = 0;
        let after: string | undefined;
        do {
          const page = await repository.search({ limit, ...(after !== undefined && { after }) }, isFound, most);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          expect(page.examined).toBeLessThanOrEqual(most);
          // A page that ends early has looked at as many as it may, or has all that it may hold.
          if (page.next !== undefined) expect(page.items.length === limit || page.examined === most).toBe(true);
          found.push(...page.items.map(({ name }) => name));
          examined += page.examined;
          after = page.next;
        } while (after !== undefined);
        expect(found).toEqual(devices.filter(isFound).map(({ name }) => name));
        expect(examined).toBe(devices.length);
      },
    ),
    { numRuns: 40 },
  );
});

it('leaves out who was retired, or left the group, since the index was written', async () => {
  const retired = aDevice({ id: id('dev', 'retired'), platform: 'linux', name: 'a' });
  await put(retired, { ...deviceItem(retired), retiredAt: T0 });
  const left = aDevice({ id: id('dev', 'left'), platform: 'linux', name: 'b' });
  await put(left);
  const { search } = createDeviceRepository(dynamo.db, dynamo.tables);
  expect(await search({ limit: 5 }, isFound, 10)).toMatchObject({ items: [{ name: 'b' }], examined: 2 });
  expect(await search({ limit: 5, groupId: 'grp_1' }, isFound, 10)).toEqual({ items: [], examined: 0 });
});
