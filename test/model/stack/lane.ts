/** A device or a few on the local stack, with all who act on them at the same time, beside their specification. */
import type { Client } from '../../../lib/api/client.ts';
import type { Id } from '../../../lib/ids.ts';
import type { Chance } from './chance.ts';
import type { Tally } from './recorder.ts';

export type LaneSetting = {
  /** Who act at the same time. */
  readonly admins: readonly [Client, Client];
  readonly now: number;
  readonly tally: Tally;
  /** In the events until now. */
  lastVersionOf(id: Id): number | undefined;
};

export type Lane = {
  /** A device is retired, and its lane makes room for another. */
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
