import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestAssistance } from '../../../lib/api/assistance.ts';
import { acknowledgeTask } from '../../../lib/api/restarts.ts';
import {
  fingerprint,
  IdempotencyKeyTaken,
  KEPT_FOR_MS,
  type KeyUse,
  openAnswer,
  type Remember,
  recordId,
  rememberFor,
} from '../../../lib/idempotency/model.ts';
import type { HttpEvent } from '../../../lib/lambda/http-types.ts';
import { type Answered, answerOnce, keyOf } from '../../../lib/lambda/idempotency.ts';
import { problemFrom, problemOf } from '../support/problems.ts';
import { answersIn, assertKeyFree, emptyStore, keepAnswer, type Store } from '../support/store.ts';
import { type SettableClock, settableClock, T0 } from '../support/time.ts';

const USE: KeyUse = { caller: 'sub-anna', operation: 'orderRestart', key: 'key-1', request: '{"a":1}' };
const ANSWER = { status: 201, body: { token: 'the secret token', ünï: '✓' } };

describe('an answer that is kept', () => {
  it('is opened again by the same use', () => {
    expect(openAnswer(USE, rememberFor(USE, T0)(ANSWER))).toEqual(ANSWER);
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 1 }), (body, key) => {
        const use = { ...USE, key };
        expect(openAnswer(use, rememberFor(use, T0)({ status: 202, body }))).toEqual(
          JSON.parse(JSON.stringify({ status: 202, body })),
        );
      }),
      { numRuns: 50 },
    );
  });

  it.each<Partial<KeyUse>>([{ key: 'key-2' }, { caller: 'sub-ben' }, { operation: 'enroll' }])(
    'cannot be opened with another use: %j',
    (other) => {
      expect(() => openAnswer({ ...USE, ...other }, rememberFor(USE, T0)(ANSWER))).toThrow();
    },
  );

  it('cannot be changed', () => {
    const record = rememberFor(USE, T0)(ANSWER);
    const bytes = Buffer.from(record.sealedAnswer, 'base64');
    for (const at of [0, 13, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openAnswer(USE, { ...record, sealedAnswer: changed.toString('base64') })).toThrow();
    }
  });

  it('shows neither itself nor its key to who reads the table, and is another text each time', () => {
    const records = [rememberFor(USE, T0)(ANSWER), rememberFor(USE, T0)(ANSWER)];
    const text = JSON.stringify(records);
    for (const secret of [
      'the secret token',
      Buffer.from('the secret token').toString('base64').slice(0, 15),
      'key-1',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(records[0]?.sealedAnswer).not.toBe(records[1]?.sealedAnswer);
  });

  it('is kept for 24 hours under one id for the caller, the operation and the key', () => {
    const record = rememberFor(USE, T0)(ANSWER);
    expect(record.expiresAt).toBe(T0 + KEPT_FOR_MS);
    expect(record.id).toBe(recordId({ ...USE, request: 'another' }));
    const ids = [USE, { ...USE, caller: 'x' }, { ...USE, operation: 'x' }, { ...USE, key: 'x' }].map(recordId);
    expect(new Set(ids).size).toBe(4);
    expect(fingerprint(USE)).not.toBe(fingerprint({ ...USE, request: '{"a":2}' }));
  });

  it('does not mix up what stands beside each other', () => {
    expect(recordId({ ...USE, caller: 'ab', operation: 'c' })).not.toBe(
      recordId({ ...USE, caller: 'a', operation: 'bc' }),
    );
  });
});

describe('answering once', () => {
  let store: Store;
  let clock: SettableClock;
  let made: number;

  const input = (n = 1) => ({ params: {}, query: {}, body: { n } });

  /** Makes something, as a use case does, and saves its answer in the same write. */
  const make = async (remember: Remember): Promise<Answered> => {
    const answer = { status: 201, body: { number: made + 1 } };
    const record = remember(answer);
    await Promise.resolve();
    assertKeyFree(store, record);
    made += 1;
    keepAnswer(store, record);
    return answer;
  };

  const once = (changes: { key?: string; caller?: string; n?: number } = {}, handle = make) =>
    answerOnce(
      { store: answersIn(store), clock },
      {
        operation: requestAssistance,
        caller: changes.caller ?? 'dev_1',
        key: changes.key ?? 'key-1',
        input: input(changes.n),
      },
      handle,
    );

  beforeEach(() => {
    store = emptyStore();
    clock = settableClock();
    made = 0;
  });

  it('gives the first answer again, and says so', async () => {
    expect(await once()).toEqual({ status: 201, body: { number: 1 } });
    expect(await once()).toEqual({ status: 201, body: { number: 1 }, replayed: true });
    expect(made).toBe(1);
  });

  it('to the last millisecond of its 24 hours, and makes anew from then on', async () => {
    await once();
    clock.advance(KEPT_FOR_MS - 1);
    expect(await once()).toMatchObject({ replayed: true });
    clock.advance(1);
    expect(await once()).toEqual({ status: 201, body: { number: 2 } });
  });

  it('refuses the same key with another body, and makes nothing', async () => {
    await once();
    expect((await problemFrom(once({ n: 2 }))).code).toBe('idempotency_key_reused');
    expect(made).toBe(1);
  });

  it("makes anew for another caller's same key", async () => {
    await once();
    expect(await once({ caller: 'dev_2' })).toEqual({ status: 201, body: { number: 2 } });
  });

  it('twice at once makes once, and both get that answer', async () => {
    const both = await Promise.all([once(), once()]);
    expect(made).toBe(1);
    expect(both.map(({ body }) => body)).toEqual([{ number: 1 }, { number: 1 }]);
    expect(both.filter(({ replayed }) => replayed)).toHaveLength(1);
  });

  it('twice at once with other bodies makes once and refuses the other', async () => {
    const both = await Promise.allSettled([once(), once({ n: 2 })]);
    expect(made).toBe(1);
    expect(both[1]).toMatchObject({ reason: { code: 'idempotency_key_reused' } });
  });

  it('of what failed leaves the key free', async () => {
    await expect(once({}, async () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await once()).toEqual({ status: 201, body: { number: 1 } });
  });

  it('passes on that a key is taken where nothing can be found of it', async () => {
    const taken = async () => Promise.reject(new IdempotencyKeyTaken());
    await expect(once({}, taken)).rejects.toThrow(IdempotencyKeyTaken);
  });
});

describe('the header', () => {
  const event = (key: string | undefined): HttpEvent =>
    ({ headers: key === undefined ? {} : { 'idempotency-key': key } }) as unknown as HttpEvent;

  it.each(['a', 'x'.repeat(255), ' !~', '{}'])('is a key: %j', (key) => {
    expect(keyOf(requestAssistance, event(key))).toBe(key);
  });

  it.each(['', 'x'.repeat(256), 'ä', 'tab\t', 'line\n', '\u007f'])('is refused: %j', (key) => {
    expect(problemOf(() => keyOf(requestAssistance, event(key)))).toMatchObject({
      code: 'invalid_request',
      extras: { errors: [{ path: '/headers/idempotency-key' }] },
    });
  });

  it('is not looked at where there is none, nor by an operation that makes nothing', () => {
    expect(keyOf(requestAssistance, event(undefined))).toBeUndefined();
    expect(keyOf(acknowledgeTask, event('ä'))).toBeUndefined();
  });
});
