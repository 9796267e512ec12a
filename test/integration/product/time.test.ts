/** What the passing of time does, on a stack of its own whose clock is moved. */
import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  declineAssistanceRequest,
  getAssistanceRequest,
  getOwnAssistanceRequest,
  listAssistanceRequests,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { createEnrollmentToken, enroll, getTimeline } from '../../../lib/api/devices.ts';
import {
  acknowledgeTask,
  getRestartJob,
  getRestartTask,
  orderRestart,
  postponeTask,
} from '../../../lib/api/restarts.ts';
import { requestKey } from '../../../lib/aws/keys.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, polledTasks, productAt, refusal, type TestDevice, takeTask } from './product.ts';

let stack: OwnStack;
let product: Product;

beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
});
afterAll(() => stack.remove());

const functionNamed = (name: string) =>
  [...stack.model.functions.values()].find((fn) => fn.name === name) ?? expect.fail(`no function ${name}`);

const ask = async (device: TestDevice) =>
  (await device.call(requestAssistance, { body: { message: 'help', requester: { name: 'Ada' } } })).body;

const order = async (device: TestDevice, options: object = {}) => {
  const operator = await product.admin('operator');
  const { body } = await operator(orderRestart, { body: { deviceIds: [device.id], ...options } });
  await product.settle();
  return body;
};

const alertKinds = async (subjectId: string, state: 'active' | 'resolved') => {
  const { body } = await (await product.admin())(listAlerts, { query: { state, limit: '100' } });
  return body.items.filter((alert) => alert.subject.id === subjectId).map((alert) => alert.kind);
};

const pastFourHours = async () => {
  await product.advance(4 * 60);
};

describe('a request that nobody answers', () => {
  it('is there for four hours, then gone for everybody, before and after it is swept', async () => {
    const admin = await product.admin();
    const [device, other] = await Promise.all([product.enroll(), product.enroll()]);
    const { id } = await ask(device);
    await product.advance(239);
    await product.sweep();
    expect((await admin(getAssistanceRequest, { params: { id } })).body.state).toBe('pending');
    await product.advance(1);

    const isGone = async () => {
      const params = { id };
      expect(await refusal(admin(getAssistanceRequest, { params }))).toMatchObject({ status: 404, code: 'not_found' });
      const { body } = await admin(listAssistanceRequests, { query: { limit: '100' } });
      expect(body.items.map((item) => item.id)).not.toContain(id);
      const expired = { status: 410, code: 'expired' };
      expect(await refusal(device.call(getOwnAssistanceRequest, { params }))).toMatchObject(expired);
      expect(await refusal(device.call(withdrawAssistanceRequest, { params }))).toMatchObject(expired);
      expect(await refusal(admin(approveAssistanceRequest, { params, body: {} }))).toMatchObject(expired);
      const decline = admin(declineAssistanceRequest, { params, body: { reason: 'late' } });
      expect(await refusal(decline)).toMatchObject(expired);
      expect(await refusal(other.call(getOwnAssistanceRequest, { params }))).toMatchObject({ status: 404 });
      expect((await device.poll()).body?.assistanceRequest).toBeUndefined();
    };
    await isGone();
    await product.sweep();
    await product.sweep();
    await product.settle();
    await isGone();

    const announced = (await product.events()).filter((event) => event.detail['id'] === id);
    expect(announced.map((event) => event['detail-type'])).toEqual([
      'AssistanceRequested',
      'AssistanceUnanswered',
      'AssistanceRequestExpired',
    ]);
    expect(await alertKinds(id, 'active')).toEqual(['assistanceExpired']);
    expect(await alertKinds(id, 'resolved')).toEqual(['assistanceUnanswered', 'assistanceRequested']);
    const { body: timeline } = await admin(getTimeline, { params: { id: device.id } });
    expect(timeline.items[0]?.kind).toBe('AssistanceRequestExpired');

    await product.advance(24 * 60);
    expect(await refusal(device.call(getOwnAssistanceRequest, { params: { id } }))).toMatchObject({ status: 410 });
  });

  it('is gone for its device too where DynamoDB deletes it before the sweep does', async () => {
    const device = await product.enroll();
    const { id } = await ask(device);
    await pastFourHours();
    const relay = functionNamed('events-relay');
    const { endpoint, region, credentials } = stack.aws;
    const db = new DynamoDBClient({ endpoint, region, credentials });
    const deleting = { TableName: relay.environment['ASSISTANCE_TABLE'], Key: marshall(requestKey(id)) };
    const { Attributes } = await db.send(new DeleteItemCommand({ ...deleting, ReturnValues: 'ALL_OLD' }));
    db.destroy();
    // The engine here does not delete by TTL; this is what the stream says where DynamoDB does.
    const record = {
      eventID: id,
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: { Keys: deleting.Key, OldImage: Attributes, SequenceNumber: '1' },
    };
    const answer = await stack.invoke(relay.arn, JSON.stringify({ Records: [record] }));
    expect(answer).toMatchObject({ ok: true });
    const own = device.call(getOwnAssistanceRequest, { params: { id } });
    expect(await refusal(own)).toMatchObject({ status: 410, code: 'expired' });
  });

  it('does not keep its device from asking again, even before it is swept', async () => {
    const device = await product.enroll();
    const first = await ask(device);
    await pastFourHours();
    const second = await ask(device);
    await product.sweep();
    await product.settle();
    const own = (id: string) => device.call(getOwnAssistanceRequest, { params: { id } });
    expect(await refusal(own(first.id))).toMatchObject({ status: 410 });
    expect((await own(second.id)).body.state).toBe('pending');
    expect(await refusal(ask(device))).toMatchObject({ status: 409, code: 'already_exists' });
  });

  it('stays where it was answered in time', async () => {
    const admin = await product.admin();
    const device = await product.enroll();
    const { id } = await ask(device);
    await admin(approveAssistanceRequest, { params: { id }, body: {} });
    await pastFourHours();
    await product.sweep();
    expect((await admin(getAssistanceRequest, { params: { id } })).body.state).toBe('approved');
  });
});

