/** What each HTTP function does with requests, and what that costs: calls of DynamoDB and SQS, lines of the log. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { approveAssistanceRequest, getOwnAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { createEnrollmentToken, enroll, getDevice, listDevices } from '../../../lib/api/devices.ts';
import { routeKey } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { acknowledgeTask, getRestartJob, orderRestart, poll } from '../../../lib/api/restarts.ts';
import { getHealth, getOpenApi } from '../../../lib/api/system.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import { createExpansionRepository } from '../../../lib/aws/expansion-repository.ts';
import { newTask } from '../../../lib/restarts/task.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, aJob, BOOT_1, DEVICE_ID, deviceCredential } from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { caller, claimsOf, jsonOf, problemIn, type Sent } from '../support/http.ts';
import { id } from '../support/ids.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';

// A bundle's parts lie beside it; here the part is its source.
vi.mock('../../../lib/lambda/part.ts', async () => {
  const inbox = await import('../../../functions/agent/poll/parts/inbox.ts');
  return { loadPart: () => inbox };
});

const sqs = mockClient(SQSClient);
const AGENT = { authorization: `Bearer ${deviceCredential.token}` };
const SEEN = { bootId: BOOT_1, bootedAt: '2026-01-31T11:50:00Z', agentVersion: '1.0.0' };

let dynamo: FakeDynamoDb;
let logged: string[];

const call = async (sent: Sent) => caller(await loadFunction(sent.operation.function))(sent);
const names = () => dynamo.calls.map(({ name }) => name);
const putDevice = async (device = aDevice()) => {
  await dynamo.db.send(new PutCommand({ TableName: dynamo.tables.devices, Item: deviceItem(device) }));
  dynamo.calls = [];
};
const readDevice = () => createDeviceRepository(dynamo.db, dynamo.tables).find(DEVICE_ID);

const queuedTask = async () => {
  const task = newTask(aJob(), { id: DEVICE_ID, name: 'Reception' }, id('tsk', 'one'), T0);
  await createExpansionRepository(dynamo.db, dynamo.tables, () => T0).addTask(task);
  const Body = JSON.stringify({ deviceId: DEVICE_ID, taskId: task.id, version: task.version });
  sqs.on(ReceiveMessageCommand).resolves({ Messages: [{ Body, ReceiptHandle: 'handle' }] });
  dynamo.calls = [];
  return task;
};

// Once for all tests: the functions take their clock when they are loaded.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(() => {
  vi.setSystemTime(T0);
  dynamo = fakeDynamoDb();
  sqs.reset();
  logged = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
});
afterAll(() => {
  vi.useRealTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('every operation', () => {
  it.each(operations.map((op) => [routeKey(op), op] as const))('%s is served by its function', async (_, operation) => {
    const result = await call({ operation, params: { id: 'a', name: 'a' } });
    expect(result.statusCode).not.toBe(500);
    if (operation.caller !== 'none') expect(problemIn(result).code).toBe('unauthenticated');
    expect(dynamo.calls).toEqual([]);
  });

  const reading = operations.filter((op) => op.method === 'GET' && op.path.includes('{') && op.caller !== 'agent');
  it.each(reading.map((op) => [routeKey(op), op] as const))('%s is 404 for what never was', async (_, operation) => {
    const result = await call({ operation, params: { id: 'nothing', name: 'nothing' }, claims: claimsOf('admin') });
    expect(problemIn(result).code).toBe('not_found');
  });

  const lists = operations.filter((op) => op.query && !op.html);
  it.each(lists.map((op) => [routeKey(op), op] as const))(
    '%s refuses a forged cursor and reads nothing for it',
    async (_, operation) => {
      const forged = { operation, params: { id: 'nothing' }, claims: claimsOf('admin'), query: { cursor: 'Zm9yZ2Vk' } };
      const { code } = problemIn(await call(forged));
      // A list of something's parts looks for that first.
      expect(code).toBe(operation.path.includes('{') ? 'not_found' : 'invalid_cursor');
      if (code === 'invalid_cursor') expect(dynamo.calls).toEqual([]);
    },
  );
});

describe('a poll', () => {
  const pollNow = (headers: Record<string, string> = AGENT) => call({ operation: poll, headers, body: SEEN });

  it('with nothing waiting is one eventually consistent read, no line of the log, and no body', async () => {
    await putDevice();
    const result = await pollNow();
    expect(result).toMatchObject({ statusCode: 204 });
    expect(result).not.toHaveProperty('body');
    expect(Number(result.headers?.['retry-after'])).toBeGreaterThanOrEqual(48);
    expect(dynamo.calls).toMatchObject([{ name: 'Get', input: { TableName: 'devices', ConsistentRead: false } }]);
    expect(sqs.calls()).toHaveLength(0);
    expect(logged).toEqual([]);
  });

  it('ten minutes after the last one is one write more', async () => {
    await putDevice(aDevice({ lastSeenAt: T0 - 10 * MINUTE - 1 }));
    await pollNow();
    expect(names()).toEqual(['Get', 'Update']);
    expect(await readDevice()).toMatchObject({ lastSeenAt: T0, version: 2 });
  });

  it('with a task waiting is one receive more, and one read of what is handed out', async () => {
    await putDevice();
    const task = await queuedTask();
    const result = await pollNow();
    expect(result.statusCode).toBe(200);
    const answered = jsonOf(result) as { tasks: { id: string }[]; pollAfterSeconds: number };
    expect(answered.tasks).toMatchObject([{ id: task.id, state: 'queued', receipt: expect.any(String) }]);
    expect(result.headers?.['retry-after']).toBe(String(answered.pollAfterSeconds));
    expect(names()).toEqual(['Get', 'BatchGet']);
    expect(sqs.calls()).toHaveLength(1);
  });

  it('with a wrong credential is no call or the one read that finds it wrong', async () => {
    await putDevice();
    expect((await pollNow({})).statusCode).toBe(401);
    expect(names()).toEqual([]);
    const other = deviceCredential.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await pollNow({ authorization: `Bearer ${other}` })).statusCode).toBe(401);
    expect(names()).toEqual(['Get']);
  });
});

describe('an acknowledgement', () => {
  it('is a read of the device, one conditional write, and the deletion of the message', async () => {
    await putDevice();
    const task = await queuedTask();
    const polled = jsonOf(await call({ operation: poll, headers: AGENT, body: SEEN })) as {
      tasks: { receipt: string }[];
    };
    dynamo.calls = [];
    sqs.resetHistory();
    const body = { receipt: polled.tasks[0]?.receipt, bootId: BOOT_1 };
    const acknowledge = () => call({ operation: acknowledgeTask, headers: AGENT, params: { id: task.id }, body });
    const result = await acknowledge();
    expect(jsonOf(result)).toMatchObject({ id: task.id, state: 'inProgress' });
    expect(names()).toEqual(['Get', 'TransactWrite']);
    expect(sqs.commandCalls(DeleteMessageCommand)[0]?.args[0].input.ReceiptHandle).toBe('handle');
    dynamo.calls = [];
    expect(jsonOf(await acknowledge())).toEqual(jsonOf(result));
    // Whether its order was canceled meanwhile.
    expect(names()).toEqual(['Get', 'BatchGet']);
  });

  it('of a task that never was, or of another device, is 404', async () => {
    await putDevice();
    const result = await call({
      operation: acknowledgeTask,
      headers: AGENT,
      params: { id: id('tsk', 'never') },
      body: { receipt: '1.aGFuZGxl', bootId: BOOT_1 },
    });
    expect(problemIn(result).code).toBe('not_found');
  });
});

describe('a request for help', () => {
  const ask = (headers = {}) =>
    call({
      operation: requestAssistance,
      headers: { ...AGENT, ...headers },
      body: { message: 'Help', requester: { name: 'Rita' }, rustdeskId: '123456789' },
    });

  it('is one write; a second one is refused without any', async () => {
    await putDevice();
    expect((await ask()).statusCode).toBe(201);
    expect(names()).toEqual(['Get', 'TransactWrite']);
    dynamo.calls = [];
    expect(problemIn(await ask()).code).toBe('already_exists');
    expect(names()).toEqual(['Get']);
  });

  it('with a key gives the first answer again, although one is open', async () => {
    await putDevice();
    const first = await ask({ 'idempotency-key': 'key' });
    const again = await ask({ 'idempotency-key': 'key' });
    expect(again).toMatchObject({ statusCode: 201, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    expect(dynamo.items('assistance').filter(({ type }) => type === 'AssistanceRequest')).toHaveLength(1);
  });

  it('is approved by an admin, who alone gets the link', async () => {
    await putDevice();
    const { id: requestId } = jsonOf(await ask()) as { id: string };
    const approved = await call({
      operation: approveAssistanceRequest,
      params: { id: requestId },
      claims: claimsOf('helpdesk'),
      body: {},
    });
    expect(jsonOf(approved)).toMatchObject({
      state: 'approved',
      approvedBy: 'anna',
      session: { supporterLink: 'rustdesk://123456789' },
    });
    const own = await call({ operation: getOwnAssistanceRequest, headers: AGENT, params: { id: requestId } });
    expect(jsonOf(own)).toMatchObject({ state: 'approved', session: { code: '123456789' } });
    expect(own.body).not.toContain('rustdesk://');
  });

  it('is gone after four hours, by this very clock', async () => {
    await putDevice();
    const { id: requestId } = jsonOf(await ask()) as { id: string };
    const read = () => call({ operation: getOwnAssistanceRequest, headers: AGENT, params: { id: requestId } });
    vi.setSystemTime(T0 + 4 * HOUR - 1);
    expect((await read()).statusCode).toBe(200);
    vi.setSystemTime(T0 + 4 * HOUR);
    expect(problemIn(await read()).code).toBe('expired');
  });
});

describe('enrolling', () => {
  const makeToken = async () => {
    const made = await call({ operation: createEnrollmentToken, claims: claimsOf('admin'), body: {} });
    expect(made.statusCode).toBe(201);
    dynamo.calls = [];
    return (jsonOf(made) as { token: string }).token;
  };
  const enrollWith = (enrollmentToken: string, headers = {}) =>
    call({
      operation: enroll,
      headers,
      body: { enrollmentToken, name: 'Reception', platform: 'windows', agentVersion: '1.0.0' },
    });

  it('gives a credential that works at once, and is one write', async () => {
    const result = await enrollWith(await makeToken());
    expect(result.statusCode).toBe(201);
    expect(names()).toEqual(['Get', 'TransactWrite']);
    const { deviceToken } = jsonOf(result) as { deviceToken: string };
    const polled = await call({ operation: poll, headers: { authorization: `Bearer ${deviceToken}` }, body: SEEN });
    expect(polled.statusCode).toBe(204);
  });

  it('again with the same key gives the same credential, of which nothing readable is kept', async () => {
    const token = await makeToken();
    const first = await enrollWith(token, { 'idempotency-key': 'key' });
    const again = await enrollWith(token, { 'idempotency-key': 'key' });
    expect(again).toMatchObject({ statusCode: 201, body: first.body });
    const { deviceToken } = jsonOf(first) as { deviceToken: string };
    const kept = JSON.stringify((['devices', 'idempotency'] as const).map((table) => dynamo.items(table)));
    expect(kept).not.toContain(deviceToken.slice(-43));
    expect(problemIn(await enrollWith(token)).code).toBe('unauthenticated');
  });

  it('with what cannot be a token is refused without a call', async () => {
    expect(problemIn(await enrollWith('nonsense'))).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(dynamo.calls).toEqual([]);
  });
});

describe('an order', () => {
  it('is answered after one write, and found at once', async () => {
    await putDevice();
    const ordered = await call({
      operation: orderRestart,
      claims: claimsOf('operator'),
      body: { deviceIds: [DEVICE_ID] },
    });
    expect(ordered.statusCode).toBe(202);
    expect(names()).toEqual(['BatchGet', 'TransactWrite']);
    const { id: jobId } = jsonOf(ordered) as { id: string };
    dynamo.calls = [];
    const found = await call({ operation: getRestartJob, claims: claimsOf('viewer'), params: { id: jobId } });
    expect(jsonOf(found)).toMatchObject({
      id: jobId,
      state: 'expanding',
      counts: {},
      deviceCount: 1,
      createdBy: 'anna',
    });
    expect(names()).toEqual(['Query']);
  });

  it('for an unknown device is refused and writes nothing', async () => {
    const ordered = await call({
      operation: orderRestart,
      claims: claimsOf('operator'),
      body: { deviceIds: ['dev_x'] },
    });
    expect(problemIn(ordered)).toMatchObject({ code: 'invalid_request', errors: [{ path: '/deviceIds/0' }] });
    expect(names()).toEqual(['BatchGet']);
  });
});

describe('the devices', () => {
  it('are listed and read without what is secret', async () => {
    await putDevice();
    const listed = await call({ operation: listDevices, claims: claimsOf('viewer') });
    const read = await call({ operation: getDevice, claims: claimsOf('viewer'), params: { id: DEVICE_ID } });
    expect(jsonOf(listed)).toEqual({ items: [jsonOf(read)] });
    expect(read.body).not.toContain(deviceCredential.secretHash);
  });
});

describe('what anybody may read', () => {
  it('is health, with the version, and the contract', async () => {
    expect(jsonOf(await call({ operation: getHealth }))).toEqual({ status: 'ok', version: '1.2.3' });
    expect(jsonOf(await call({ operation: getOpenApi }))).toMatchObject({
      openapi: '3.1.0',
      info: { version: '1.2.3' },
      servers: [{ url: expect.stringMatching(/^https?:\/\/[^/]+$/) }],
    });
    expect(dynamo.calls).toEqual([]);
  });
});
