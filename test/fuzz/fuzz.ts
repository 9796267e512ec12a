/** Sends generated requests for one operation after the other, and collects every answer that should not be. */
import fc from 'fast-check';
import type { Operation } from '../../lib/api/operation.ts';
import type { Product } from '../integration/product/product.ts';
import { faultsOf } from './judge.ts';
import { type FuzzRequest, requestOf } from './requests.ts';
import { createSender } from './send.ts';
import { createWorld, namesFor, type World } from './world.ts';

export type Finding = {
  readonly operation: string;
  /** With the seed, what makes the same request again. */
  readonly index: number;
  readonly request: FuzzRequest;
  readonly faults: readonly string[];
};

export type Fuzzed = { readonly byStatus: ReadonlyMap<number, number>; readonly findings: readonly Finding[] };

/** A world for each function that serves operations: what one operation ends, those of the others still have. */
export const createWorlds = async (product: Product, ops: readonly Operation[]): Promise<Map<string, World>> => {
  const names = [...new Set(ops.map((op) => op.function))];
  return new Map(await Promise.all(names.map(async (name) => [name, await createWorld(product)] as const)));
};

/** So many requests at a time: callers do not wait for each other either. */
const AT_ONCE = 4;

/** The requests that a seed gives for an operation, the same each time. */
export const requestsFor = (op: Operation, count: number, seed: number): FuzzRequest[] =>
  fc.sample(requestOf(op, namesFor(op)), { numRuns: count, seed });

/** @param only the one request of the seed to send, instead of all */
export const fuzzOperation = async (
  product: Product,
  worlds: ReadonlyMap<string, World>,
  op: Operation,
  { count, seed, only }: { count: number; seed: number; only?: number | undefined },
): Promise<Fuzzed> => {
  const world = worlds.get(op.function);
  if (!world) throw new Error(`there is no world for ${op.function}`);
  const sender = createSender(product.url);
  const byStatus = new Map<number, number>();
  const findings: Finding[] = [];
  const waiting = [...requestsFor(op, count, seed).entries()].filter(([index]) => only === undefined || index === only);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, request] = next;
      const { placed, byDevice } = world.placed(op, request);
      const answer = await sender.send(placed);
      byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
      const faults = faultsOf(op, answer, { byDevice, foreign: world.foreign });
      if (faults.length > 0) findings.push({ operation: op.id, index, request, faults });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  sender.close();
  return { byStatus, findings };
};
