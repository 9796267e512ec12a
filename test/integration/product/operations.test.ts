/**
 * What those who run the system rely on, on a stack of its own: one request's id through every hop, the metrics, and that
 * what was given up can be given again, as the runbook says.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceFile } from '../../../agent/state/device-file.ts';
import { listAlerts } from '../../../lib/api/alerts.ts';
import { approveAssistanceRequest, declineAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { getTimeline } from '../../../lib/api/devices.ts';
import {
  cancelRestartTask,
  getRestartJob,
  getRestartTask,
  listJobTasks,
  orderRestart,
} from '../../../lib/api/restarts.ts';
import { type AwsCall, jsonError } from '../../../local/aws/call.ts';
import { metricsIn } from '../../support/emf.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, polledTasks, productAt, type TestDevice, takeTask } from './product.ts';

type Line = Record<string, unknown>;

let stack: OwnStack;
let product: Product;

beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
});
afterAll(() => stack.remove());

/** What a program printed, as the JSON lines in it. */
const jsonLines = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));

/** What a function has logged; nothing where it never did. */
const linesOf = (name: string): Line[] => {
  const file = join(stack.dataDir, 'logs', `${name}.log`);
  return existsSync(file) ? jsonLines(readFileSync(file, 'utf8')) : [];
};

const linesAbout = (name: string, id: string | null): Line[] =>
  linesOf(name).filter(({ requestId, correlationId }) => requestId === id || correlationId === id);

const eventsAbout = async (id: string) => (await product.events()).filter(({ detail }) => detail['id'] === id);

const enrolled = async (): Promise<TestDevice> => {
  const device = await product.enroll();
  await product.settle();
  return device;
};

const order = async (device: TestDevice) => {
  const answer = await (await product.admin('operator'))(orderRestart, { body: { deviceIds: [device.id] } });
  return { job: answer.body, requestId: answer.headers.get('x-request-id') ?? expect.fail('no request id') };
};

const sqs = (): SQSClient => {
  const { endpoint, region, credentials } = stack.aws;
  return new SQSClient({ endpoint, region, credentials, useQueueUrlAsEndpoint: false });
};

type Place = { streamArn: string; shardId: string; startSequenceNumber: string; batchSize: number };

