/** Which idempotency key a call goes under: the one of an earlier try of the same call that may have got through, or a new one. */
import { createHash, randomUUID } from 'node:crypto';

export type PendingCall = { readonly idempotencyKey: string; readonly fingerprint: string; readonly startedAt: number };

/** The server forgets a key after 24 h; an hour less leaves room for a clock that is off. */
const KEY_LIVES_MS = 23 * 3_600_000;

/** @param request everything that makes it the same call; only a hash of it is kept */
export const pendingCall = (earlier: PendingCall | undefined, request: unknown, now: number): PendingCall => {
  const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const age = earlier ? now - earlier.startedAt : 0;
  const same = earlier?.fingerprint === fingerprint && age >= 0 && age < KEY_LIVES_MS;
  return same ? earlier : { idempotencyKey: randomUUID(), fingerprint, startedAt: now };
};
