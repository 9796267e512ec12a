/** Starts the whole local stack from a synthesized assembly, and stops it again. */

import { readAssembly } from './assembly/assembly.ts';
import type { Caller, Interceptor } from './aws/call.ts';
import { CallCounts } from './aws/call-counts.ts';
import { dynamodbHandler } from './aws/dynamodb.ts';
import { eventsHandler } from './aws/events.ts';
import { startAwsGateway } from './aws/gateway.ts';
import { snsHandler } from './aws/sns.ts';
import { sqsHandler } from './aws/sqs.ts';
import { openClock } from './clock.ts';
import { createControl } from './control/control.ts';
import { createSettle, type Settle } from './control/settle.ts';
import { startEngines } from './engines/engines.ts';
import { provisionQueues, Queues } from './engines/queues.ts';
import { provisionTables } from './engines/tables.ts';
import { StartError } from './errors.ts';
import { EventBus } from './events/bus.ts';
import { Deliveries } from './events/deliveries.ts';
import { deliveryAttempt, giveUpDelivery } from './events/delivery.ts';
import { Notifications } from './events/notifications.ts';
import { Schedules } from './events/schedules.ts';
import { accessKeyId } from './functions/environment.ts';
import { createInvoker, type Invoker } from './functions/invoker.ts';
import { createHttpApi } from './http/api.ts';
import { startIssuerOf } from './http/issuer.ts';
import { startServer } from './http/server.ts';
import { ACCOUNT, REGION, URL_SUFFIX } from './identity.ts';
import { openJournal } from './journal.ts';
import { buildModel } from './resources/build-model.ts';
import type { Model } from './resources/model.ts';
import { readSettings } from './settings.ts';
import { createSources } from './sources/sources.ts';
import { startTogether } from './start-together.ts';
import { Waker } from './waker.ts';

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
  invoke: Invoker['invoke'];
  settle: Settle;
  /** Resolves with a reason if the stack cannot go on, an engine having ended. */
  failed: Promise<string>;
  stop(): Promise<void>;
};

/** The caller that is no function: tests, through `aws.credentials`. */
const RUNNER: Caller = { name: 'local-runner', arn: `arn:aws:iam::${ACCOUNT}:user/local-runner`, roleArn: '' };
const RUNNER_KEY = 'LOCALRUNNER';

/** Starts the stack. Throws `StartError`, with nothing left running, where it cannot. */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { assemblyDir, dataDir, log = () => {}, firstRetryMs = 250 } = options;
  const settings = { ...readSettings({ ...options.env, PORT: '0' }), dataDir };
  // In reverse order of starting: what is stopped first still finds what it relies on.
  const cleanUps: (() => unknown)[] = [];
  const started = <T>(value: T, cleanUp: (value: T) => unknown): T => {
    cleanUps.unshift(() => cleanUp(value));
    return value;
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const cleanUp of cleanUps) await cleanUp();
    })();
    return stopping;
  };

  try {
    const assembly = readAssembly(assemblyDir);
    const server = started(await startServer(options.port, log), (it) => it.stop());
    const model = buildModel(assembly, server.url);
    const api = [...model.apis.values()][0];
    if (!api || model.apis.size > 1)
      throw new StartError(`The stack has ${model.apis.size} HTTP APIs: the local stack runs exactly one.`);

    const journal = started(openJournal(dataDir), (it) => it.close());
    const clock = openClock(journal);
    const waker = new Waker();
    const counts = new CallCounts();
    const [engines, gateway, issuer] = await startTogether([
      startEngines(settings).then((it) => started(it, () => it.stop())),
      startAwsGateway(counts, log).then((it) => started(it, () => it.stop())),
      startIssuerOf(api, dataDir).then((it) => started(it, () => it?.stop())),
    ]);
    const [streams] = await Promise.all([
      provisionTables(engines.dynamodb, model.tables, dataDir),
      provisionQueues(engines.sqs, model.queues),
    ]);

    const queues = new Queues(engines.sqs, waker);
    const deliveries = new Deliveries(journal, waker, firstRetryMs);
    const bus = new EventBus(journal, deliveries, model, clock);
    const notifications = new Notifications(journal, deliveries, model.subscriptions, clock);
    const invoker = createInvoker(model, clock, {
      awsEndpoint: gateway.endpoint,
      overrides: settings.functionEnvironment,
      replacements: new Map([[`https://${api.id}.execute-api.${REGION}.${URL_SUFFIX}`, server.url]]),
      dataDir,
      logToStderr: settings.logToStderr,
    });
    const sources = createSources(model, streams, engines.dynamodb, journal, {
      invoker,
      waker,
      queues,
      deliveries,
      firstRetryMs,
      log,
    });
    const schedules = new Schedules(model, bus, deliveries, invoker);

    const callers = new Map<string, Caller>([[RUNNER_KEY, RUNNER]]);
    for (const fn of model.functions.values())
      callers.set(accessKeyId(fn), { name: fn.name, arn: fn.arn, roleArn: fn.roleArn });
    gateway.open(callers, {
      dynamodb: dynamodbHandler(engines.dynamodb, waker),
      sqs: sqsHandler(engines.sqs, waker),
      sns: snsHandler(model.topics, notifications),
      events: eventsHandler(bus),
    });

    // Together: sources and deliveries start nothing more, and what they wait for ends with the functions.
    cleanUps.unshift(
      () => schedules.stop(),
      () => server.stop(),
      () => Promise.all([...sources.map((source) => source.stop()), deliveries.stop(), invoker.stop()]),
    );

    const parts = { invoker, queues, notifications, bus, model, log };
    deliveries.start(deliveryAttempt(parts), giveUpDelivery(parts));
    await Promise.all(sources.map((source) => source.start()));
    if (options.schedules ?? true) schedules.start();
    const settle = createSettle(invoker, deliveries, sources);
    const control = createControl({ clock, counts, bus, notifications, schedules, settle, issuer });
    server.open(createHttpApi(api, invoker, issuer?.keys), control);
    return {
      url: server.url,
      model,
      aws: {
        endpoint: gateway.endpoint,
        region: REGION,
        credentials: { accessKeyId: RUNNER_KEY, secretAccessKey: 'local' },
      },
      interceptors: gateway.interceptors,
      invoke: invoker.invoke,
      settle,
      failed: engines.failed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
