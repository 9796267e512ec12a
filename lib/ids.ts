/** Ids: a prefix and a ULID (https://github.com/ulid/spec), so that ids of one kind sort by the time they were made. */
import { createHash, randomBytes } from 'node:crypto';
import type { IdPrefix } from './api/common.ts';
import type { Instant } from './clock.ts';

export type Id = string;

/** Makes a new id for something that comes into being at `now`. */
export type IdSource = (prefix: IdPrefix, now: Instant) => Id;

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const base32 = (value: bigint, length: number): string => {
  let text = '';
  for (let rest = value, i = 0; i < length; i += 1, rest >>= 5n) text = CROCKFORD[Number(rest & 31n)] + text;
  return text;
};

const ulid = (now: Instant, entropy: Buffer): string =>
  base32(BigInt(now), 10) + base32(BigInt(`0x${entropy.subarray(0, 10).toString('hex')}`), 16);

export const randomId: IdSource = (prefix, now) => `${prefix}_${ulid(now, randomBytes(10))}`;

/**
 * The same id for the same arguments, always: what a step makes that may run twice.
 * @param seed what the thing is made from; other seeds give other ids
 */
export const derivedId = (prefix: IdPrefix, now: Instant, seed: string): Id =>
  `${prefix}_${ulid(now, createHash('sha256').update(seed).digest())}`;

/** When the thing with this id came into being, as its ULID says. */
export const timeOf = (id: Id): Instant =>
  [...id.slice(id.indexOf('_') + 1, id.indexOf('_') + 11)].reduce(
    (sum, digit) => sum * 32 + CROCKFORD.indexOf(digit),
    0,
  );

/** Where the random end of the id lies between 0 and 1: even over many ids, and the same for the same one. */
export const fractionOf = (id: Id): number =>
  [...id.slice(-8)].reduceRight((rest, digit) => (CROCKFORD.indexOf(digit) + rest) / 32, 0);
