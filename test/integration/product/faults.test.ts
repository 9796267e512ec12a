/** What goes wrong behind the API, on a stack of its own: leases that end, calls that fail, a stack that is stopped midway. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../../../lib/api/alerts.ts';
import { requestAssistance } from '../../../lib/api/assistance.ts';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { getDevice, getTimeline, retireDevice } from '../../../lib/api/devices.ts';
import { addGroupMember, createGroup, deleteGroup, getGroup } from '../../../lib/api/groups.ts';
import {
  acknowledgeTask,
  cancelRestartJob,
  cancelRestartTask,
  getRestartJob,
  getRestartTask,
  listJobTasks,
  orderRestart,
} from '../../../lib/api/restarts.ts';
import { type AwsCall, type Interceptor, jsonError } from '../../../local/aws/call.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { type Product, polledTasks, productAt, refusal, type TestDevice, takeTask } from './product.ts';

let stack: OwnStack;
let product: Product;
let sqs: SQSClient;

const connect = (to: OwnStack): void => {
  stack = to;
  product = productAt(to.url);
  const { endpoint, region, credentials } = to.aws;
  sqs = new SQSClient({ endpoint, region, credentials, useQueueUrlAsEndpoint: false });
};

beforeAll(async () => connect(await startOwnStack()));
afterAll(() => stack.remove());

const inboxUrl = (device: TestDevice): string => {
  const { environment } = [...stack.model.functions.values()].find(({ name }) => name === 'agent-poll') ?? {};
  return `${environment?.['INBOX_URL_PREFIX']}${device.id}`;
};

/** Makes the leases of the device's inbox as short as can be, so that they end while a test waits. */
const shortenLeases = (device: TestDevice) =>
  sqs.send(new SetQueueAttributesCommand({ QueueUrl: inboxUrl(device), Attributes: { VisibilityTimeout: '1' } }));

const order = async (devices: TestDevice[]) => {
  const operator = await product.admin('operator');
  return (await operator(orderRestart, { body: { deviceIds: devices.map(({ id }) => id) } })).body;
};

const enrolled = async (): Promise<TestDevice> => {
  const device = await product.enroll();
  await product.settle();
  return device;
};

/** Refuses the calls that `isHit` picks, in a way that the SDK does not try again by itself. */
const failing = (isHit: (call: AwsCall) => boolean): { hits: () => number; stop: () => void } => {
  let hits = 0;
  const interceptor = (call: AwsCall) => {
    if (!isHit(call)) return undefined;
    hits += 1;
    return jsonError('ValidationException', 'injected');
  };
  stack.interceptors.push(interceptor);
  return { hits: () => hits, stop: () => void stack.interceptors.splice(stack.interceptors.indexOf(interceptor), 1) };
};

/** Hits the first `count` calls of this action by this function. */
const first = (count: number, functionName: string, action: string) => {
  let left = count;
  return ({ caller, action: called }: AwsCall): boolean =>
    caller.name === functionName && called === action && left-- > 0;
};

