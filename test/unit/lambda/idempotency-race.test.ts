/** Two requests with the same key at the same time: the slower one fails because of the faster one, and gets its answer. */
import { expect, it } from 'vitest';
import { enroll } from '../../../lib/api/devices.ts';
import { ProblemError } from '../../../lib/api/problem.ts';
import { type IdempotencyRecord, recordId, rememberFor } from '../../../lib/idempotency/model.ts';
import { answerOnce } from '../../../lib/lambda/idempotency.ts';

const input = { params: {}, query: {}, body: { name: 'pc' } };
const request = { operation: enroll, caller: 'anybody', key: 'k', input };
const use = { caller: 'anybody', operation: enroll.id, key: 'k', request: JSON.stringify(input) };
const answer = { status: 201, body: { deviceId: 'dev_1' } };

it('gives the answer of the request that was faster', async () => {
  const records = new Map<string, IdempotencyRecord>();
  const idempotency = { store: { find: async (id: string) => records.get(id) }, clock: () => 0 };
  const slower = answerOnce(idempotency, request, async () => {
    records.set(recordId(use), rememberFor(use, 0)(answer));
    throw new ProblemError('unauthenticated', 'the token is spent');
  });
  expect(await slower).toEqual({ ...answer, replayed: true });
});

it('gives the failure itself where no other request was faster', async () => {
  const idempotency = { store: { find: async () => undefined }, clock: () => 0 };
  const failing = answerOnce(idempotency, request, async () => {
    throw new ProblemError('unauthenticated', 'the token is spent');
  });
  await expect(failing).rejects.toThrow('the token is spent');
});
