/** A caller as callers should be: tries again, with the same idempotency key, until it knows what became of its request. */
import { randomUUID } from 'node:crypto';
import { type Answer, ApiError, type Client } from '../../lib/api/client.ts';
import type { Operation, OperationRequest } from '../../lib/api/operation.ts';

const ATTEMPTS = 8;

const isTransient = (error: unknown): boolean => !(error instanceof ApiError) || error.status >= 500;

/** Of a request that may have been carried out already. */
const saysThatItIsDone = (error: unknown): boolean =>
  error instanceof ApiError && [404, 409, 410].includes(error.status);

/** Somebody else is at the request, or was when they died. */
const isBusy = (error: unknown): boolean =>
  error instanceof ApiError && error.problem?.code === 'invalid_state' && error.problem.currentState === 'pending';

/**
 * @param again called before the request is made again; lets some time pass, for what is busy
 * @returns `undefined` where an earlier attempt whose answer was lost had been carried out
 */
export const insist = async <O extends Operation>(
  call: Client,
  op: O,
  request: OperationRequest<O>,
  again: (attempt: number) => Promise<unknown>,
): Promise<Answer<O> | undefined> => {
  const options = op.idempotent ? { idempotencyKey: randomUUID() } : {};
  let mayBeDone = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(op, request, options);
    } catch (error) {
      if (!isTransient(error) && !isBusy(error)) {
        if (mayBeDone && saysThatItIsDone(error)) return undefined;
        throw error;
      }
      if (attempt === ATTEMPTS) throw error;
      mayBeDone = op.method !== 'GET';
      await again(attempt);
    }
  }
};
