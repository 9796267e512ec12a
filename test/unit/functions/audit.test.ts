/**
 * Every operation that changes something leaves one record of it, in the same write; and what changes nothing leaves none.
 * An operation that is new in the contract fails here until it has its line.
 */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { roleFor } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import type { AssistanceState } from '../../../lib/assistance/model.ts';
import { isOpen as isRequestOpen } from '../../../lib/assistance/request.ts';
import type { AuditRecord } from '../../../lib/audit/model.ts';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createConnectorRecords } from '../../../lib/aws/connector-repository.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { jobCountsKey } from '../../../lib/aws/keys.ts';
import { requestItem } from '../../../lib/aws/request-items.ts';
import { taskItem } from '../../../lib/aws/task-items.ts';
import { initialRegistry } from '../../../lib/connectors/connectors.ts';
import type { TaskState } from '../../../lib/restarts/model.ts';
import { isOpen } from '../../../lib/restarts/model.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import {
  aDevice,
  aJob,
  anAlert,
  BOOT_1,
  BOOT_2,
  DEVICE_ID,
  deviceCredential,
  requestIn,
  taskIn,
} from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { caller, claimsOf, jsonOf, REQUEST_ID, type Sent } from '../support/http.ts';
import { id } from '../support/ids.ts';
import { MINUTE, T0 } from '../support/time.ts';

// A bundle's parts lie beside it; here each part is its source.
vi.mock('../../../lib/lambda/part.ts', async () => {
  const inbox = await import('../../../functions/agent/poll/parts/inbox.ts');
  const teamviewer = await import('../../../functions/admin/connectors/parts/teamviewer.ts');
  return { loadPart: (name: 'inbox' | 'teamviewer') => ({ inbox, teamviewer })[name] };
});

mockClient(SQSClient);

let secret: string | undefined;
const vault = mockClient(SecretsManagerClient);
vault.on(PutSecretValueCommand).callsFake(({ SecretString }) => {
  secret = SecretString;
  return {};
});
vault.on(GetSecretValueCommand).callsFake(() => ({ SecretString: secret }));

let dynamo: FakeDynamoDb;

const put = (TableName: string, Item: Record<string, unknown>) => dynamo.db.send(new PutCommand({ TableName, Item }));

/** A request as whoever may make it: the device, or an admin with just the role that is needed. */
const send = async (operationId: string, sent: Omit<Sent, 'operation'> = {}) => {
  const operation = operations.find((op) => op.id === operationId) ?? expect.fail(`there is no ${operationId}`);
  const credential =
    operation.caller === 'agent'
      ? { headers: { authorization: `Bearer ${deviceCredential.token}`, ...sent.headers } }
      : operation.caller === 'none'
        ? {}
        : { claims: claimsOf(roleFor(operation) ?? 'viewer') };
  return caller(await loadFunction(operation.function))({ ...sent, ...credential, operation });
};

const idOf = async (sending: ReturnType<typeof send>): Promise<string> => (jsonOf(await sending) as { id: string }).id;

const putRequest = async (state: AssistanceState): Promise<string> => {
  const request = requestIn(state);
  const open = { requestId: request.id, ...(state === 'pending' && { expiresAt: request.expiresAt ?? 0 }) };
  await put('assistance', requestItem(request));
  await put('devices', deviceItem(aDevice(isRequestOpen(request) ? { openAssistance: open } : {})));
  return request.id;
};

const putTask = async (state: TaskState): Promise<string> => {
  const task = taskIn(state, { maxPostponements: 1 });
  await put('restarts', taskItem(task));
  await put('devices', deviceItem(aDevice(isOpen(task) ? { openRestart: task } : {})));
  return task.id;
};

const putJob = async (changes: Parameters<typeof aJob>[0] = {}): Promise<string> => {
  const job = aJob(changes);
  await createJobRepository(dynamo.db, dynamo.tables).create(job);
  return job.id;
};

const newGroup = () => idOf(send('createGroup', { body: { name: 'Lab' } }));

const member = async () => ({ id: await newGroup(), deviceId: DEVICE_ID });

type Case = {
  /** What is subject to the change; where it is made by the change, its id is in the answer. */
  type: string;
  /** Makes what has to be there, and says what to send. */
  prepare?: () => Promise<Omit<Sent, 'operation'>> | Omit<Sent, 'operation'>;
  idIn?: (answer: unknown) => string;
  subject?: string;
};