describe('retiring that fails once the credential is dead', () => {
  it('is ended by the admin who asks again, or by the sweep', async () => {
    const admin = await product.admin();
    const devices = [await enrolled(), await enrolled()] as const;
    const { body: group } = await admin(createGroup, { body: { name: 'half' } });
    for (const { id } of devices) await admin(addGroupMember, { params: { id: group.id, deviceId: id } });
    const { id: jobId } = await order([...devices]);
    for (const device of devices) {
      await device.call(requestAssistance, { body: { message: 'help', requester: { name: 'Ada' } } });
    }
    await product.settle();
    for (const device of devices) {
      let transactions = 0;
      const fault = failing(
        ({ caller, action }) =>
          caller.name === 'admin-devices' && action === 'TransactWriteItems' && ++transactions === 2,
      );
      expect(await refusal(admin(retireDevice, { params: { id: device.id } }))).toMatchObject({ status: 500 });
      fault.stop();
      expect(fault.hits()).toBe(1);
      expect(await refusal(device.poll())).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(await refusal(admin(getDevice, { params: { id: device.id } }))).toMatchObject({ status: 404 });
    }
    const [again, left] = devices;
    expect((await admin(retireDevice, { params: { id: again.id } })).status).toBe(204);
    await product.advance(2);
    await product.sweep();
    await product.settle();
    expect((await admin(getRestartJob, { params: { id: jobId } })).body.counts).toEqual({ removed: 2 });
    expect((await admin(getGroup, { params: { id: group.id } })).body.deviceCount).toBe(0);
    for (const device of [again, left]) {
      const { body } = await admin(getTimeline, { params: { id: device.id }, query: {} });
      const retired = body.items.filter(({ kind }) => kind === 'DeviceRetired');
      expect(retired.map(({ actor }) => actor)).toEqual(['ada']);
      expect(body.items.map(({ kind }) => kind)).toContain('AssistanceEnded');
      const { body: audit } = await admin(listAuditEvents, { query: { subject: device.id } });
      expect(audit.items.filter(({ operation }) => operation === 'retireDevice')).toHaveLength(1);
      const inbox = new GetQueueAttributesCommand({ QueueUrl: inboxUrl(device), AttributeNames: ['QueueArn'] });
      await expect(sqs.send(inbox)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    }
  });
});

describe('the inbox', () => {
  it('hands the task out again when the lease ends, and either receipt acknowledges it once', async () => {
    const device = await enrolled();
    await shortenLeases(device);
    const job = await order([device]);
    await product.settle();
    const [one] = await polledTasks(device);
    const two = await until(async () => (await polledTasks(device))[0]);
    expect(two?.id).toBe(one?.id);
    const acknowledge = (receipt = '') =>
      device.call(acknowledgeTask, { params: { id: one?.id ?? '' }, body: { receipt, bootId: device.boot } });
    const old = await acknowledge(one?.receipt);
    const renewed = await acknowledge(two?.receipt);
    expect(renewed.body).toEqual(old.body);
    expect((await device.poll()).status).toBe(204);
    device.boot = randomUUID();
    await device.poll();
    await product.settle();
    const { body } = await (await product.admin())(getRestartJob, { params: { id: job.id } });
    expect(body).toMatchObject({ state: 'completed', counts: { succeeded: 1 } });
  });

  it('gives up after five deliveries without an acknowledgement: the task fails and raises its alert', async () => {
    const device = await enrolled();
    await shortenLeases(device);
    await order([device]);
    await product.settle();
    const [task] = await polledTasks(device);
    const admin = await product.admin();
    const read = async () => (await admin(getRestartTask, { params: { id: task?.id ?? '' } })).body;
    const failed = await until(async () => {
      await device.poll();
      const now = await read();
      return now.state === 'failed' && now;
    });
    expect(failed.error?.code).toBe('not_acknowledged');
    const late = device.call(acknowledgeTask, {
      params: { id: failed.id },
      body: { receipt: task?.receipt ?? '', bootId: device.boot },
    });
    expect(await refusal(late)).toMatchObject({ status: 409, currentState: 'failed' });
    await product.settle();
    const { body: alerts } = await admin(listAlerts, { query: { state: 'active' } });
    expect(alerts.items.filter((alert) => alert.subject.id === failed.id)).toMatchObject([{ kind: 'restartFailed' }]);
  });

  it('that has vanished is empty for a poll, and made again for a task', async () => {
    const device = await enrolled();
    await sqs.send(new DeleteQueueCommand({ QueueUrl: inboxUrl(device) }));
    await order([device]);
    await product.settle();
    const { id } = await takeTask(device);
    expect(id).toMatch(/^tsk_/);
    const other = await enrolled();
    await order([other]);
    await product.settle();
    await sqs.send(new DeleteQueueCommand({ QueueUrl: inboxUrl(other) }));
    expect((await other.poll()).status).toBe(204);
  });
});

describe('a message that is redriven', () => {
  const deadLetters = (): string => {
    const queue = stack.model.queues.find(({ name }) => name.includes('DeadLetters'));
    return queue?.url ?? expect.fail('no dead-letter queue of the inboxes');
  };
  /** As a move between queues does: the same body, in the inbox and in the dead-letter queue, twice each. */
  const redrive = async (device: TestDevice, taskId: string, queues = [inboxUrl(device), deadLetters()]) => {
    const MessageBody = JSON.stringify({ deviceId: device.id, taskId, version: 1 });
    for (const QueueUrl of [...queues, ...queues]) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await product.settle();
  };
  const left = async (QueueUrl: string) => {
    const AttributeNames = ['All' as const];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Attributes?.['ApproximateNumberOfMessages'];
  };

  it('restarts nothing and changes nothing where its task was acknowledged, has ended or was canceled', async () => {
    const devices = await Promise.all([1, 2, 3].map(() => enrolled()));
    const [acknowledged, back, canceled] = devices as [TestDevice, TestDevice, TestDevice];
    const job = await order(devices);
    await product.settle();
    const admin = await product.admin();
    const { body: before } = await admin(listJobTasks, { params: { id: job.id }, query: {} });
    const taskOf = ({ id }: TestDevice) => before.items.find(({ deviceId }) => deviceId === id)?.id ?? '';
    await takeTask(acknowledged);
    await takeTask(back);
    back.boot = randomUUID();
    await back.poll();
    await admin(cancelRestartTask, { params: { id: taskOf(canceled) } });
    const states = () =>
      Promise.all(devices.map(async (one) => (await admin(getRestartTask, { params: { id: taskOf(one) } })).body));
    const then = await states();
    expect(then.map(({ state }) => state)).toEqual(['inProgress', 'succeeded', 'canceled']);
    for (const device of devices) {
      await redrive(device, taskOf(device));
      expect(await polledTasks(device)).toEqual([]);
    }
    expect(await states()).toEqual(then);
    expect(await left(deadLetters())).toBe('0');
    const { body } = await admin(getRestartJob, { params: { id: job.id } });
    expect(body).toMatchObject({ state: 'running', counts: { inProgress: 1, succeeded: 1, canceled: 1 } });
    // The one that is under way has its inbox looked at no more until its next task, which it gets alone.
    acknowledged.boot = randomUUID();
    await acknowledged.poll();
    const next = await order([acknowledged]);
    await product.settle();
    expect((await polledTasks(acknowledged)).map(({ jobId }) => jobId)).toEqual([next.id]);
  });

  it('hands the task out again where it still waits, and a single acknowledgement is all that follows', async () => {
    const device = await enrolled();
    await order([device]);
    await product.settle();
    const [task] = await polledTasks(device);
    await redrive(device, task?.id ?? '', [inboxUrl(device)]);
    const taken = await takeTask(device);
    expect(taken).toMatchObject({ id: task?.id, state: 'inProgress' });
    const again = { params: { id: taken.id }, body: { receipt: task?.receipt ?? '', bootId: device.boot } };
    expect((await device.call(acknowledgeTask, again)).body).toMatchObject({ acknowledgedAt: taken.acknowledgedAt });
  });
});

describe('a call that fails', () => {
  it('in the relay is made again until every event is published and every message sent', async () => {
    const device = await enrolled();
    const faults = [failing(first(3, 'events-relay', 'PutEvents')), failing(first(3, 'events-relay', 'SendMessage'))];
    const { body: request } = await device.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    const job = await order([device]);
    await product.settle();
    expect(faults.map(({ hits }) => hits())).toEqual([3, 3]);
    for (const fault of faults) fault.stop();
    const types = (id: string) => async () =>
      (await product.events()).filter(({ detail }) => detail['id'] === id).map((event) => event['detail-type']);
    expect(new Set(await types(request.id)())).toEqual(new Set(['AssistanceRequested']));
    const { body: alerts } = await (await product.admin())(listAlerts, { query: { limit: '100' } });
    expect(alerts.items.filter(({ subject }) => subject.id === request.id)).toHaveLength(1);
    const { body: timeline } = await (await product.admin())(getTimeline, { params: { id: device.id } });
    const kinds = timeline.items.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'AssistanceRequested')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'RestartTaskQueued')).toHaveLength(1);
    expect(await takeTask(device)).toMatchObject({ jobId: job.id, state: 'inProgress' });
  });

  it('in the expansion leaves exactly one task for each device, and exact counts', async () => {
    const devices = await Promise.all(Array.from({ length: 12 }, () => product.enroll()));
    await product.settle();
    let calls = 0;
    const everyThird = ({ caller, action }: AwsCall) =>
      caller.name === 'events-jobs' && /Transact|Put|BatchGet/.test(action) && calls++ < 30 && calls % 3 === 0;
    const fault = failing(everyThird);
    const job = await order(devices);
    await product.settle();
    fault.stop();
    expect(fault.hits()).toBeGreaterThan(3);
    const admin = await product.admin();
    expect((await admin(getRestartJob, { params: { id: job.id } })).body).toMatchObject({
      state: 'running',
      counts: { queued: 12 },
    });
    const { body } = await admin(listJobTasks, { params: { id: job.id }, query: { limit: '100' } });
    expect(body.items.map(({ deviceId }) => deviceId).sort()).toEqual(devices.map(({ id }) => id).sort());
    for (const device of devices) expect(await polledTasks(device)).toHaveLength(1);
  });

  it('in telling the admins is made again, and the alert is still one', async () => {
    const device = await enrolled();
    const before = (await product.notifications()).length;
    let left = 2;
    const fault = failing(({ caller, service }) => caller.name === 'events-alerts' && service === 'sns' && left-- > 0);
    await device.call(requestAssistance, { body: { message: 'help', requester: { name: 'Ada' } } });
    await product.settle();
    fault.stop();
    expect(fault.hits()).toBe(2);
    expect(await product.notifications()).toHaveLength(before + 1);
  });

  it('in a request is a 500 that shows no cause, and changes nothing', async () => {
    const device = await enrolled();
    const fault = failing(first(1, 'agent-assistance', 'TransactWriteItems'));
    const body = { message: 'help', requester: { name: 'Ada' } };
    const problem = await refusal(device.call(requestAssistance, { body }));
    fault.stop();
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
    expect(JSON.stringify(problem)).not.toMatch(/injected|Validation|dynamo/i);
    expect((await device.call(requestAssistance, { body })).status).toBe(201);
  });
});

