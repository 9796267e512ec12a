import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchGet } from '../../../lib/aws/batch-get.ts';
import { held, heldOrChanged, transact, ttl, type Write } from '../../../lib/aws/dynamodb.ts';
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

describe('a conditional write', () => {
  const failed = Object.assign(new Error('failed'), { name: 'ConditionalCheckFailedException' });

  it('tells whether it held', async () => {
    expect(await held(Promise.resolve())).toBe(true);
    expect(await held(Promise.reject(failed))).toBe(false);
    await expect(heldOrChanged(Promise.reject(failed))).rejects.toThrow(ConcurrentChange);
    await expect(heldOrChanged(Promise.resolve())).resolves.toBeUndefined();
  });

  it('that failed otherwise is thrown as it is', async () => {
    await expect(held(Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    await expect(heldOrChanged(Promise.reject(new Error('no network')))).rejects.toThrow('no network');
  });

  it('replaces a version, or creates, and nothing else', () => {
    expect(replace(TABLE, item('a', 4), 3).Put).toMatchObject({
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': 3 },
    });
    expect(create(TABLE, item('a')).Put?.ConditionExpression).toBe('attribute_not_exists(pk)');
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