/** As `aws dynamodbstreams` reads them. The engine knows the stream by an ARN of its own. */
const recordsAt = async (place: Place): Promise<{ Records: unknown[] }> => {
  const { endpoint, region, credentials } = stack.aws;
  const call = async (target: string, body: object) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20250101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=x`;
    const headers = { authorization, 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
    const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const TableName = /:table\/([^/]+)\//.exec(place.streamArn)?.[1];
  const { Table } = await call('DynamoDB_20120810.DescribeTable', { TableName });
  const { ShardIterator } = await call('DynamoDBStreams_20120810.GetShardIterator', {
    StreamArn: (Table as { LatestStreamArn: string }).LatestStreamArn,
    ShardId: place.shardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: place.startSequenceNumber,
  });
  const read = await call('DynamoDBStreams_20120810.GetRecords', { ShardIterator, Limit: place.batchSize });
  return read as { Records: unknown[] };
};

/** Runs the real agent's command line to its end; returns what it logged. */
const agent = (stateDir: string, ...args: string[]): Promise<Line[]> =>
  new Promise((resolve, reject) => {
    const main = join(import.meta.dirname, '../../../agent/main.ts');
    const child = spawn(process.execPath, [main, ...args, '--state-dir', stateDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let written = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(jsonLines(written));
      else reject(new Error(`agent ${args[0]} ended with ${code}: ${written}`));
    });
  });

describe('the id of one request', () => {
  it('is found at every hop of a restart: API, stream, bus, inbox, agent, and the end', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'traced-agent-'));
    const admin = await product.admin();
    const { id: deviceId, token: deviceToken } = await product.enroll();
    const enrolled = { apiUrl: stack.url, deviceId, deviceToken, name: 'pc', enrolledAt: Date.now() };
    const nothing = {
      next: undefined,
      rotating: undefined,
      rotatedAt: undefined,
      machine: undefined,
      hasOwnName: undefined,
    };
    const file = { enrolled: { ...enrolled, ...nothing }, pending: undefined, maxRestartsPerDay: undefined };
    await deviceFile(stateDir).write(file);
    await product.settle();

    const { body: job, headers } = await admin(orderRestart, { body: { deviceIds: [deviceId], graceSeconds: 0 } });
    const id = headers.get('x-request-id') ?? expect.fail('no request id');
    expect(job.correlationId).toBe(id);
    await product.settle();
    const [task] = (await admin(listJobTasks, { params: { id: job.id }, query: {} })).body.items;
    const taskId = task?.id ?? '';

    const heard = await agent(stateDir, 'run', '--dry-run', '--once');
    rmSync(stateDir, { recursive: true, force: true });
    await product.settle();
    expect((await admin(getRestartTask, { params: { id: taskId } })).body).toMatchObject({
      state: 'succeeded',
      correlationId: id,
    });

    const mine = { taskId, correlationId: id };
    for (const message of ['task received', 'task acknowledged', 'restart asked for', 'task over']) {
      expect(heard).toContainEqual(expect.objectContaining({ message, ...mine }));
    }
    expect(linesAbout('agent-poll', id)).toMatchObject([{ message: 'task handed out', ...mine }]);

    const events = await eventsAbout(taskId);
    const types = ['RestartTaskQueued', 'RestartTaskAcknowledged', 'RestartTaskEnded'];
    expect(events.map((event) => event['detail-type'])).toEqual(types);
    for (const { detail } of events) expect(detail['correlationId']).toBe(id);
    const [queued, ...byTheAgent] = events.map(({ detail }) => detail['requestId']);
    expect(queued).toBe(id);
    // The acknowledgement and the result are requests of their own, and known by theirs too.
    expect(new Set([id, ...byTheAgent]).size).toBe(3);

    const names = types.map((type, version) => `${type}:${taskId}#${version + 1}`);
    const relayed = linesAbout('events-relay', id).flatMap((line) => line['events'] as string[]);
    expect(relayed).toEqual(expect.arrayContaining([...names, expect.stringMatching(/^RestartJobEnded:/)]));
    const inTimeline = linesAbout('events-timeline', id).map(({ event }) => event);
    expect(inTimeline).toEqual(expect.arrayContaining(names));
    expect(linesAbout('events-alerts', id).map(({ event }) => event)).toEqual([names[2]]);
  });

  it('is in the inbox’s message, with nothing that a person wrote', async () => {
    const device = await enrolled();
    const { requestId } = await order(device);
    await product.settle();
    const { environment } = [...stack.model.functions.values()].find(({ name }) => name === 'agent-poll') ?? {};
    const { Messages = [] } = await sqs().send(
      new ReceiveMessageCommand({ QueueUrl: `${environment?.['INBOX_URL_PREFIX']}${device.id}` }),
    );
    expect(Messages.map(({ Body }) => JSON.parse(Body ?? ''))).toEqual([
      { deviceId: device.id, taskId: expect.any(String), version: 1, requestId, correlationId: requestId },
    ]);
  });

  it('is the canceller’s own where a task is canceled, beside the order’s', async () => {
    const device = await enrolled();
    const { job, requestId: ordered } = await order(device);
    await product.settle();
    const operator = await product.admin('operator');
    const [task] = (await operator(listJobTasks, { params: { id: job.id }, query: {} })).body.items;
    const { headers } = await operator(cancelRestartTask, { params: { id: task?.id ?? '' } });
    await product.settle();
    const ended = (await eventsAbout(task?.id ?? '')).at(-1);
    expect(ended?.detail).toMatchObject({ requestId: headers.get('x-request-id'), correlationId: ordered });
    expect(linesAbout('events-relay', headers.get('x-request-id'))).toHaveLength(1);
  });

  it('stays where time makes the change, and no request is named for that', async () => {
    const device = await enrolled();
    const { body, headers } = await device.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    const id = headers.get('x-request-id');
    await product.advance(4 * 60);
    await product.sweep();
    await product.settle();
    const events = await eventsAbout(body.id);
    expect(events.map(({ detail }) => detail['correlationId'])).toEqual(events.map(() => id));
    const expired = events.find((event) => event['detail-type'] === 'AssistanceRequestExpired');
    expect(expired?.detail).not.toHaveProperty('requestId');
    expect(linesAbout('events-alerts', id).map(({ event }) => String(event).split(':')[0])).toEqual(
      expect.arrayContaining(['AssistanceRequested', 'AssistanceRequestExpired']),
    );
  });

  it('is the gateway’s, and never what a caller wrote into a header', async () => {
    const device = await enrolled();
    const forged = `forged-${randomUUID()}`;
    const headers = Object.fromEntries(
      ['x-request-id', 'x-correlation-id', 'x-amzn-requestid', 'apigw-requestid', 'x-amzn-trace-id'].map((name) => [
        name,
        forged,
      ]),
    );
    const sent = { token: device.token, headers };
    const asked = await product.raw('POST', '/v1/agent/assistance-requests', {
      ...sent,
      body: JSON.stringify({ message: 'help', requester: { name: 'Ada' } }),
    });
    const id = (asked.body as unknown as { id: string }).id;
    await (await product.admin('helpdesk'))(approveAssistanceRequest, { params: { id }, body: {} });
    await product.raw('POST', `/v1/agent/assistance-requests/${id}/consent`, {
      ...sent,
      body: '{"decision":"accepted"}',
    });
    await product.settle();
    const events = await eventsAbout(id);
    expect(events.map(({ detail }) => detail['correlationId'])).toEqual(
      [1, 2, 3].map(() => asked.headers.get('x-request-id')),
    );
    expect(JSON.stringify(events)).not.toContain(forged);
    for (const name of ['agent-assistance', 'events-relay', 'events-alerts', 'events-timeline']) {
      expect(JSON.stringify(linesOf(name))).not.toContain(forged);
    }
    expect(await polledTasks(device)).toEqual([]);
  });
});

