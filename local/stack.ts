/** Starts the whole local stack from a synthesized assembly, and stops it again. */
import { readAssembly } from './assembly/assembly.ts';
import type { Interceptor } from './aws/call.ts';
import { CallCounts } from './aws/call-counts.ts';
import { startAwsGateway } from './aws/gateway.ts';
import { openClock } from './clock.ts';
import type { Settle } from './control/settle.ts';
import { startEngines } from './engines/engines.ts';
import { provisionQueues } from './engines/queues.ts';
import { provisionTables } from './engines/tables.ts';
import { StartError } from './errors.ts';
import type { Invoker } from './functions/invoker.ts';
import type { WorkerLimits } from './functions/pool.ts';
import { startIssuerOf } from './http/issuer.ts';
import { startServer } from './http/server.ts';
import { REGION } from './identity.ts';
import { openJournal } from './journal.ts';
import { createLifecycle, startTogether } from './lifecycle.ts';
import { buildModel } from './resources/build-model.ts';
import type { ApiModel, Model } from './resources/model.ts';
import { readSettings } from './settings.ts';
import { RUNNER_CREDENTIALS, type Running, wire } from './wiring.ts';

export type LocalStackOptions = {
  /** What `synthesize` wrote. */
  assemblyDir: string;
  /** Where the stack keeps its data; made where it is missing. One stack at a time may use it. */
  dataDir: string;
  /** 0 picks a free port. */
  port: number;
  /** Settings as `npm start` reads them from its environment; `PORT` and `DATA_DIR` in it are not looked at. */
  env?: NodeJS.ProcessEnv;
  /** Gets a line for each thing worth knowing while the stack runs. Default: none. */
  log?: (line: string) => void;
  /** Whether schedules tick by themselves. Default: yes. Without, only `/__local/sweep` runs them. */
  schedules?: boolean;
  /** The wait before the first retry of a failed batch or delivery, doubled for each further one. Default: 250. */
  firstRetryMs?: number;
  /** Default: 12 workers, kept for 15 s, so that the whole stack stays below 600 MB. */
  workers?: WorkerLimits;
};

export type LocalStack = {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** What the template describes. */
  model: Model;
  /** The functions' door to AWS, and credentials that pass it: for tests that look into tables and queues. */
  aws: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** Looked at before each call to AWS: an answer takes the service's place. */
  interceptors: Interceptor[];
  /** Looked at before each invocation of a function. */
  invocationInterceptors: Invoker['interceptors'];
  invoke: Invoker['invoke'];
  /** Ends the function's workers in the middle of what they do. */
  crash: Invoker['crash'];
  /** Ends them as if their time was over. */
  timeOut: Invoker['timeOut'];
  settle: Settle;
  /** What the roles allow, what of it was used, and what was denied. */
  accessReport: Running['accessReport'];
  /**
   * While set, what the streams have for the function never reaches it, as if it had been down for longer than they keep
   * their records.
   */
  loseStreamRecords: Running['loseStreamRecords'];
  /** Crashes the DynamoDB engine, and resolves when it serves again, with its data. */
  restartEngine(): Promise<void>;
  /** Resolves with a reason if the stack cannot go on, an engine having ended for good. */
  failed: Promise<string>;
  stop(): Promise<void>;
};

const onlyApi = ({ apis }: Model): ApiModel => {
  const [api] = apis.values();
  if (api && apis.size === 1) return api;
  throw new StartError(`The stack has ${apis.size} HTTP APIs: the local stack runs exactly one.`);
};

/** Starts the stack. Throws `StartError`, with nothing left running, where it cannot. */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { assemblyDir, dataDir, log = () => {} } = options;
  const settings = { ...readSettings({ ...options.env, PORT: '0' }), dataDir };
  const { started, stop } = createLifecycle();
  try {
    const assembly = readAssembly(assemblyDir);
    // First of all: the functions' variables may hold the API's address, and a port in use is best known at once.
    const server = started(await startServer(options.port, log), (it) => it.stop());
    const model = buildModel(assembly, server.url);
    const api = onlyApi(model);
    const journal = started(openJournal(dataDir), (it) => it.close());
    const counts = new CallCounts();
    const [engines, gateway, issuer] = await startTogether([
      startEngines(settings, log).then((it) => started(it, () => it.stop())),
      startAwsGateway(counts, log).then((it) => started(it, () => it.stop())),
      startIssuerOf(api, dataDir).then((it) => started(it, () => it?.stop())),
    ]);
    const [streams] = await startTogether([
      provisionTables(engines.dynamodb, model.tables, dataDir),
      provisionQueues(engines.sqs, model.queues),
    ]);
    const foundations = { model, api, settings, server, journal, counts, engines, gateway, issuer, streams, log };
    const running = started(
      await wire({
        ...foundations,
        clock: openClock(journal),
        firstRetryMs: options.firstRetryMs ?? 250,
        workers: options.workers ?? { most: 12, mostOfOne: 4, keepIdleMs: 15_000 },
        ticks: options.schedules ?? true,
      }),
      (it) => it.stop(),
    );
    // Before all else, so that no request meets functions that are gone.
    started(server, (it) => it.stop());
    return {
      url: server.url,
      model,
      aws: { endpoint: gateway.endpoint, region: REGION, credentials: RUNNER_CREDENTIALS },
      interceptors: gateway.interceptors,
      invocationInterceptors: running.invoker.interceptors,
      invoke: running.invoker.invoke,
      crash: running.invoker.crash,
      timeOut: running.invoker.timeOut,
      settle: running.settle,
      accessReport: running.accessReport,
      loseStreamRecords: running.loseStreamRecords,
      failed: engines.failed,
      restartEngine: engines.restartDynamodb,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