const on = (make: () => Promise<string>, body?: unknown) => async () => ({
  params: { id: await make() },
  ...(body !== undefined && { body }),
});

const made = (answer: unknown): string => (answer as { id: string }).id;

const CASES: Readonly<Record<string, Case>> = {
  createEnrollmentToken: { type: 'enrollmentToken', prepare: () => ({ body: {} }), idIn: made },
  revokeEnrollmentToken: {
    type: 'enrollmentToken',
    prepare: on(() => idOf(send('createEnrollmentToken', { body: {} }))),
  },
  enroll: {
    type: 'device',
    prepare: async () => {
      const { token } = jsonOf(await send('createEnrollmentToken', { body: {} })) as { token: string };
      return { body: { enrollmentToken: token, name: 'Reception', platform: 'linux', agentVersion: '1.0.0' } };
    },
    idIn: (answer) => (answer as { deviceId: string }).deviceId,
  },
  renameDevice: { type: 'device', prepare: on(async () => DEVICE_ID, { name: 'Lobby' }) },
  retireDevice: { type: 'device', prepare: on(async () => DEVICE_ID) },
  rotateCredential: { type: 'device', prepare: () => ({ body: {} }), subject: DEVICE_ID },
  createGroup: { type: 'group', prepare: () => ({ body: { name: 'Lab' } }), idIn: made },
  renameGroup: { type: 'group', prepare: on(newGroup, { name: 'Ward' }) },
  deleteGroup: { type: 'group', prepare: on(newGroup) },
  addGroupMember: { type: 'group', prepare: async () => ({ params: await member() }) },
  addGroupMembers: {
    type: 'group',
    prepare: async () => {
      const { id, deviceId } = await member();
      return { params: { id }, body: { deviceIds: [deviceId] } };
    },
  },
  removeGroupMember: {
    type: 'group',
    prepare: async () => {
      const params = await member();
      await send('addGroupMember', { params });
      return { params };
    },
  },
  requestAssistance: {
    type: 'assistanceRequest',
    prepare: () => ({ body: { message: 'Help', requester: { name: 'Rita' }, rustdeskId: '123456789' } }),
    idIn: made,
  },
  withdrawAssistanceRequest: { type: 'assistanceRequest', prepare: on(() => putRequest('pending'), {}) },
  consent: { type: 'assistanceRequest', prepare: on(() => putRequest('approved'), { decision: 'accepted' }) },
  endOwnAssistance: { type: 'assistanceRequest', prepare: on(() => putRequest('connected'), {}) },
  approveAssistanceRequest: { type: 'assistanceRequest', prepare: on(() => putRequest('pending'), {}) },
  declineAssistanceRequest: { type: 'assistanceRequest', prepare: on(() => putRequest('pending'), { reason: 'No' }) },
  endAssistance: { type: 'assistanceRequest', prepare: on(() => putRequest('connected'), {}) },
  orderRestart: { type: 'restartJob', prepare: () => ({ body: { deviceIds: [DEVICE_ID] } }), idIn: made },
  cancelRestartJob: { type: 'restartJob', prepare: on(putJob) },
  retryRestartJob: {
    type: 'restartJob',
    prepare: on(async () => {
      const jobId = await putJob({ state: 'completed', endedAt: T0, expanded: 1 });
      await put('restarts', { ...jobCountsKey(jobId, 0), failed: 1 });
      return jobId;
    }),
    idIn: made,
  },
  cancelRestartTask: { type: 'restartTask', prepare: on(() => putTask('queued')) },
  poll: {
    type: 'restartTask',
    prepare: async () => {
      await putTask('inProgress');
      return { body: { bootId: BOOT_2, bootedAt: '2026-01-31T11:50:00Z', agentVersion: '1.0.0' } };
    },
    subject: taskIn('queued').id,
  },
  acknowledgeTask: {
    type: 'restartTask',
    prepare: on(() => putTask('queued'), { receipt: '3.aGFuZGxl', bootId: BOOT_1 }),
  },
  postponeTask: { type: 'restartTask', prepare: on(() => putTask('inProgress'), { minutes: 5 }) },
  reportResult: {
    type: 'restartTask',
    prepare: on(() => putTask('inProgress'), {
      outcome: 'succeeded',
      bootId: BOOT_2,
      bootedAt: '2026-01-31T11:50:00Z',
    }),
  },
  onboardTeamViewer: {
    type: 'connector',
    prepare: () => ({ body: { acceptLicense: true, clientId: 'app', clientSecret: 'app secret' } }),
    subject: 'teamviewer',
  },
  setUpRustDesk: { type: 'connector', prepare: () => ({ body: {} }), subject: 'rustdesk' },
  setDefaultConnector: {
    type: 'connector',
    prepare: async () => {
      const initial = initialRegistry({ default: 'teamviewer', rustdesk: {} });
      await createConnectorRecords(dynamo.db, dynamo.tables.assistance, initial).note(initial, {
        ...initial,
        version: 1,
      });
      return { params: { name: 'rustdesk' } };
    },
    subject: 'rustdesk',
  },
  disconnectConnector: {
    type: 'connector',
    prepare: () => ({ params: { name: 'teamviewer' } }),
    subject: 'teamviewer',
  },
  acknowledgeAlert: {
    type: 'alert',
    prepare: on(async () => {
      await createAlertRepository(dynamo.db, dynamo.tables.activity).save(undefined, anAlert());
      return anAlert().id;
    }),
  },
};

