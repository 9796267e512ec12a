/** One execution environment of a function: a worker thread that handles one event at a time. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { FunctionModel } from '../resources/model.ts';
import type { FunctionLog } from './log.ts';
import type {
  InvocationRequest,
  InvocationResponse,
  MemoryRequest,
  RuntimeMessage,
  WorkerSettings,
} from './protocol.ts';

let runtime: URL | undefined;

/** The runtime as plain JavaScript, made once: letting every worker strip its types costs it 40 ms and 10 MB. */
const runtimeUrl = (): URL => {
  if (runtime) return runtime;
  const entryPoints = [fileURLToPath(new URL('./runtime.ts', import.meta.url))];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: 'node', format: 'esm', write: false });
  runtime = new URL(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
  return runtime;
};

const crashed = (errorType: string, errorMessage: string): InvocationResponse => ({
  ok: false,
  error: { errorType, errorMessage },
});

export class FunctionWorker {
  /** Set once the worker cannot take another event. */
  ended = false;
  /** When it last became idle, in milliseconds of `performance.now()`. */
  idleSince = performance.now();
  /** Different for each worker of this process. */
  readonly id: number;
  /** How many events it was given. */
  invocations = 0;
  readonly #worker: Worker;
  readonly #model: FunctionModel;
  /** Resolves when the handler is loaded, or will never be. */
  readonly #ready = Promise.withResolvers<void>();
  #answer: ((response: InvocationResponse) => void) | undefined;
  readonly #measurements: ((usedHeapBytes: number | undefined) => void)[] = [];

  constructor(model: FunctionModel, environment: Record<string, string>, clock: SharedArrayBuffer, log: FunctionLog) {
    this.#model = model;
    const workerData: WorkerSettings = { codeDir: model.codeDir, handler: model.handler, clock };
    this.#worker = new Worker(runtimeUrl(), {
      workerData,
      env: environment,
      execArgv: [],
      name: model.name,
      stdout: true,
      stderr: true,
      // A small young generation keeps a dozen workers within the memory that the whole stack may take.
      resourceLimits: { maxOldGenerationSizeMb: model.memoryMb, maxYoungGenerationSizeMb: 4 },
    });
    this.id = this.#worker.threadId;
    this.#worker.stdout.on('data', (chunk: Buffer) => log.write(chunk));
    this.#worker.stderr.on('data', (chunk: Buffer) => log.write(chunk));
    this.#worker.on('message', (message: RuntimeMessage) => {
      if ('ready' in message) this.#ready.resolve();
      else if ('usedHeapBytes' in message) this.#measurements.shift()?.(message.usedHeapBytes);
      else this.#settle(message);
    });
    this.#worker.on('error', (error: Error & { code?: string }) => {
      this.ended = true;
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#settle(crashed(outOfMemory ? 'Runtime.OutOfMemory' : error.name, error.message));
    });
    this.#worker.on('exit', (code) => {
      this.ended = true;
      this.#ready.resolve();
      this.#settle(crashed('Runtime.ExitError', `The runtime exited with code ${code}.`));
      for (const measured of this.#measurements.splice(0)) measured(undefined);
    });
  }

  #settle(response: InvocationResponse): void {
    this.idleSince = performance.now();
    this.#answer?.(response);
    this.#answer = undefined;
  }

  /**
   * Runs one event to its end. A worker that does not answer within the function's timeout is ended; loading the
   * bundle does not count, as in Lambda.
   */
  async invoke(payload: string, context: Readonly<Record<string, unknown>>): Promise<InvocationResponse> {
    await this.#ready.promise;
    if (this.ended) return crashed('Runtime.ExitError', 'The runtime has ended.');
    this.invocations += 1;
    const { timeoutMs } = this.#model;
    const request: InvocationRequest = { payload, context, deadline: Date.now() + timeoutMs };
    const { promise, resolve } = Promise.withResolvers<InvocationResponse>();
    this.#answer = resolve;
    const timer = setTimeout(() => this.timeOut(), timeoutMs);
    this.#worker.postMessage(request);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What its heap holds after a garbage collection, in bytes; `undefined` where it ends before it can say. */
  async measureMemory(): Promise<number | undefined> {
    await this.#ready.promise;
    if (this.ended) return undefined;
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    this.#measurements.push(resolve);
    this.#worker.postMessage({ measureMemory: true } satisfies MemoryRequest);
    return promise;
  }

  /** Ends it as Lambda does when the event under way takes longer than it may. */
  timeOut(): Promise<void> {
    const seconds = (this.#model.timeoutMs / 1000).toFixed(2);
    this.#settle(crashed('Sandbox.Timedout', `Task timed out after ${seconds} seconds`));
    return this.end();
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.#worker.terminate();
  }
}
