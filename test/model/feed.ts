/** What is written to the store, in order, as the tables' streams have it; and consumers that read it as badly as allowed. */
import type { Id } from '../../lib/ids.ts';

export type Written = { readonly kind: string; readonly id: Id; readonly before: unknown; readonly after: unknown };

/** Tells of each change. An unchanged value tells nothing. */
export class RecordingMap<V> extends Map<Id, V> {
  readonly #tell: (id: Id, before: V | undefined, after: V | undefined) => void;

  constructor(tell: (id: Id, before: V | undefined, after: V | undefined) => void) {
    super();
    this.#tell = tell;
  }

  override set(id: Id, value: V): this {
    const before = this.get(id);
    if (before !== value) this.#tell(id, before, value);
    return super.set(id, value);
  }

  override delete(id: Id): boolean {
    const before = this.get(id);
    if (before !== undefined) this.#tell(id, before, undefined);
    return super.delete(id);
  }
}

/**
 * One consumer of the stream. It sees what happened to one item in order, and different items in any; after a failure,
 * or because it pleases, it sees again what it saw before.
 */
export class Consumer {
  readonly #handled: () => void;
  readonly #handle: (record: Written) => Promise<void>;
  #waiting: Written[] = [];
  #done: Written[] = [];

  constructor(handled: () => void, handle: (record: Written) => Promise<void>) {
    this.#handled = handled;
    this.#handle = handle;
  }

  add(record: Written): void {
    this.#waiting.push(record);
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** @param choices which item's next record, as often as there are choices */
  async next(choices: readonly number[]): Promise<void> {
    for (const choice of choices) {
      const chosen = this.#waiting[choice % Math.max(1, this.#waiting.length)];
      const first = this.#waiting.find((record) => record.kind === chosen?.kind && record.id === chosen.id);
      if (!first) return;
      await this.#take(first);
      this.#waiting = this.#waiting.filter((record) => record !== first);
      this.#done.push(first);
    }
  }

  /** The last `count` records once more, in order, as after a failure that came late. */
  async again(count: number): Promise<void> {
    for (const record of this.#done.slice(-count)) await this.#take(record);
  }

  async #take(record: Written): Promise<void> {
    try {
      await this.#handle(record);
    } finally {
      this.#handled();
    }
  }
}
