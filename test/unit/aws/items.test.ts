import { describe, expect, it } from 'vitest';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { fromItem, fromItems, type Item, isType, toItem } from '../../../lib/aws/items.ts';
import {
  deviceKey,
  jobCountsKey,
  nameSort,
  nameSortPrefix,
  SHARD_COUNT,
  shardKeyOf,
  taskKey,
} from '../../../lib/aws/keys.ts';
import { expiredRequestItem, requestItem } from '../../../lib/aws/request-items.ts';
import { joinedItem, taskItem } from '../../../lib/aws/task-items.ts';
import { createTaskStore } from '../../../lib/aws/task-repository.ts';
import { randomId } from '../../../lib/ids.ts';
import { fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, pendingRequest, requestIn, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { DAY, HOUR, T0 } from '../support/time.ts';

describe('an item', () => {
  it('comes back as what it was made from, without what only DynamoDB needs', () => {
    const items: [Parameters<typeof fromItem>[0], Item, object][] = [
      ['Device', deviceItem(aDevice()), aDevice()],
      ['RestartTask', taskItem(taskIn('queued')), taskIn('queued')],
      ['AssistanceRequest', requestItem(pendingRequest()), pendingRequest()],
    ];
    for (const [type, item, original] of items) expect(fromItem(type, item)).toEqual(original);
  });

  it('of another type is a fault, not something else', () => {
    expect(() => fromItem('RestartTask', deviceItem(aDevice()))).toThrow('is a Device, not a RestartTask');
    expect(() => fromItems('Device', [deviceItem(aDevice()), taskItem(taskIn('queued'))])).toThrow();
    expect(fromItem('Device', undefined)).toBeUndefined();
    expect(isType(undefined, 'Device')).toBe(false);
  });

  it('cannot have its key or type overwritten by what it is made from', () => {
    const item = toItem('Device', deviceKey('dev_1'), { pk: 'other', type: 'Alert', name: 'x' });
    expect(item).toMatchObject({ pk: 'dev_1', type: 'Device', name: 'x' });
  });

  it('of a join is no task to who looks for one', async () => {
    const { db, tables } = fakeDynamoDb();
    const join = { id: id('tsk', 'join'), jobId: id('job', 'a'), deviceId: id('dev', 'a'), taskId: id('tsk', 'other') };
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    await db.send(new PutCommand({ TableName: tables.restarts, Item: joinedItem(join, T0) }));
    expect(await createTaskStore(db, tables).find(join.id)).toBeUndefined();
  });
});

describe('the lifetime of an item', () => {
  it('of a pending request is its four hours; of what is answered, 90 days after its end', () => {
    expect(requestItem(pendingRequest())['ttl']).toBe((T0 + 4 * HOUR) / 1000);
    expect(requestItem(requestIn('approved'))).not.toHaveProperty('ttl');
    expect(requestItem(requestIn('connected'))).not.toHaveProperty('ttl');
    expect(requestItem(requestIn('ended'))['ttl']).toBe((T0 + 90 * DAY) / 1000);
  });

  it('of what is left of an unanswered request is at least the 24 hours that the contract gives its device', () => {
    expect(Number(expiredRequestItem(pendingRequest(), T0)['ttl'])).toBeGreaterThanOrEqual((T0 + DAY) / 1000);
  });

  it('of a task and a device begins with their end', () => {
    expect(taskItem(taskIn('queued'))).not.toHaveProperty('ttl');
    expect(taskItem(taskIn('succeeded'))['ttl']).toBe((T0 + 90 * DAY) / 1000);
    expect(deviceItem(aDevice())).not.toHaveProperty('ttl');
    expect(deviceItem(aDevice({ retiredAt: T0 }))['ttl']).toBe((T0 + 90 * DAY) / 1000);
  });
});

describe('the indexes', () => {
  it('have a task among the open ones and the due ones only while it is open', () => {
    expect(taskItem(taskIn('queued'))).toMatchObject({
      dueAt: taskIn('queued').acknowledgeBy,
      listSort: taskIn('queued').id,
    });
    const ended = taskItem(taskIn('failed'));
    for (const member of ['dueShard', 'dueAt']) expect(ended).not.toHaveProperty(member);
    expect(String(ended['listShard'])).toMatch(/^ENDED_TASK#/);
    expect(ended).toMatchObject({
      jobSort: `failed#${taskIn('failed').id}`,
      listSort: `2026-01-31T12:00:00.000Z#${taskIn('failed').id}`,
    });
  });

  it('have a retired device no more', () => {
    expect(deviceItem(aDevice({ retiredAt: T0 }))).not.toHaveProperty('listShard');
  });

  it('spread what a fleet shares over all shards, none of them with much more than its part', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 8000; i += 1) {
      const shard = shardKeyOf('DEVICE', randomId('dev', T0));
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect(counts.size).toBe(SHARD_COUNT);
    for (const count of counts.values()) expect(count).toBeLessThan(1500);
  });
});

describe('keys', () => {
  it('of different things are different, even of one id', () => {
    const keys = [taskKey('a'), deviceKey('a'), jobCountsKey('a', 0), jobCountsKey('a', 1)].map((key) =>
      JSON.stringify(key),
    );
    expect(new Set(keys).size).toBe(4);
  });

  it('sort names as people write them: whatever the case, and whichever way a letter is composed', () => {
    expect(nameSort('ÅNGSTRÖM', 'a')).toBe(nameSort('A\u030angstro\u0308m', 'a'));
    expect(nameSort('Reception', 'a').startsWith(nameSortPrefix('RECEP'))).toBe(true);
    expect(nameSort('a', '2') > nameSort('a', '1')).toBe(true);
  });
});

describe('a stream record', () => {
  it.each([
    ['device', deviceItem(aDevice())],
    ['task', taskItem(taskIn('queued'))],
    ['request', requestItem(pendingRequest())],
  ])('is about a %s, new, changed or deleted', (kind, item) => {
    expect(entityChange(undefined, item)).toMatchObject({ kind, before: undefined, after: expect.anything() });
    expect(entityChange(item, item)).toMatchObject({ kind });
    expect(entityChange(item, undefined)).toMatchObject({ kind, after: undefined });
  });

  it('of what nothing follows from is about nothing', () => {
    expect(entityChange(undefined, { ...jobCountsKey('job_a', 3), queued: 1 })).toBeUndefined();
    expect(entityChange(undefined, expiredRequestItem(pendingRequest(), T0))).toBeUndefined();
    expect(entityChange(undefined, undefined)).toBeUndefined();
  });
});
