/** One order for a whole fleet, on a local stack of its own: what it took, and what came of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Client, createClient } from '../../lib/api/client.ts';
import { getRestartJob, listJobTasks, orderRestart, previewRestart, type RestartJob } from '../../lib/api/restarts.ts';
import { type AwsCall, jsonReply } from '../../local/aws/call.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { adminToken, advanceClock, callsBy, clearCalls, sweep } from '../support/control.ts';
import { seedFleet } from './fleet.ts';

/** An engine whose streams are long is slow. */
const MOST_MS = 30 * 60_000;

/** Half of the usual time to deliver in. */
const LONGEST_SPREAD_MINUTES = 120;

type Message = { deviceId: string; taskId: string; version: number };

/** Takes the bus's place: what follows from the events, such as timelines, would take most of the time. */
const takeEvents = (stack: LocalStack): void => {
  stack.interceptors.push(({ action, body }: AwsCall) => {
    if (action !== 'PutEvents') return undefined;
    const { Entries } = JSON.parse(body) as { Entries: object[] };
    return jsonReply(200, { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `${i}` })) });
  });
};

/** What the functions sent to inboxes and gave to devices, as the gateway saw it pass. */
const watch = (stack: LocalStack, killEvery: number) => {
  const seen = { messages: [] as Message[], given: 0, kills: 0 };
  const worker = [...stack.model.functions.values()].find(({ name }) => name === 'events-jobs');
  stack.interceptors.push(({ caller, action, body }: AwsCall) => {
    if (caller.name === 'events-relay' && action === 'SendMessage') {
      seen.messages.push(JSON.parse(JSON.parse(body).MessageBody) as Message);
    }
    if (caller.name === 'events-jobs' && action === 'TransactWriteItems' && body.includes('openRestart')) {
      seen.given += 1;
      if (seen.given % killEvery === 0) {
        seen.kills += 1;
        void stack.crash(worker?.arn ?? '');
      }
    }
    return undefined;
  });
  return seen;
};

const count = async (url: string, functions: readonly string[], service: string): Promise<number> => {
  const calls = (await Promise.all(functions.map((name) => callsBy(url, name)))).flat();
  return calls.reduce((sum, call) => sum + (call.service === service ? call.count : 0), 0);
};

/** Moves on to the end of the time that the order is spread over, and sweeps until everyone has started. */
const release = async (stack: LocalStack, scheduled: () => Promise<number>): Promise<void> => {
  await advanceClock(stack.url, LONGEST_SPREAD_MINUTES);
  for (let before = Number.POSITIVE_INFINITY, left = await scheduled(); left > 0; left = await scheduled()) {
    if (left >= before) throw new Error(`${left} tasks stay scheduled`);
    before = left;
    await sweep(stack.url);
    await stack.settle(MOST_MS);
  }
};

/** How many devices the job's tasks are for. */
const countDevices = async (operator: Client, id: string): Promise<number> => {
  const devices = new Set<string>();
  let cursor: string | undefined;
  do {
    const query = { limit: '100', ...(cursor !== undefined && { cursor }) };
    const { body } = await operator(listJobTasks, { params: { id }, query });
    for (const task of body.items) devices.add(task.deviceId);
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  return devices.size;
};

export type Run = {
  job: RestartJob;
  seconds: number;
  tasks: number;
  messages: readonly Message[];
  kills: number;
  /** A device, of the worker and the relay together. */
  dynamodb: number;
  /** Until the sweep had let those start whom the order spread over its first minutes. */
  releaseSeconds: number;
  sqs: number;
  previewMs: number;
};

/** @param killEvery the worker is killed in the middle of what it does each time that it has given so many devices their task */
export const orderForAll = async (
  folder: string,
  assemblyDir: string,
  devices: number,
  killEvery = Number.POSITIVE_INFINITY,
): Promise<Run> => {
  const dataDir = mkdtempSync(join(folder, 'expansion-'));
  const stack = await startLocalStack({ assemblyDir, dataDir, port: 0, schedules: false, firstRetryMs: 20 });
  try {
    takeEvents(stack);
    const { endpoint, region, credentials } = stack.aws;
    const db = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
    const worker = [...stack.model.functions.values()].find(({ name }) => name === 'events-jobs');
    await seedFleet(db, worker?.environment['DEVICES_TABLE'] ?? '', devices);
    await stack.settle(MOST_MS);
    const seen = watch(stack, killEvery);
    const operator = createClient({ baseUrl: stack.url, token: await adminToken(stack.url) });
    const beforePreview = performance.now();
    await operator(previewRestart, { body: { groupId: 'all' } });
    const previewMs = performance.now() - beforePreview;
    await clearCalls(stack.url);
    const start = performance.now();
    const { id } = (await operator(orderRestart, { body: { groupId: 'all' } })).body;
    await stack.settle(MOST_MS);
    const seconds = (performance.now() - start) / 1000;
    const dynamodb = (await count(stack.url, ['events-jobs', 'events-relay'], 'dynamodb')) / devices;
    const read = async () => (await operator(getRestartJob, { params: { id } })).body;
    const startRelease = performance.now();
    await release(stack, async () => (await read()).counts.scheduled ?? 0);
    const releaseSeconds = (performance.now() - startRelease) / 1000;
    const job = await read();
    const sqs = (await count(stack.url, ['events-jobs', 'events-relay', 'schedules-sweep'], 'sqs')) / devices;
    return {
      seconds,
      previewMs,
      dynamodb,
      sqs,
      releaseSeconds,
      job,
      tasks: await countDevices(operator, id),
      messages: seen.messages,
      kills: seen.kills,
    };
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};