describe('an order that is canceled', () => {
  const cancel = async (id: string) => (await product.admin('operator'))(cancelRestartJob, { params: { id } });
  const counts = async (id: string) => {
    await product.settle();
    return (await (await product.admin())(getRestartJob, { params: { id } })).body.counts;
  };

  it('asks the agent of a task that was acknowledged the moment before', async () => {
    const device = await enrolled();
    const job = await order([device]);
    await product.settle();
    let taken: Promise<{ id: string }> | undefined;
    const meanwhile: Interceptor = async ({ caller, action, body }) => {
      if (caller.name !== 'admin-restarts' || action !== 'TransactWriteItems' || !body.includes(job.id))
        return undefined;
      taken ??= takeTask(device);
      await taken;
      return undefined;
    };
    stack.interceptors.push(meanwhile);
    await cancel(job.id);
    expect(await counts(job.id)).toEqual({ canceling: 1 });
    stack.interceptors.splice(stack.interceptors.indexOf(meanwhile), 1);
    expect(await taken).toMatchObject({ state: 'inProgress' });
    expect(await polledTasks(device)).toMatchObject([{ id: (await taken)?.id, state: 'canceling' }]);
  });

  it('is acknowledged by nobody and handed out to nobody once that was answered, long before its tasks follow', async () => {
    const devices = await Promise.all(Array.from({ length: 24 }, () => product.enroll()));
    await product.settle();
    const job = await order(devices);
    await product.settle();
    const unpolled = devices.slice(20);
    const agents = await Promise.all(
      devices.slice(0, 20).map(async (device) => ({ device, task: (await polledTasks(device))[0] })),
    );
    const acknowledge = ({ device, task }: (typeof agents)[number]) =>
      device
        .call(acknowledgeTask, {
          params: { id: task?.id ?? '' },
          body: { receipt: task?.receipt ?? '', bootId: device.boot },
        })
        .then(
          () => 'ok',
          (error: unknown) => (error instanceof ApiError ? error.problem?.code : error),
        );
    // Its worker, which cancels the tasks, stands still.
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const standing: Interceptor = async ({ caller }) => {
      if (caller.name === 'events-jobs') await held;
      return undefined;
    };
    stack.interceptors.push(standing);
    try {
      const before = await Promise.all(agents.slice(0, 5).map(acknowledge));
      let isAnswered = false;
      const beside = agents.slice(5, 15).map(async (agent, i) => {
        await delay(i * 2);
        const isAfter = isAnswered;
        return { isAfter, outcome: await acknowledge(agent) };
      });
      const { body } = await cancel(job.id);
      isAnswered = true;
      const after = await Promise.all(agents.slice(15).map(acknowledge));
      const polls = await Promise.all(unpolled.map(polledTasks));
      expect(body.state).toBe('canceling');
      expect(before).toEqual(Array(5).fill('ok'));
      expect(after).toEqual(Array(5).fill('invalid_state'));
      expect(polls).toEqual(Array(4).fill([]));
      const outcomes = await Promise.all(beside);
      expect(outcomes.filter(({ isAfter, outcome }) => isAfter && outcome !== 'invalid_state')).toEqual([]);
      const allowed = 5 + outcomes.filter(({ outcome }) => outcome === 'ok').length;
      const admin = await product.admin();
      const { body: now } = await admin(listJobTasks, { params: { id: job.id }, query: { limit: '100' } });
      expect(now.items.filter(({ state }) => state === 'inProgress')).toHaveLength(allowed);
      expect(now.items.filter(({ state }) => state === 'queued')).toHaveLength(24 - allowed);
      goOn();
      expect(await counts(job.id)).toEqual({ canceling: allowed, canceled: 24 - allowed });
      expect((await admin(getRestartJob, { params: { id: job.id } })).body.state).toBe('canceled');
    } finally {
      goOn();
      stack.interceptors.splice(stack.interceptors.indexOf(standing), 1);
    }
  });

  it('is looked through again by the sweep for as long as something of it waits', async () => {
    const device = await enrolled();
    const job = await order([device]);
    await product.settle();
    const closing = ({ caller, action }: AwsCall) => caller.name === 'events-jobs' && /PutItem|Transact/.test(action);
    const fault = failing(closing);
    await cancel(job.id);
    await until(() => fault.hits() > 0);
    await product.advance(10);
    await product.sweep();
    fault.stop();
    expect(await counts(job.id)).toEqual({ canceled: 1 });
    expect((await device.poll()).status).toBe(204);
  });
});