const READING_IN_SPITE_OF_ITS_METHOD = ['previewRestart'];
const changing = operations.filter((op) => op.method !== 'GET' && !READING_IN_SPITE_OF_ITS_METHOD.includes(op.id));

const records = () => dynamo.items('audit') as unknown as AuditRecord[];
const BOOKKEEPING = ['audit', 'idempotency'];

/** What is left of a device where it is forgotten when it was seen, and what it said of itself. */
const unseen = (device: Record<string, unknown> = {}): string => {
  const { version, lastSeenAt, bootId, bootedAt, agentVersion, boots, sightingsSpent, causedBy, ...rest } = device;
  return JSON.stringify(rest);
};

/** Of a connector's secret, which somebody took to write it. */
const isLease = (item: Record<string, unknown> = {}): boolean => item['type'] === 'ConnectorLease';

/** What changed, apart from the record itself, and from what a poll notes. */
const changes = () =>
  dynamo.changes.filter(
    ({ table, before, after }) =>
      !BOOKKEEPING.includes(table) &&
      !isLease(before ?? after) &&
      !(table === 'devices' && unseen(before) === unseen(after)),
  );

const forget = (): void => {
  dynamo.changes.length = 0;
  dynamo.calls = [];
};

const prepared = async ({ prepare }: Case): Promise<Omit<Sent, 'operation'>> => {
  const sent = (await prepare?.()) ?? {};
  forget();
  return sent;
};

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(async () => {
  vi.setSystemTime(T0);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  dynamo = fakeDynamoDb();
  await put('devices', deviceItem(aDevice()));
  forget();
});
afterAll(() => {
  vi.useRealTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.each(changing.map((op) => [op.id, op] as const))('%s', (operationId, operation) => {
  const scenario = (): Case =>
    CASES[operationId] ?? expect.fail(`${operationId} changes something: say how it is made to`);

  it('leaves one record, in the write of the change', async () => {
    const one = scenario();
    const sent = await prepared(one);
    const before = records().length;
    const result = await send(operationId, sent);
    expect(result.statusCode).toBeLessThan(300);
    expect(changes()).not.toEqual([]);
    const [record, ...others] = records().slice(before);
    expect(others).toEqual([]);
    const subjectId = one.idIn?.(jsonOf(result)) ?? one.subject ?? sent.params?.['id'];
    expect(record).toMatchObject({
      actor:
        operation.caller === 'agent' || operation.caller === 'none'
          ? { type: 'device', name: 'Reception' }
          : { type: 'admin', id: 'sub-anna', name: 'anna', roles: [operation.caller] },
      operation: operationId,
      subject: { type: one.type, id: subjectId },
      sourceIp: '127.0.0.1',
      requestId: REQUEST_ID,
      outcome: 'succeeded',
    });
    const writes = dynamo.calls.filter(({ name }) => name === 'TransactWrite');
    expect(writes.filter(({ input }) => JSON.stringify(input).includes('AuditRecord'))).toHaveLength(1);
  });

  it('leaves no record, and changes nothing, where that write fails or is not sent', async () => {
    const sent = await prepared(scenario());
    const before = records().length;
    const failure = Object.assign(new Error('killed'), { name: 'ProvisionedThroughputExceededException' });
    for (let i = 0; i < 3; i += 1) dynamo.failures.push({ name: 'TransactWrite', error: failure });
    expect((await send(operationId, sent)).statusCode).toBe(500);
    expect(changes()).toEqual([]);
    expect(records()).toHaveLength(before);
  });

  if (operation.caller !== 'none' && operation.caller !== 'agent') {
    it('leaves a record of who may not, and changes nothing', async () => {
      const sent = await prepared(scenario());
      const before = records().length;
      const denied = await caller(await loadFunction(operation.function))({ ...sent, operation, claims: claimsOf() });
      expect(denied.statusCode).toBe(403);
      expect(changes()).toEqual([]);
      expect(records().slice(before)).toMatchObject([{ operation: operationId, outcome: 'denied', status: 403 }]);
    });
  }

  if (operation.idempotent) {
    it('leaves no further record for the same key', async () => {
      const sent = await prepared(scenario());
      const withKey = () => send(operationId, { ...sent, headers: { ...sent.headers, 'idempotency-key': 'key' } });
      await withKey();
      const after = records().length;
      expect((await withKey()).headers).toMatchObject({ 'idempotency-replayed': 'true' });
      expect(records()).toHaveLength(after);
    });
  }
});

describe('nothing is left on record by', () => {
  it('reading', async () => {
    for (const op of operations.filter(({ method, caller }) => method === 'GET' && caller !== 'none')) {
      await send(op.id, { params: { id: DEVICE_ID, name: 'rustdesk' } });
    }
    await send('previewRestart', { body: { deviceIds: [DEVICE_ID] } });
    expect(records()).toEqual([]);
    expect(changes()).toEqual([]);
  });

  it('polls, although the device was seen', async () => {
    const body = { bootId: BOOT_1, bootedAt: '2026-01-31T11:50:00Z', agentVersion: '1.0.0' };
    await send('poll', { body });
    vi.setSystemTime(T0 + 11 * MINUTE);
    await send('poll', { body });
    expect(dynamo.calls.map(({ name }) => name)).toEqual(['Get', 'Get', 'Update']);
    expect(records()).toEqual([]);
  });

  it('what is done already', async () => {
    const again = async (operationId: string) => {
      const sent = await prepared(CASES[operationId] ?? expect.fail(operationId));
      await send(operationId, sent);
      const before = records().length;
      await send(operationId, sent);
      expect(records()).toHaveLength(before);
    };
    for (const operationId of [
      'addGroupMember',
      'addGroupMembers',
      'acknowledgeTask',
      'acknowledgeAlert',
      'cancelRestartTask',
    ]) {
      dynamo = fakeDynamoDb();
      await put('devices', deviceItem(aDevice()));
      await again(operationId);
    }
  });
});

describe('a device that asks for what is another’s', () => {
  const OTHER = { deviceId: id('dev', 'other') };
  const task = taskIn('inProgress', OTHER);
  const request = { ...requestIn('approved'), ...OTHER };
  const result = { outcome: 'succeeded', bootId: BOOT_2, bootedAt: '2026-01-31T11:50:00Z' };

  it.each([
    ['acknowledgeTask', task.id, { receipt: '3.aGFuZGxl', bootId: BOOT_1 }],
    ['postponeTask', task.id, { minutes: 5 }],
    ['reportResult', task.id, result],
    ['getOwnAssistanceRequest', request.id, undefined],
    ['consent', request.id, { decision: 'accepted' }],
  ])('is told that there is none, and is on record: %s', async (operation, subjectId, body) => {
    await put('restarts', taskItem(task));
    await put('assistance', requestItem(request));
    const answer = await send(operation, { params: { id: subjectId }, ...(body !== undefined && { body }) });
    expect(answer.statusCode).toBe(404);
    const actor = { type: 'device', id: DEVICE_ID };
    expect(records()).toMatchObject([{ actor, operation, subject: { id: subjectId }, outcome: 'denied', status: 404 }]);
  });
});
