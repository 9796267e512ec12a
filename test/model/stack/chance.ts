/** Chance that a seed repeats. What callers do at once is repeated by it, not in which order they are served. */
import { createHash } from 'node:crypto';
import { seededRandom } from '../../simulate/random.ts';

export type Chance = {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** One time in `oneIn`. */
  once(oneIn: number): boolean;
  of<T>(choices: readonly [T, ...T[]] | readonly T[]): T;
};

export const chanceOf = (seed: number): Chance => {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return { below, once: (oneIn) => below(oneIn) === 0, of: (choices) => choices[below(choices.length)] as never };
};

/** A seed of its own for what has this name. */
export const seedFor = (seed: number, name: string): number =>
  createHash('sha256').update(`${seed} ${name}`).digest().readInt32LE();
