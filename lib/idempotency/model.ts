/**
 * Idempotency keys: the first answer to a key is kept for 24 hours and given again. It is saved in the same write as
 * what the request made, so there is never the one without the other. An answer can hold a token that is shown once,
 * so it is sealed with a key made from the idempotency key, of which only a hash is stored.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { HOUR, type Instant } from '../clock.ts';

export const KEPT_FOR_MS = 24 * HOUR;

export type StoredAnswer = { status: number; body: unknown };

/** What is stored with the change. */
export type IdempotencyRecord = {
  readonly id: string;
  /** A hash of the request, to tell a retry from another request under the same key. */
  readonly fingerprint: string;
  readonly sealedAnswer: string;
  readonly expiresAt: Instant;
};

/** Makes the record to be saved with a change from the answer the caller will get; absent without a key. */
export type Remember = (answer: StoredAnswer) => IdempotencyRecord;

/** Another request with the same key was faster; nothing was written. */
export class IdempotencyKeyTaken extends Error {
  override readonly name = 'IdempotencyKeyTaken';
}

export type IdempotencyStore = { find(id: string): Promise<IdempotencyRecord | undefined> };

/** One use of a key: by whom, for which operation, with which body. */
export type KeyUse = { caller: string; operation: string; key: string; request: string };

const sha256 = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

export const recordId = ({ caller, operation, key }: KeyUse): string => sha256(caller, operation, key);

export const fingerprint = ({ request }: KeyUse): string => sha256(request);

const sealingKey = (use: KeyUse): Buffer =>
  Buffer.from(hkdfSync('sha256', use.key, recordId(use), 'remote-assist idempotency', 32));

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const rememberFor =
  (use: KeyUse, now: Instant): Remember =>
  (answer) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', sealingKey(use), nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
    return {
      id: recordId(use),
      fingerprint: fingerprint(use),
      sealedAnswer: Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64'),
      expiresAt: now + KEPT_FOR_MS,
    };
  };

/** @throws Error when the record was not sealed with this key */
export const openAnswer = (use: KeyUse, record: IdempotencyRecord): StoredAnswer => {
  const bytes = Buffer.from(record.sealedAnswer, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(use), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const answer = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(answer.toString('utf8')) as StoredAnswer;
};