describe('a deleted group', () => {
  it('is taken out of its devices’ records, whichever calls fail on the way', async () => {
    const devices = await Promise.all(Array.from({ length: 8 }, () => product.enroll()));
    const operator = await product.admin('operator');
    const { body: group } = await operator(createGroup, { body: { name: 'Gone' } });
    for (const { id } of devices) await operator(addGroupMember, { params: { id: group.id, deviceId: id } });
    const faults = ['TransactWriteItems', 'Query', 'DeleteItem'].map((action) =>
      failing(first(2, 'events-groups', action)),
    );
    await operator(deleteGroup, { params: { id: group.id } });
    await product.settle();
    expect(faults.map(({ hits }) => hits())).toEqual([2, 2, 2]);
    for (const fault of faults) fault.stop();
    for (const { id } of devices) {
      expect((await operator(getDevice, { params: { id } })).body.groupIds).toEqual([]);
    }
  });
});

describe('a stack that is stopped at any moment', () => {
  it('goes on where it was: orders are expanded, events published, tasks delivered', async () => {
    const devices = await Promise.all(Array.from({ length: 5 }, () => product.enroll()));
    const [asking] = devices;
    if (!asking) throw new Error('no device');
    const { body: request } = await asking.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    const job = await order(devices);
    connect(await stack.restart());
    await product.settle();
    const admin = await product.admin();
    expect((await admin(getRestartJob, { params: { id: job.id } })).body.counts).toEqual({ queued: 5 });
    expect((await product.events()).map(({ detail }) => detail['id'])).toContain(request.id);
    for (const { id, token, boot } of devices) {
      const device = product.deviceWith(id, token, boot);
      expect(await takeTask(device)).toMatchObject({ state: 'inProgress', jobId: job.id });
    }
  });
});
