/** A function's execution environments: as many as there are events at once, up to a limit; the rest wait in turn. */
import type { FunctionModel } from '../resources/model.ts';
import type { Budgeted, WorkerBudget } from './budget.ts';
import type { InvocationResponse } from './protocol.ts';
import type { FunctionWorker } from './worker.ts';

export type WorkerLimits = {
  /** How many all functions may have together. */
  most: number;
  /** How many one function may have: Lambda would grow further, a laptop need not. */
  mostOfOne: number;
  /** How long those beyond the first of a function are kept without work. */
  keepIdleMs: number;
};

const STOPPED: InvocationResponse = {
  ok: false,
  error: { errorType: 'ServiceException', errorMessage: 'The local stack is stopping.' },
};

/** Called with the worker that became free, or with none when the pool stops. */
type Waiting = (worker: FunctionWorker | undefined) => void;

export class FunctionPool implements Budgeted {
  readonly #create: () => FunctionWorker;
  readonly #budget: WorkerBudget;
  readonly #limit: number;
  readonly #keepIdleMs: number;
  /** The most recently used last. */
  readonly #idle: FunctionWorker[] = [];
  readonly #all = new Set<FunctionWorker>();
  readonly #waiting: Waiting[] = [];
  #stopped = false;

  constructor(model: FunctionModel, budget: WorkerBudget, limits: WorkerLimits, create: () => FunctionWorker) {
    this.#create = create;
    this.#keepIdleMs = limits.keepIdleMs;
    this.#budget = budget;
    this.#limit = Math.min(limits.mostOfOne, model.reservedConcurrency ?? limits.mostOfOne);
    budget.join(this);
  }

  async invoke(payload: string, context: Readonly<Record<string, unknown>>): Promise<InvocationResponse> {
    if (this.#limit === 0) {
      return { ok: false, error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' } };
    }
    const worker = await this.#acquire();
    if (!worker) return STOPPED;
    try {
      return await worker.invoke(payload, context);
    } finally {
      this.#release(worker);
    }
  }

  size(): number {
    return this.#all.size;
  }

  workers(): FunctionWorker[] {
    return [...this.#all];
  }

  oldestIdle(): number | undefined {
    return this.#idle[0]?.idleSince;
  }

  dropOldestIdle(): void {
    const worker = this.#idle.shift();
    if (!worker) return;
    this.#all.delete(worker);
    void worker.end();
  }

  /** Drops workers beyond the first that had no work for a while. To be called now and then. */
  shrink(): void {
    const longAgo = performance.now() - this.#keepIdleMs;
    while (this.#all.size > 1 && (this.oldestIdle() ?? longAgo) < longAgo) this.dropOldestIdle();
  }

  /** Ends every worker in the middle of what it does, as a host that fails would. Those that come next start afresh. */
  async crash(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.end()));
  }

  /** Ends every worker as if what it does had taken too long. */
  async timeOut(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.timeOut()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
    await Promise.all([...this.#all].map((worker) => worker.end()));
  }

  #add(): FunctionWorker {
    const worker = this.#create();
    this.#all.add(worker);
    return worker;
  }

  #acquire(): Promise<FunctionWorker | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.ended) return Promise.resolve(idle);
      this.#all.delete(idle);
    }
    if (this.#all.size < this.#limit) {
      // The first one is due to every function, with room or without: or it would wait for ever.
      if (this.#budget.makeRoom() || this.#all.size === 0) return Promise.resolve(this.#add());
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(worker: FunctionWorker): void {
    if (worker.ended || this.#stopped) {
      this.#all.delete(worker);
      void worker.end();
      if (this.#waiting.length > 0 && !this.#stopped) this.#waiting.shift()?.(this.#add());
      return;
    }
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#idle.push(worker);
  }
}
