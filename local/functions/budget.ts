/** How many workers all functions may have together: each takes some 20 MB, and a laptop has other things to do. */

/** A pool, as the budget sees it. */
export type Budgeted = {
  /** Workers it has, busy ones included. */
  size(): number;
  /** When its longest idle worker became so, in milliseconds of `performance.now()`; `undefined`: none is idle. */
  oldestIdle(): number | undefined;
  /** Ends that worker. */
  dropOldestIdle(): void;
};

export class WorkerBudget {
  readonly #limit: number;
  readonly #pools: Budgeted[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  join(pool: Budgeted): void {
    this.#pools.push(pool);
  }

  /** Makes room for one more worker, at the cost of the one that is idle longest anywhere. Says whether there is room. */
  makeRoom(): boolean {
    const total = this.#pools.reduce((sum, pool) => sum + pool.size(), 0);
    if (total < this.#limit) return true;
    const [oldest] = this.#pools
      .filter((pool) => pool.oldestIdle() !== undefined)
      .sort((left, right) => (left.oldestIdle() ?? 0) - (right.oldestIdle() ?? 0));
    oldest?.dropOldestIdle();
    return oldest !== undefined;
  }
}
