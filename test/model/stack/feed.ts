/** What one source has for one function, told to it as late, as scattered and as often as AWS may tell it. */
import type { BatchOutcome } from '../../../local/sources/batch.ts';
import { differ } from '../difference.ts';
import type { Chance } from './chance.ts';

/** Units of one key keep their order: changes of one item. */
export type Unit = { readonly id: string; readonly key: string; readonly record: unknown };

type Send = (units: readonly Unit[]) => Promise<BatchOutcome>;

/** So many of those that were delivered may come again. */
const REMEMBERED = 20;

/** Whoever fails as often will always fail. */
const MOST_FAILURES = 20;

/** Another order, in which the units of each key follow each other as before. */
const mixed = (units: readonly Unit[], chance: Chance): Unit[] => {
  const byKey = Map.groupBy(units, ({ key }) => key);
  const left = [...units];
  const order = units.map(() => left.splice(chance.below(left.length), 1)[0] as Unit);
  return order.map(({ key }) => byKey.get(key)?.shift() as Unit);
};

const firstFailed = (units: readonly Unit[], { failed }: BatchOutcome): number => {
  if (failed === 'none') return units.length;
  return failed === 'all' ? 0 : units.findIndex(({ id }) => failed.has(id));
};

export class Feed {
  readonly #name: string;
  readonly #chance: Chance;
  readonly #send: Send;
  #held: Unit[] = [];
  #done: Unit[] = [];
  #failures = 0;
  #error: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(name: string, chance: Chance, send: Send) {
    this.#name = name;
    this.#chance = chance;
    this.#send = send;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Delivers some of these and of those before, and keeps the others for later. */
  take(units: readonly Unit[]): Promise<void> {
    return this.#inTurn(async () => {
      const all = mixed([...this.#held, ...units], this.#chance);
      this.#held = this.#chance.once(3) ? all.splice(this.#chance.below(all.length)) : [];
      await this.#deliver(all);
      if (this.#chance.once(3)) await this.#again();
    });
  }

  /**
   * Delivers all that was kept.
   * @throws Difference where it fails again and again
   */
  async flush(): Promise<void> {
    await this.#inTurn(() => this.#deliver(mixed(this.#held.splice(0), this.#chance)));
    if (this.#failures > MOST_FAILURES) differ(`${this.#name} always fails: ${this.#error}`);
  }

  /** One batch after the other, as a shard has them. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #deliver(units: readonly Unit[]): Promise<void> {
    for (let left = units; left.length > 0; ) {
      const batch = left.slice(0, 1 + this.#chance.below(left.length));
      const outcome = await this.#send(batch);
      const done = firstFailed(batch, outcome);
      this.#done = [...this.#done, ...batch.slice(0, done)].slice(-REMEMBERED);
      left = left.slice(done);
      this.#failures = done > 0 ? 0 : this.#failures + 1;
      this.#error = outcome.error;
      if (done < batch.length) {
        this.#held.unshift(...left);
        return;
      }
    }
  }

  /** Some of what was delivered, in the same order but after others, as by a poller that was taken for dead. */
  async #again(): Promise<void> {
    const from = this.#chance.below(this.#done.length + 1);
    const some = this.#done.slice(from, from + 1 + this.#chance.below(5));
    if (some.length > 0) await this.#send(some);
  }
}
