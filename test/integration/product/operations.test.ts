/** What those who run the system rely on, on a stack of its own: one request's id through every hop, and the metrics. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveAssistanceRequest, declineAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { createEnrollmentToken } from '../../../lib/api/devices.ts';
import { cancelRestartTask, getRestartTask, listJobTasks, orderRestart } from '../../../lib/api/restarts.ts';
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

/** Runs the real agent's command line to its end. */
const agent = (stateDir: string, ...args: string[]): Promise<{ stdout: string; log: Line[] }> =>
  new Promise((resolve, reject) => {
    const main = join(import.meta.dirname, '../../../agent/main.ts');
    const child = spawn(process.execPath, [main, ...args, '--state-dir', stateDir], { stdio: 'pipe' });
    let [stdout, written] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ stdout, log: jsonLines(written) });
      else reject(new Error(`agent ${args[0]} ended with ${code}: ${written}`));
    });
  });

describe('the id of one request', () => {
  it('is found at every hop of a restart: API, stream, bus, inbox, agent, and the end', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'traced-agent-'));
    const admin = await product.admin();
    const { body: enrollment } = await admin(createEnrollmentToken, { body: {} });
    const options = ['--api', stack.url, '--enrollment-token', enrollment.token];
    const deviceId = (await agent(stateDir, 'enroll', ...options)).stdout.trim();
    await product.settle();

    const { body: job, headers } = await admin(orderRestart, { body: { deviceIds: [deviceId], graceSeconds: 0 } });
    const id = headers.get('x-request-id') ?? expect.fail('no request id');
    expect(job.correlationId).toBe(id);
    await product.settle();
    const [task] = (await admin(listJobTasks, { params: { id: job.id }, query: {} })).body.items;
    const taskId = task?.id ?? '';

    const { log: heard } = await agent(stateDir, 'run', '--dry-run', '--once');
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
    const { endpoint, region, credentials } = stack.aws;
    const sqs = new SQSClient({ endpoint, region, credentials, useQueueUrlAsEndpoint: false });
    const { Messages = [] } = await sqs.send(
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
