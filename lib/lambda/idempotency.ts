/** `Idempotency-Key`: gives the first answer again, or lets the handler save its answer with its change. */
import type { Operation } from '../api/operation.ts';
import { ProblemError } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import {
  fingerprint,
  type IdempotencyStore,
  type KeyUse,
  openAnswer,
  type Remember,
  recordId,
  rememberFor,
} from '../idempotency/model.ts';
import type { HttpEvent } from './http-types.ts';
import type { Input } from './input.ts';

export type Idempotency = { store: IdempotencyStore; clock: Clock };

export type Answered = { status: unknown; body: unknown; replayed?: true };

/** What the same key may be used for again, by whom, and how it is then answered. */
export type Keyed = {
  operation: Operation;
  /** Whose key it is: the same key of another caller is another key. */
  caller: string;
  key: string;
  input: Input;
  /** Makes the answer to the key's next use; without it, or where it makes none, that is the first answer again. */
  afresh?: (() => Promise<Answered | undefined>) | undefined;
};

const KEY = /^[\x20-\x7e]{1,255}$/;

/** @throws ProblemError `invalid_request` for a key that is not one */
export const keyOf = (operation: Operation, event: HttpEvent): string | undefined => {
  const key = operation.idempotent ? event.headers['idempotency-key'] : undefined;
  if (key === undefined || KEY.test(key)) return key;
  throw new ProblemError('invalid_request', 'Idempotency-Key must be 1 to 255 printable ASCII characters.', {
    errors: [{ path: '/headers/idempotency-key', message: 'must be 1 to 255 printable ASCII characters' }],
  });
};

const replay = async (
  { store, clock }: Idempotency,
  use: KeyUse,
  afresh: Keyed['afresh'],
): Promise<Answered | undefined> => {
  const record = await store.find(recordId(use));
  if (!record || record.expiresAt <= clock()) return undefined;
  if (record.fingerprint !== fingerprint(use)) {
    throw new ProblemError('idempotency_key_reused', 'This Idempotency-Key came with another request before.');
  }
  return { ...((await afresh?.()) ?? openAnswer(use, record)), replayed: true };
};

/** @param handle runs at most once with success for a key */
export const answerOnce = async (
  idempotency: Idempotency,
  { operation, caller, key, input, afresh }: Keyed,
  handle: (remember: Remember) => Promise<Answered>,
): Promise<Answered> => {
  const use = { caller, operation: operation.id, key, request: JSON.stringify(input) };
  const before = await replay(idempotency, use, afresh);
  if (before) return before;
  try {
    return await handle(rememberFor(use, idempotency.clock()));
  } catch (error) {
    // The same request may have succeeded meanwhile, and be the very reason why this one cannot.
    const first = await replay(idempotency, use, afresh);
    if (first) return first;
    throw error;
  }
};
