/** Generated requests, valid and broken, for every operation; `npm run fuzz` sends far more of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operations } from '../../../lib/api/operations.ts';
import { createWorlds, fuzzOperation } from '../../fuzz/fuzz.ts';
import type { World } from '../../fuzz/world.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, productAt } from './product.ts';

/** Of each operation. */
const COUNT = 200;
/** Always the same, so that a run that passes says something of the next one. */
const SEED = 20_261_123;

let stack: OwnStack;
let product: Product;
let worlds: ReadonlyMap<string, World>;

beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
  worlds = await createWorlds(product, operations);
});

afterAll(() => stack.remove());

it.each(operations)('$method $path answers as the contract says, whatever it is asked', async (op) => {
  const { byStatus, findings } = await fuzzOperation(product, worlds, op, { count: COUNT, seed: SEED });
  expect(findings).toEqual([]);
  const total = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  expect(total).toBe(COUNT);
});
