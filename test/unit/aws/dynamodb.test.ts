import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchGet } from '../../../lib/aws/batch-get.ts';
import { accompanied, held, transact, ttl, unaccompanied, type Write, write } from '../../../lib/aws/dynamodb.ts';
import { taskKey } from '../../../lib/aws/keys.ts';
import { create, replace } from '../../../lib/aws/versioned.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { ValidationException } from '../support/expressions.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';

const TABLE = 'restarts';
const item = (name: string, version = 1) => ({ ...taskKey(id('tsk', name)), version });

let dynamo: FakeDynamoDb;

/** What DynamoDB says when it cancels a transaction: one reason for each of its writes. */
const canceled = (...codes: string[]): Error =>
  Object.assign(new Error('canceled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const failWith = (error: Error, times = 1): void => {
  for (let i = 0; i < times; i += 1) dynamo.failures.push({ name: 'TransactWrite', error });
};

class NotUsable extends Error {}

beforeEach(() => {
  dynamo = fakeDynamoDb();
  // No waiting between attempts.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a transaction', () => {
  const writes: Write[] = [
    create(TABLE, item('a')),
    { ...create(TABLE, item('b')), onConditionFailed: () => new NotUsable() },
    create(TABLE, item('c')),
  ];

  it('writes all, in one call, without what is ours alone', async () => {
    await transact(dynamo.db, writes);
    expect(dynamo.items(TABLE)).toHaveLength(3);
    expect(dynamo.calls.map(({ name }) => name)).toEqual(['TransactWrite']);
    expect(JSON.stringify(dynamo.calls)).not.toContain('onConditionFailed');
  });

  it("throws the failed condition's own error, and writes nothing", async () => {
    await transact(dynamo.db, [create(TABLE, item('b'))]);
    await expect(transact(dynamo.db, writes)).rejects.toThrow(NotUsable);
    expect(dynamo.items(TABLE)).toHaveLength(1);
  });

  it('throws ConcurrentChange for a condition without an error of its own', async () => {
    await transact(dynamo.db, [create(TABLE, item('c'))]);
    await expect(transact(dynamo.db, writes)).rejects.toThrow(ConcurrentChange);
  });

  it('of which several conditions failed throws the error of the first', async () => {
    await transact(dynamo.db, [create(TABLE, item('b')), create(TABLE, item('c'))]);
    await expect(transact(dynamo.db, writes)).rejects.toThrow(NotUsable);
  });

  it('that met another one is tried again, with the same writes', async () => {
    failWith(canceled('None', 'TransactionConflict', 'None'), 3);
    await transact(dynamo.db, writes);
    expect(dynamo.calls).toHaveLength(4);
    expect(dynamo.items(TABLE)).toHaveLength(3);
  });

  it('that keeps meeting others is given up as a concurrent change', async () => {
    failWith(canceled('TransactionConflict', 'None', 'None'), 8);
    await expect(transact(dynamo.db, writes)).rejects.toThrow(ConcurrentChange);
    expect(dynamo.calls).toHaveLength(8);
  });

  it('whose condition failed while another item was in conflict is not tried again', async () => {
    failWith(canceled('TransactionConflict', 'ConditionalCheckFailed', 'None'));
    await expect(transact(dynamo.db, writes)).rejects.toThrow(NotUsable);
    expect(dynamo.calls).toHaveLength(1);
  });

  it.each([
    canceled('None', 'ValidationError', 'None'),
    canceled('ThrottlingError', 'None', 'None'),
    Object.assign(new Error('no reasons'), { name: 'TransactionCanceledException' }),
    Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' }),
    new Error('no network'),
  ])('that failed otherwise is thrown as it is: $message', async (error) => {
    failWith(error);
    await expect(transact(dynamo.db, writes)).rejects.toBe(error);
    expect(dynamo.calls).toHaveLength(1);
  });
});

describe('a write by itself', () => {
  const mine = (name: string): Write => create(TABLE, item(name));
  const sent = () => dynamo.calls.map(({ name }) => name);
  const update = { TableName: TABLE, Key: taskKey(id('tsk', 'a')), UpdateExpression: 'ADD version :one' };

  it('is one command of its kind, and no transaction', async () => {
    await write(dynamo.db, mine('a'));
    await write(dynamo.db, { Update: { ...update, ExpressionAttributeValues: { ':one': 1 } } });
    expect(dynamo.items(TABLE)).toEqual([item('a', 2)]);
    await write(dynamo.db, { Delete: { TableName: TABLE, Key: taskKey(id('tsk', 'a')) } });
    expect(dynamo.items(TABLE)).toEqual([]);
    expect(sent()).toEqual(['Put', 'Update', 'Delete']);
    await expect(write(dynamo.db, {})).rejects.toThrow('nothing');
  });

  it('tells whether its condition held, or throws its own error', async () => {
    expect(await held(write(dynamo.db, mine('a')))).toBe(true);
    expect(await held(write(dynamo.db, mine('a')))).toBe(false);
    await expect(write(dynamo.db, mine('a'))).rejects.toThrow(ConcurrentChange);
    const own = { ...mine('a'), onConditionFailed: () => new NotUsable() };
    await expect(held(write(dynamo.db, own))).rejects.toThrow(NotUsable);
  });

  it('waits for a transaction at its item, and gives up as a concurrent change', async () => {
    const conflict = Object.assign(new Error('conflict'), { name: 'TransactionConflictException' });
    const meet = (times: number) => {
      for (let i = 0; i < times; i += 1) dynamo.failures.push({ name: 'Put', error: conflict });
    };
    meet(3);
    await write(dynamo.db, mine('a'));
    expect(dynamo.items(TABLE)).toHaveLength(1);
    meet(8);
    // Nobody knows yet whether its condition holds.
    await expect(held(write(dynamo.db, mine('b')))).rejects.toThrow(ConcurrentChange);
  });

  it('that failed otherwise is thrown as it is', async () => {
    dynamo.failures.push({ name: 'Put', error: new Error('no network') });
    await expect(held(write(dynamo.db, mine('a')))).rejects.toThrow('no network');
  });

  it('replaces a version, or creates, and nothing else', () => {
    expect(replace(TABLE, item('a', 4), 3).Put).toMatchObject({
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': 3 },
    });
    expect(create(TABLE, item('a')).Put?.ConditionExpression).toBe('attribute_not_exists(pk)');
  });
});

describe('what goes with every change', () => {
  const made: (readonly Write[])[] = [];
  const accompany = <T>(run: () => Promise<T>): Promise<T> =>
    accompanied((writes) => {
      made.push(writes);
      return [create('audit', { ...taskKey(id('tsk', `record ${made.length}`)), version: 1 })];
    }, run);
  const counts = () => [dynamo.items(TABLE).length, dynamo.items('audit').length];

  beforeEach(() => {
    made.length = 0;
  });

  it('is in the same transaction, also of what would be a write by itself', async () => {
    await accompany(async () => {
      await transact(dynamo.db, [create(TABLE, item('a'))]);
      await write(dynamo.db, create(TABLE, item('b')));
    });
    expect(dynamo.calls.map(({ name }) => name)).toEqual(['TransactWrite', 'TransactWrite']);
    expect(counts()).toEqual([2, 2]);
    expect(made).toEqual([[create(TABLE, item('a'))], [create(TABLE, item('b'))]]);
  });

  it('is not there where the change is not, and the change not where it is not', async () => {
    const b = () => write(dynamo.db, create(TABLE, item('b')));
    await transact(dynamo.db, [create(TABLE, item('a'))]);
    expect(await accompany(() => held(write(dynamo.db, create(TABLE, item('a')))))).toBe(false);
    failWith(canceled('None', 'ThrottlingError'));
    await expect(accompany(b)).rejects.toThrow('canceled');
    const undescribed = () => {
      throw new Error('nobody did it');
    };
    await expect(accompanied(undescribed, b)).rejects.toThrow('nobody did it');
    expect(counts()).toEqual([1, 0]);
  });

  it('is one for a change that has to be tried again', async () => {
    failWith(canceled('TransactionConflict', 'None'), 3);
    await accompany(() => write(dynamo.db, create(TABLE, item('a'))));
    expect(counts()).toEqual([1, 1]);
  });

  it('is of its own request, when several are served at once, and ends with it', async () => {
    const serve = (name: string) =>
      accompanied(
        (writes) => [create('audit', { ...taskKey(id('tsk', name)), of: writes[0]?.Put?.Item?.['pk'] })],
        async () => {
          await Promise.resolve();
          await write(dynamo.db, create(TABLE, item(name)));
        },
      );
    await Promise.all([serve('a'), serve('b')]);
    await write(dynamo.db, create(TABLE, item('c')));
    expect(dynamo.items('audit').map((one) => one['pk'] === one['of'])).toEqual([true, true]);
    expect(counts()).toEqual([3, 2]);
  });

  it('can be left away for what nobody asked for, and is there again afterwards', async () => {
    await accompany(async () => {
      await unaccompanied(() => write(dynamo.db, create(TABLE, item('a'))));
      await write(dynamo.db, create(TABLE, item('b')));
    });
    expect(dynamo.calls.map(({ name }) => name)).toEqual(['Put', 'TransactWrite']);
    expect(counts()).toEqual([2, 1]);
  });
});

describe('reading many items', () => {
  const fill = async (count: number) => {
    const keys = Array.from({ length: count }, (_, i) => taskKey(id('tsk', `${i}`)));
    for (const key of keys) await transact(dynamo.db, [create(TABLE, { ...key, version: 1 })]);
    dynamo.calls = [];
    return keys;
  };

  it('takes a call for each hundred, and reads consistently', async () => {
    const keys = await fill(201);
    const missing = taskKey(id('tsk', 'missing'));
    expect(await batchGet(dynamo.db, TABLE, [...keys, missing])).toHaveLength(201);
    const requested = dynamo.calls.map(
      ({ input }) => (input['RequestItems'] as Record<string, { Keys: object[]; ConsistentRead: boolean }>)[TABLE],
    );
    expect(requested.map((one) => one?.Keys.length)).toEqual([100, 100, 2]);
    for (const one of requested) expect(one?.ConsistentRead).toBe(true);
  });

  it('of none takes no call', async () => {
    expect(await batchGet(dynamo.db, TABLE, [])).toEqual([]);
    expect(dynamo.calls).toEqual([]);
  });

  it('asks again for what DynamoDB left unread', async () => {
    const keys = await fill(10);
    dynamo.batchSize = 3;
    const items = await batchGet(dynamo.db, TABLE, keys);
    expect(new Set(items.map(({ pk }) => pk)).size).toBe(10);
    expect(dynamo.calls).toHaveLength(4);
  });
});

describe("TTL's seconds", () => {
  it('are never before the instant', () => {
    expect(ttl(T0)).toBe(T0 / 1000);
    expect(ttl(T0 + 1)).toBe(T0 / 1000 + 1);
  });
});

describe('the stand-in for DynamoDB', () => {
  it.each([
    { ConditionExpression: 'state = :a', ExpressionAttributeValues: { ':a': 1 } },
    { ConditionExpression: 'version = :b', ExpressionAttributeValues: {} },
    { ConditionExpression: 'version = :a', ExpressionAttributeValues: { ':a': 1, ':unused': 2 } },
    { ConditionExpression: 'version = :a AND', ExpressionAttributeValues: { ':a': 1 } },
  ])('refuses what DynamoDB would: %j', async (condition) => {
    await expect(transact(dynamo.db, [{ Put: { TableName: TABLE, Item: item('a'), ...condition } }])).rejects.toThrow(
      ValidationException,
    );
  });

  it('refuses two writes at one item in one transaction', async () => {
    await expect(transact(dynamo.db, [create(TABLE, item('a')), create(TABLE, item('a'))])).rejects.toThrow(
      ValidationException,
    );
  });
});
