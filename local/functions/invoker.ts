/** Invokes the stack's functions, each in workers of its own. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FunctionModel, Model } from '../resources/model.ts';
import { functionByArn } from '../resources/model.ts';
import { WorkerBudget } from './budget.ts';
import { type EnvironmentOptions, functionEnvironment } from './environment.ts';
import { openLog } from './log.ts';
import { FunctionPool, type WorkerLimits } from './pool.ts';
import type { InvocationResponse } from './protocol.ts';
import { FunctionWorker } from './worker.ts';

export type WorkerMemory = {
  function: string;
  /** A number of the worker's own. */
  worker: number;
  invocations: number;
  /** After a garbage collection. */
  usedHeapBytes: number;
};

export type Invocation = { functionName: string; payload: string };

/**
 * Looks at each invocation, from whatever source, before it is made. It may make it otherwise or more than once, or
 * answer in the function's place; without an answer the invocation is made as if nobody had looked.
 */
export type InvocationInterceptor = (
  invocation: Invocation,
  invoke: (payload: string) => Promise<InvocationResponse>,
) => InvocationResponse | undefined | Promise<InvocationResponse | undefined>;

export type Invoker = {
  /** Looked at in order, before the function is invoked. */
  interceptors: InvocationInterceptor[];
  /**
   * Runs the function that `functionArn` names on the event `payload` (JSON text), and waits for its answer. Never
   * rejects: an error, a crash or a timeout of the function is an answer too.
   */
  invoke(functionArn: string, payload: string, requestId?: string): Promise<InvocationResponse>;
  /** Ends the function's workers in the middle of what they do. */
  crash(functionArn: string): Promise<void>;
  /** What each worker's heap holds; those that end meanwhile are left out. */
  memory(): Promise<WorkerMemory[]>;
  /** Ends them as if their time was over: what they do is answered as Lambda answers a function that takes too long. */
  timeOut(functionArn: string): Promise<void>;
  /** How many invocations are under way or wait for a worker. */
  inFlight(): number;
  /** Counts every invocation ever started: two equal readings mean that nothing began in between. */
  started(): number;
  stop(): Promise<void>;
};

export type InvokerOptions = EnvironmentOptions & {
  dataDir: string;
  logToStderr: boolean;
  workers: WorkerLimits;
};

const contextOf = (model: FunctionModel, requestId: string): Record<string, unknown> => ({
  awsRequestId: requestId,
  functionName: model.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: model.arn,
  memoryLimitInMB: String(model.memoryMb),
  logGroupName: `/aws/lambda/${model.functionName}`,
  logStreamName: 'local',
});

/** Each interceptor in turn, and the function behind the last of them. */
const through = async (
  interceptors: readonly InvocationInterceptor[],
  functionName: string,
  payload: string,
  make: (payload: string) => Promise<InvocationResponse>,
): Promise<InvocationResponse> => {
  const [intercept, ...rest] = interceptors;
  if (!intercept) return make(payload);
  const next = (changed: string) => through(rest, functionName, changed, make);
  return (await intercept({ functionName, payload }, next)) ?? next(payload);
};

export const createInvoker = (model: Pick<Model, 'functions'>, clock: Clock, options: InvokerOptions): Invoker => {
  const pools = new Map<string, FunctionPool>();
  const budget = new WorkerBudget(options.workers.most);
  const logs = new Map(
    [...model.functions.values()].map((fn) => [fn.arn, openLog(options.dataDir, fn.name, options.logToStderr)]),
  );
  for (const fn of model.functions.values()) {
    const log = logs.get(fn.arn) ?? { write: () => {} };
    const environment = functionEnvironment(fn, options);
    const create = () => new FunctionWorker(fn, environment, clock.shared, log);
    pools.set(fn.arn, new FunctionPool(fn, budget, options.workers, create));
  }
  const interceptors: InvocationInterceptor[] = [];
  let inFlight = 0;
  let started = 0;
  const shrinking = setInterval(() => {
    for (const pool of pools.values()) pool.shrink();
  }, 5_000);
  shrinking.unref();
  return {
    interceptors,
    invoke: async (functionArn, payload, requestId = randomUUID()) => {
      const fn = functionByArn(model, functionArn);
      const pool = fn && pools.get(fn.arn);
      if (!fn || !pool) {
        return {
          ok: false,
          error: { errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${functionArn}` },
        };
      }
      inFlight++;
      started++;
      try {
        return await through(interceptors, fn.name, payload, async (text) => {
          const response = await pool.invoke(text, contextOf(fn, requestId));
          if (!response.ok)
            logs.get(fn.arn)?.write(`${JSON.stringify({ level: 'ERROR', requestId, ...response.error })}\n`);
          return response;
        });
      } finally {
        inFlight--;
      }
    },
    crash: async (functionArn) => pools.get(functionArn)?.crash(),
    memory: async () => {
      const measured: WorkerMemory[] = [];
      // One after the other, so that requests do not meet all collections at once.
      for (const fn of model.functions.values()) {
        for (const worker of pools.get(fn.arn)?.workers() ?? []) {
          const { id, invocations } = worker;
          const usedHeapBytes = await worker.measureMemory();
          if (usedHeapBytes !== undefined) measured.push({ function: fn.name, worker: id, invocations, usedHeapBytes });
        }
      }
      return measured;
    },
    timeOut: async (functionArn) => pools.get(functionArn)?.timeOut(),
    inFlight: () => inFlight,
    started: () => started,
    stop: async () => {
      clearInterval(shrinking);
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
};
