/** Which transitions of a state machine the histories went through, how often, and that there were no others. */
import { differ } from './difference.ts';

export class Coverage {
  readonly #counts: Map<string, number>;

  /** @param transitions all that there may be, as `before → after`; `none` is before the first state */
  constructor(transitions: readonly string[]) {
    this.#counts = new Map(transitions.map((transition) => [transition, 0]));
  }

  count(before: string | undefined, after: string): void {
    const transition = `${before ?? 'none'} → ${after}`;
    const count = this.#counts.get(transition) ?? differ(`no state machine has ${transition}`);
    this.#counts.set(transition, count + 1);
  }

  /** The rarest first. */
  get counts(): readonly (readonly [transition: string, count: number])[] {
    return [...this.#counts].sort(([, a], [, b]) => a - b);
  }

  /** Those that were gone through less often than `least`. */
  rarerThan(least: number): string[] {
    return this.counts.filter(([, count]) => count < least).map(([transition]) => transition);
  }
}