describe('a restart task', () => {
  it('that is not acknowledged in time expires, and cannot be acknowledged a moment before the sweep either', async () => {
    const device = await product.enroll();
    const job = await order(device, { deliverWithinMinutes: 10 });
    const [waiting] = await polledTasks(device);
    await product.advance(10);
    const acknowledge = () =>
      device.call(acknowledgeTask, {
        params: { id: waiting?.id ?? '' },
        body: { receipt: waiting?.receipt ?? '', bootId: device.boot },
      });
    expect(await refusal(acknowledge())).toMatchObject({ status: 410, code: 'expired' });
    expect((await device.poll()).status).toBe(204);
    await product.sweep();
    await product.settle();
    expect(await refusal(acknowledge())).toMatchObject({ status: 410, code: 'expired' });
    const admin = await product.admin();
    const task = await admin(getRestartTask, { params: { id: waiting?.id ?? '' } });
    expect(task.body).toMatchObject({ state: 'expired', error: { code: 'not_acknowledged' } });
    expect((await admin(getRestartJob, { params: { id: job.id } })).body).toMatchObject({
      state: 'completed',
      counts: { expired: 1 },
    });
    expect(await alertKinds(waiting?.id ?? '', 'active')).toEqual(['restartExpired']);
  });

  it('whose device does not come back times out, and its alert resolves when the device is back', async () => {
    const device = await product.enroll();
    await order(device, { graceSeconds: 60, returnWithinMinutes: 5 });
    const { id } = await takeTask(device);
    await product.advance(5);
    await product.sweep();
    const admin = await product.admin();
    expect((await admin(getRestartTask, { params: { id } })).body.state).toBe('inProgress');
    await product.advance(1);
    await product.sweep();
    await product.settle();
    expect((await admin(getRestartTask, { params: { id } })).body.state).toBe('timedOut');
    expect(await alertKinds(id, 'active')).toEqual(['restartTimedOut']);
    device.boot = randomUUID();
    await device.poll();
    await product.settle();
    expect(await alertKinds(id, 'resolved')).toEqual(['restartTimedOut']);
    const { body } = await admin(getTimeline, { params: { id: device.id } });
    expect(body.items[0]?.kind).toBe('DeviceBack');
  });

  it('waits for its start time, and after a postponement for the new one', async () => {
    const device = await product.enroll();
    const now = Date.parse(await product.advance(0));
    await order(device, { notBefore: new Date(now + 30 * 60_000).toISOString(), maxPostponements: 1 });
    expect((await device.poll()).status).toBe(204);
    await product.advance(31);
    await product.sweep();
    await product.settle();
    const taken = await takeTask(device);
    await device.call(postponeTask, { params: { id: taken.id }, body: { minutes: 60 } });
    await product.advance(59);
    await product.sweep();
    await product.settle();
    expect((await device.poll()).status).toBe(204);
    await product.advance(2);
    await product.sweep();
    await product.settle();
    const [again] = await polledTasks(device);
    expect(again).toMatchObject({ id: taken.id, state: 'queued', postponements: 1 });
    const stale = device.call(acknowledgeTask, {
      params: { id: taken.id },
      body: { receipt: taken.receipt, bootId: device.boot },
    });
    expect(await refusal(stale)).toMatchObject({ status: 409, code: 'invalid_state' });
    const fresh = { receipt: again?.receipt ?? '', bootId: device.boot };
    const answer = await device.call(acknowledgeTask, { params: { id: taken.id }, body: fresh });
    expect(answer.body.state).toBe('inProgress');
  });
});

describe('an enrolment token and an idempotency key', () => {
  it('end when they should', async () => {
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: { expiresInHours: 1 } });
    const idempotencyKey = randomUUID();
    const device = await product.enroll();
    const request = { body: { message: 'help', requester: { name: 'Ada' } } };
    const first = await device.call(requestAssistance, request, { idempotencyKey });
    await product.advance(25 * 60);
    const enrolment = { enrollmentToken: made.token, name: 'late', platform: 'linux' as const, agentVersion: '1' };
    expect(await refusal(product.anybody(enroll, { body: enrolment }))).toMatchObject({ status: 401 });
    const second = await device.call(requestAssistance, request, { idempotencyKey });
    expect(second.body.id).not.toBe(first.body.id);
  });
});
