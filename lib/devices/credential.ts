/**
 * Bearer tokens for devices and for enrolment: who it is for, and 256 random bits. Only a SHA-256 of the random part
 * is stored; it needs no salt or stretching, since nobody can guess or list 256 random bits.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Id } from '../ids.ts';

const SECRET_BYTES = 32;

/** What a token opens. */
type Kind = 'device' | 'enrollment';

const KINDS = { device: { token: 'rad', id: 'dev' }, enrollment: { token: 'rae', id: 'enr' } } as const;

export type Credential = { id: Id; secret: string };

const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** @returns the token to hand out once, and the hash to store */
export const issueToken = (kind: Kind, id: Id): { token: string; secretHash: string } => {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const name = id.slice(KINDS[kind].id.length + 1);
  return { token: `${KINDS[kind].token}_${name}_${secret}`, secretHash: hash(secret).toString('hex') };
};

const TOKEN = /^(rad|rae)_([0-9A-HJKMNP-TV-Z]{26})_([\w-]{43})$/;

/** @returns `undefined` for what cannot be a token of this kind, so that nothing need be read */
export const parseToken = (kind: Kind, token: string): Credential | undefined => {
  const [, prefix, name, secret] = TOKEN.exec(token) ?? [];
  if (prefix !== KINDS[kind].token || !secret) return undefined;
  return { id: `${KINDS[kind].id}_${name}`, secret };
};

/** Compares in constant time. */
export const isSecretOf = (secretHash: string, secret: string): boolean =>
  timingSafeEqual(Buffer.from(secretHash, 'hex'), hash(secret));
