/**
 * Runs within each function's worker, in the place of the Lambda runtime: moves `Date` by the shared offset, loads the
 * bundle as CommonJS, and answers one invocation at a time. Bundled by the pool, so it may import only `node:` modules.
 */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type {
  InvocationRequest,
  InvocationResponse,
  RuntimeMessage,
  RuntimeRequest,
  WorkerSettings,
} from './protocol.ts';

type Handler = (event: unknown, context: Record<string, unknown>) => unknown;

const settings = workerData as WorkerSettings;
const realNow = Date.now;
const offset = new BigInt64Array(settings.clock);

/** From here on the function's `Date` is the real time plus the offset that the runner may move at any moment. */
const moveClock = (): void => {
  const RealDate = globalThis.Date;
  const now = () => realNow() + Number(Atomics.load(offset, 0));
  const MovedDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
  });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: MovedDate, writable: true, configurable: true });
  globalThis.Date = MovedDate;
};

/**
 * Loads `index.js` as CommonJS whatever the `package.json` above it says, and lets it require Node's own modules
 * only: what the bundle leaves out is missing here, as it is in Lambda.
 */
const loadCommonJs = (file: string): Record<string, unknown> => {
  type Compilable = InstanceType<typeof Module> & { _compile(source: string, file: string): void };
  const loaded = new Module(file) as Compilable;
  loaded.filename = file;
  loaded.paths = [];
  loaded._compile(readFileSync(file, 'utf8'), file);
  return loaded.exports as Record<string, unknown>;
};

const read = (file: string): string | undefined => {
  try {
    readFileSync(file);
    return file;
  } catch {
    return undefined;
  }
};

const loadHandler = async (): Promise<Handler> => {
  const dot = settings.handler.lastIndexOf('.');
  const base = join(settings.codeDir, settings.handler.slice(0, dot));
  const name = settings.handler.slice(dot + 1);
  const commonJs = read(`${base}.js`) ?? read(`${base}.cjs`);
  const exported: Record<string, unknown> = commonJs
    ? loadCommonJs(commonJs)
    : ((await import(pathToFileURL(`${base}.mjs`).href)) as Record<string, unknown>);
  const handler = exported[name];
  if (typeof handler === 'function') return handler as Handler;
  throw Object.assign(new Error(`${settings.handler} is undefined or not exported`), {
    name: 'Runtime.HandlerNotFound',
  });
};

const failure = (error: unknown): InvocationResponse => {
  const known = error instanceof Error ? error : new Error(String(error));
  const trace = known.stack?.split('\n') ?? [];
  return { ok: false, error: { errorType: known.name, errorMessage: known.message, trace } };
};

const invoke = async (
  handler: Handler,
  { payload, context, deadline }: InvocationRequest,
): Promise<InvocationResponse> => {
  try {
    const result = await handler(JSON.parse(payload), {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    });
    return { ok: true, payload: JSON.stringify(result ?? null) };
  } catch (error) {
    return failure(error);
  }
};

let collectGarbage: (() => void) | undefined;

/** Used bytes go up and down with each collection: only those right after one can be compared. */
const measureMemory = (): RuntimeMessage => {
  if (!collectGarbage) {
    setFlagsFromString('--expose-gc');
    collectGarbage = runInNewContext('gc') as () => void;
  }
  collectGarbage();
  return { usedHeapBytes: getHeapStatistics().used_heap_size };
};

moveClock();
const loading = loadHandler();
const ready: RuntimeMessage = { ready: true };
// An error is answered to each invocation; without this it would end the worker first.
loading.catch(() => {}).finally(() => parentPort?.postMessage(ready));
parentPort?.on('message', async (request: RuntimeRequest) => {
  if ('measureMemory' in request) {
    parentPort?.postMessage(measureMemory());
    return;
  }
  let response: RuntimeMessage;
  try {
    response = await invoke(await loading, request);
  } catch (error) {
    response = failure(error);
  }
  parentPort?.postMessage(response);
});
