/** A function's execution environments: as many as there are events at once, up to a limit; the rest wait in turn. */
import type { FunctionModel } from '../resources/model.ts';
import type { InvocationResponse } from './protocol.ts';
import type { FunctionWorker } from './worker.ts';

/** Lambda would grow further; a laptop need not. */
const MAXIMUM_WORKERS = 4;
/** How long a worker beyond the first is kept without work. */
const KEEP_IDLE_MS = 15_000;

const STOPPED: InvocationResponse = {
  ok: false,
  error: { errorType: 'ServiceException', errorMessage: 'The local stack is stopping.' },
};

/** Called with the worker that became free, or with none when the pool stops. */
type Waiting = (worker: FunctionWorker | undefined) => void;

export class FunctionPool {
  readonly #create: () => FunctionWorker;
  readonly #limit: number;
  readonly #idle: FunctionWorker[] = [];
  readonly #all = new Set<FunctionWorker>();
  readonly #waiting: Waiting[] = [];
  #stopped = false;

  constructor(model: FunctionModel, create: () => FunctionWorker) {
    this.#create = create;
    this.#limit = Math.min(MAXIMUM_WORKERS, model.reservedConcurrency ?? MAXIMUM_WORKERS);
  }

  /** Starts the first worker ahead of the first event. */
  warm(): void {
    if (this.#all.size === 0 && this.#limit > 0) this.#idle.push(this.#add());
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

  #add(): FunctionWorker {
    const worker = this.#create();
    this.#all.add(worker);
    return worker;
  }

  #acquire(): Promise<FunctionWorker | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    this.#trim();
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    if (this.#all.size < this.#limit) return Promise.resolve(this.#add());
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

  /** Drops workers that ended by themselves, and idle ones that are no longer needed. */
  #trim(): void {
    const now = performance.now();
    // The most recently used are at the end, so the first ones are those that stand idle longest.
    for (const worker of [...this.#idle]) {
      const spare = this.#all.size > 1 && now - worker.idleSince > KEEP_IDLE_MS;
      if (!worker.ended && !spare) continue;
      this.#idle.splice(this.#idle.indexOf(worker), 1);
      this.#all.delete(worker);
      void worker.end();
    }
  }

  /** Drops idle workers beyond the first. To be called now and then. */
  shrink(): void {
    this.#trim();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
    await Promise.all([...this.#all].map((worker) => worker.end()));
  }
}
