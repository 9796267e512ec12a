import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';
import { contextWith, streamCaller, streamRecord } from '../support/stream.ts';

/** What was handled with success, in the order of it. */
let handled: string[];
/** How many changes each call was given. */
let calls: number[];

const nameOf = ({ after, before }: Change): string => String((after ?? before)?.['name']);

/** Fails where one of the changes is poison, as a handler of a whole chunk does. */
const handle = (poison: (name: string) => boolean) => async (changes: Change[]) => {
  calls.push(changes.length);
  const names = changes.map(nameOf);
  if (names.some(poison)) throw new Error(`poison among ${names}`);
  handled.push(...names);
};

const consume = (chunkSize: number, count: number, poison: (name: string) => boolean = () => false) =>
  streamCaller(streamFunction(chunkSize, handle(poison)))(
    Array.from({ length: count }, (_, i) => ({ after: { name: `${i}` } })),
  );

beforeEach(() => {
  handled = [];
  calls = [];
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a consumer of a stream', () => {
  it('handles all records in order, a chunk at a time', async () => {
    expect(await consume(10, 25)).toEqual([]);
    expect(handled).toEqual(Array.from({ length: 25 }, (_, i) => `${i}`));
    expect(calls).toEqual([10, 10, 5]);
  });

  it('has nothing to do with an empty batch', async () => {
    expect(await consume(10, 0)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it.each([0, 1, 9, 10, 13, 24])(
    'reports exactly the poison record %i, all before it handled and none after',
    async (at) => {
      expect(await consume(10, 25, (name) => name === `${at}`)).toEqual([`sequence-${at}`]);
      expect(handled).toEqual(Array.from({ length: at }, (_, i) => `${i}`));
    },
  );

  it('reports the first of several, from which Lambda goes on', async () => {
    expect(await consume(10, 25, (name) => name === '4' || name === '17')).toEqual(['sequence-4']);
  });

  it('goes on where a chunk failed and its records by themselves do not', async () => {
    let failures = 1;
    const failed = await consume(10, 15, () => failures-- > 0);
    expect(failed).toEqual([]);
    expect(handled).toEqual(Array.from({ length: 15 }, (_, i) => `${i}`));
  });

  it('isolates a record that cannot even be read', async () => {
    const consumer = streamFunction(
      10,
      handle(() => false),
    );
    const unreadable = {
      ...streamRecord({}, 1),
      dynamodb: { SequenceNumber: 'unreadable', NewImage: { a: { X: 'y' } } },
    };
    const event = {
      Records: [streamRecord({ after: { name: '0' } }, 0), unreadable, streamRecord({ after: { name: '2' } }, 2)],
    } as unknown as DynamoDBStreamEvent;
    expect(await consumer(event, contextWith())).toEqual({ batchItemFailures: [{ itemIdentifier: 'unreadable' }] });
    expect(handled).toEqual(['0']);
  });
});

describe('a change', () => {
  const changesOf = async (...changed: Parameters<ReturnType<typeof streamCaller>>[0]) => {
    let seen: Change[] = [];
    await streamCaller(
      streamFunction(10, async (changes) => {
        seen = changes;
      }),
    )(changed);
    return seen;
  };

  it('has the item before and after, as the adapters know items', async () => {
    const before = { pk: 'a', n: 1, list: ['x'], inner: { deep: true } };
    expect(await changesOf({ before, after: { ...before, n: 2 } }, { after: before }, { before })).toEqual([
      { before, after: { ...before, n: 2 }, byTtl: false },
      { before: undefined, after: before, byTtl: false },
      { before, after: undefined, byTtl: false },
    ]);
  });

  it('tells a deletion by TTL from one of ours', async () => {
    expect(await changesOf({ before: { pk: 'a' }, byTtl: true })).toMatchObject([{ byTtl: true }]);
  });
});
