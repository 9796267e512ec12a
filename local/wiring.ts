/** Puts the running parts together: what calls what, between the engines at the bottom and the HTTP server at the top. */
import type { AwsHandler, Caller } from './aws/call.ts';
import type { CallCounts } from './aws/call-counts.ts';
import { dynamodbHandler } from './aws/dynamodb.ts';
import { eventsHandler } from './aws/events.ts';
import type { AwsGateway } from './aws/gateway.ts';
import { secretsHandler } from './aws/secretsmanager.ts';
import { snsHandler } from './aws/sns.ts';
import { sqsHandler } from './aws/sqs.ts';
import type { Clock } from './clock.ts';
import { createControl } from './control/control.ts';
import { createSettle, type Settle } from './control/settle.ts';
import type { Engines } from './engines/engines.ts';
import { Queues } from './engines/queues.ts';
import { openSecrets } from './engines/secrets.ts';
import { EventBus } from './events/bus.ts';
import { Deliveries } from './events/deliveries.ts';
import { deliveryAttempt, giveUpDelivery } from './events/delivery.ts';
import { Notifications } from './events/notifications.ts';
import { Schedules } from './events/schedules.ts';
import { createWebhooks } from './events/webhooks.ts';
import { accessKeyId } from './functions/environment.ts';
import { createInvoker, type Invoker } from './functions/invoker.ts';
import type { WorkerLimits } from './functions/pool.ts';
import { createHttpApi } from './http/api.ts';
import type { Issuer } from './http/issuer.ts';
import type { HttpServer } from './http/server.ts';
import { createSignIn, SIGN_IN_PATH } from './http/sign-in.ts';
import { type AccessReport, createIam } from './iam/iam.ts';
import { ACCOUNT, REGION, URL_SUFFIX } from './identity.ts';
import type { Journal } from './journal.ts';
import type { ApiModel, Model } from './resources/model.ts';
import type { Settings } from './settings.ts';
import { createSources } from './sources/sources.ts';
import { StreamSource } from './sources/stream.ts';
import { Waker } from './waker.ts';

/** What is there before any function can run. */
export type Foundations = {
  model: Model;
  api: ApiModel;
  settings: Settings;
  server: HttpServer;
  journal: Journal;
  clock: Clock;
  counts: CallCounts;
  engines: Engines;
  gateway: AwsGateway;
  issuer: Issuer | undefined;
  /** From a stream's ARN in the template to the engine's own. */
  streams: ReadonlyMap<string, string>;
  firstRetryMs: number;
  workers: WorkerLimits;
  ticks: boolean;
  log(line: string): void;
};

export type Running = {
  invoker: Invoker;
  settle: Settle;
  accessReport(): AccessReport;
  loseStreamRecords(functionArn: string, isLosing: boolean): void;
  stop(): Promise<void>;
};

/** Calls that come from no function, but from tests: they pass the gateway with these credentials. */
export const RUNNER_CREDENTIALS = { accessKeyId: 'LOCALRUNNER', secretAccessKey: 'local' };
const RUNNER: Caller = { name: 'local-runner', arn: `arn:aws:iam::${ACCOUNT}:user/local-runner` };

const callersOf = (model: Model): Map<string, Caller> => {
  const callers = new Map([[RUNNER_CREDENTIALS.accessKeyId, RUNNER]]);
  for (const fn of model.functions.values()) {
    callers.set(accessKeyId(fn), { name: fn.name, arn: fn.arn, roleArn: fn.roleArn });
  }
  return callers;
};

/** The stack's two names; the first is the one that it calls itself by. */
const originsOf = (url: string): string[] => [url, url.replace('127.0.0.1', 'localhost')];

/** Starts everything that works by itself, and opens the doors. */
export const wire = async (base: Foundations): Promise<Running> => {
  const { model, api, settings, server, journal, clock, counts, engines, gateway, issuer, firstRetryMs, log } = base;
  const iam = createIam(model, log);
  // Before any other: a call that AWS denies reaches nothing, not even an injected fault.
  gateway.interceptors.unshift(iam.interceptor);
  const waker = new Waker();
  const queues = new Queues(engines.sqs, waker);
  const deliveries = new Deliveries(journal, waker, firstRetryMs);
  const bus = new EventBus(journal, deliveries, model, clock);
  const notifications = new Notifications(journal, deliveries, model.subscriptions, clock);
  const invoker = createInvoker(model, clock, {
    awsEndpoint: gateway.endpoint,
    overrides: settings.functionEnvironment,
    replacements: new Map([
      [`https://${api.id}.execute-api.${REGION}.${URL_SUFFIX}`, server.url],
      // Where a browser finds the issuer: a function that names it to one must name this machine's.
      ...(issuer ? [[issuer.name, `${server.url}${SIGN_IN_PATH}`] as const] : []),
    ]),
    dataDir: settings.dataDir,
    workers: base.workers,
    logToStderr: settings.logToStderr,
  });
  const webhooks = createWebhooks(model.apiDestinations, settings.functionEnvironment['WEBHOOK_URL']);
  const parts = { invoker, webhooks, waker, queues, deliveries, notifications, bus, model, firstRetryMs, log };
  const sources = createSources(model, base.streams, engines.dynamodb, journal, parts);
  const schedules = new Schedules(model, bus, deliveries, invoker);
  const settle = createSettle(invoker, deliveries, sources);

  const handlers: Readonly<Record<string, AwsHandler>> = {
    dynamodb: dynamodbHandler(engines.dynamodb, waker),
    sqs: sqsHandler(engines.sqs, waker),
    sns: snsHandler(model.topics, notifications),
    events: eventsHandler(bus),
    secretsmanager: secretsHandler(model.secrets, openSecrets(settings.dataDir)),
  };
  gateway.open(callersOf(model), handlers);
  deliveries.start(deliveryAttempt(parts), giveUpDelivery(parts));
  await Promise.all(sources.map((source) => source.start()));
  if (base.ticks) schedules.start();
  const control = createControl({ clock, counts, invoker, bus, notifications, schedules, settle, issuer });
  const signIn = issuer && createSignIn(issuer, originsOf(server.url));
  server.open(createHttpApi(api, server.url, invoker, issuer?.keys), control, signIn);
  return {
    invoker,
    settle,
    accessReport: iam.report,
    loseStreamRecords: (functionArn, isLosing) => {
      for (const source of sources) {
        if (source instanceof StreamSource && source.functionArn === functionArn) source.isLosing = isLosing;
      }
    },
    stop: async () => {
      schedules.stop();
      // Together: sources and deliveries begin nothing more, and what they wait for ends with the functions.
      await Promise.all([...sources.map((source) => source.stop()), deliveries.stop(), invoker.stop()]);
    },
  };
};