describe('what was given up and is redriven', () => {
  const functionArn = (name: string): string =>
    [...stack.model.functions.values()].find((fn) => fn.name === name)?.arn ?? expect.fail(`no function ${name}`);

  /** Refuses these calls until it is stopped, in a way that the SDK does not try again by itself. */
  const refusing = (isHit: (call: AwsCall) => boolean) => {
    const interceptor = (call: AwsCall) => (isHit(call) ? jsonError('ValidationException', 'injected') : undefined);
    stack.interceptors.push(interceptor);
    return () => void stack.interceptors.splice(stack.interceptors.indexOf(interceptor), 1);
  };

  /** The bodies of all messages in the failure queue of this name, which are gone from it then. */
  const takeAll = async (name: string): Promise<string[]> => {
    const QueueUrl = stack.model.queues.find((queue) => queue.name.includes(name))?.url;
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      for (const { Body = '', ReceiptHandle } of Messages) {
        bodies.push(Body);
        await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };

  /** As often as somebody might in doubt. */
  const invokeTwice = async (arn: string, payload: string): Promise<unknown[]> => {
    const answers = [await stack.invoke(arn, payload), await stack.invoke(arn, payload)];
    return answers.map((answer) => (answer.ok ? JSON.parse(answer.payload || 'null') : expect.fail('it failed again')));
  };

  it('an event raises its alert and gets its timeline’s entry, once', async () => {
    const device = await enrolled();
    const told = (await product.notifications()).length;
    const stop = refusing(({ caller }) => ['events-alerts', 'events-timeline'].includes(caller.name));
    const { body: request } = await device.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    await product.settle();
    stop();
    const admin = await product.admin();
    const alerts = async () =>
      (await admin(listAlerts, { query: { limit: '100' } })).body.items.filter(
        ({ subject }) => subject.id === request.id,
      );
    const kinds = async () =>
      (await admin(getTimeline, { params: { id: device.id }, query: {} })).body.items.map(({ kind }) => kind);
    expect([await alerts(), await kinds()]).toEqual([[], ['DeviceEnrolled']]);

    for (const event of await takeAll('AlertFailures')) await invokeTwice(functionArn('events-alerts'), event);
    for (const event of await takeAll('TimelineFailures')) await invokeTwice(functionArn('events-timeline'), event);
    await product.settle();
    expect(await alerts()).toHaveLength(1);
    expect(await product.notifications()).toHaveLength(told + 1);
    expect((await kinds()).filter((kind) => kind === 'AssistanceRequested')).toHaveLength(1);
  });

  it('a stream’s records send their task and tell of it, and it restarts once', async () => {
    const device = await enrolled();
    const relay = functionArn('events-relay');
    const mappings = stack.model.mappings.filter((mapping) => mapping.functionArn === relay);
    const before = mappings.map(({ maxRetries }) => maxRetries);
    // As if its six hours were over at once.
    for (const mapping of mappings) mapping.maxRetries = 0;
    const stop = refusing(({ caller, action }) => caller.name === 'events-relay' && action !== 'GetItem');
    const { job } = await order(device);
    await product.settle();
    stop();
    for (const [i, mapping] of mappings.entries()) mapping.maxRetries = before[i] ?? -1;
    expect(await polledTasks(device)).toEqual([]);

    const failures = (await takeAll('StreamFailures')).map((body) => JSON.parse(body));
    expect(failures.length).toBeGreaterThan(0);
    for (const { requestContext, DDBStreamBatchInfo: place } of failures) {
      expect(requestContext.functionArn).toBe(relay);
      const records = await recordsAt(place);
      expect(records.Records).toHaveLength(place.batchSize);
      expect(await invokeTwice(relay, JSON.stringify(records))).toEqual([
        { batchItemFailures: [] },
        { batchItemFailures: [] },
      ]);
    }
    await product.settle();
    const task = await takeTask(device);
    expect(task).toMatchObject({ jobId: job.id, state: 'inProgress' });
    expect(await polledTasks(device)).toEqual([]);
    device.boot = randomUUID();
    expect(await polledTasks(device)).toEqual([]);
    await product.settle();
    const admin = await product.admin();
    expect((await admin(getRestartJob, { params: { id: job.id } })).body).toMatchObject({
      state: 'completed',
      counts: { succeeded: 1 },
    });
    const { body: timeline } = await admin(getTimeline, { params: { id: device.id }, query: {} });
    expect(timeline.items.filter(({ kind }) => kind === 'RestartTaskQueued')).toHaveLength(1);
  });
});

describe('the metrics', () => {
  /** All of them, as CloudWatch reads the logs. Fails on a line that breaks the format. */
  const data = () =>
    readdirSync(join(stack.dataDir, 'logs'))
      .flatMap((file) => readFileSync(join(stack.dataDir, 'logs', file), 'utf8').split('\n'))
      .flatMap((line) => metricsIn(line, Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '')));
  const sumOf = (name: string, of?: string): number =>
    data()
      .filter((datum) => datum.name === name && (of === undefined || Object.values(datum.dimensions).includes(of)))
      .reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0);
  const countOf = (name: string): number =>
    data()
      .filter((datum) => datum.name === name)
      .reduce((sum, { values }) => sum + values.length, 0);
  const gauge = (name: string): number | undefined =>
    data()
      .findLast((datum) => datum.name === name)
      ?.values.at(-1);

  it('count each change once, and tell what waits and for how long', async () => {
    const [device, waiting, later] = [await product.enroll(), await product.enroll(), await enrolled()];
    const operator = await product.admin('operator');
    const helpdesk = await product.admin('helpdesk');
    // What the tests before have left is over by then, and what is ordered for later does not hide what waits.
    await operator(orderRestart, {
      body: {
        deviceIds: [later.id],
        notBefore: new Date(Date.parse(await product.advance(8 * 1440)) + 6e8).toISOString(),
      },
    });
    await product.sweep();
    await product.settle();
    await product.sweep();
    expect([gauge('RequestsWaiting'), gauge('OldestQueuedTaskAge')]).toEqual([0, 0]);

    const before = {
      succeeded: sumOf('TasksEnded', 'succeeded'),
      acknowledged: countOf('TimeToAcknowledge'),
      answered: countOf('TimeToAnswer'),
      expired: sumOf('RequestsExpired'),
      told: sumOf('AlertsTold', 'topic'),
    };
    await order(device);
    await order(waiting);
    const ask = async (from: TestDevice) =>
      (await from.call(requestAssistance, { body: { message: 'help', requester: { name: 'Ada' } } })).body;
    const [request] = await Promise.all([ask(device), ask(waiting)]);
    await product.settle();
    await product.advance(3);
    await product.sweep();
    expect(gauge('RequestsWaiting')).toBe(2);
    expect(gauge('OldestQueuedTaskAge')).toBeGreaterThanOrEqual(180);
    expect(gauge('OldestQueuedTaskAge')).toBeLessThan(300);

    await takeTask(device);
    device.boot = randomUUID();
    await device.poll();
    await helpdesk(declineAssistanceRequest, { params: { id: request.id }, body: { reason: 'not today' } });
    await product.settle();
    await product.advance(4 * 60);
    await product.sweep();
    await product.settle();
    expect({
      succeeded: sumOf('TasksEnded', 'succeeded') - before.succeeded,
      acknowledged: countOf('TimeToAcknowledge') - before.acknowledged,
      answered: countOf('TimeToAnswer') - before.answered,
      expired: sumOf('RequestsExpired') - before.expired,
    }).toEqual({ succeeded: 1, acknowledged: 1, answered: 1, expired: 1 });
    expect(sumOf('AlertsTold', 'topic')).toBeGreaterThan(before.told);
    expect(sumOf('AlertsTold', 'topic')).toBe((await product.notifications()).length);
    for (const { dimensions } of data()) expect(dimensions['stage']).toBe('local');
  });
});
