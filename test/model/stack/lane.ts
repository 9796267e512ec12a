/** One device on the local stack, with all who act on it at the same time, beside its specification. */
import type { TestDevice } from '../../integration/product/product.ts';
import type { Chance } from './chance.ts';

export type Lane = {
  readonly device: TestDevice;
  /** Nothing more can happen to the device. */
  readonly isOver: boolean;
  /** Made since they were judged last. */
  readonly calls: number;
  /** How many of them got no answer: something was killed, or took too long. */
  readonly unanswered: number;
  /** Several callers at once. */
  act(chance: Chance): Promise<void>;
  /**
   * Once all has come to rest: reads what came of it, and judges what everybody was told by that.
   * @throws Difference
   */
  judge(): Promise<void>;
  /** When something changes by itself: then nothing is to be done that counts on before or after. */
  moments(): number[];
  /** What time and the sweep do. */
  pass(now: number): void;
};
