/** Restarts on the local stack: from the order to the proof, and what must not happen on the way. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { getDevice } from '../../../lib/api/devices.ts';
import {
  acknowledgeTask,
  cancelRestartTask,
  getRestartJob,
  getRestartTask,
  listDeviceRestartTasks,
  listJobTasks,
  listRestartJobs,
  listRestartTasks,
  orderRestart,
  postponeTask,
  reportResult,
} from '../../../lib/api/restarts.ts';
import { stackUrl } from '../support/stack.ts';
import { polledTasks, productAt, refusal, type TestDevice, takeTask } from './product.ts';

const product = productAt(stackUrl());

const order = async (devices: TestDevice[], options: { maxPostponements?: number; mayReject?: boolean } = {}) => {
  const operator = await product.admin('operator', 'grace');
  const { body } = await operator(orderRestart, {
    body: { deviceIds: devices.map((device) => device.id), message: 'patch day', ...options },
  });
  await product.settle();
  return body;
};

const job = async (id: string) => (await (await product.admin('viewer'))(getRestartJob, { params: { id } })).body;
const task = async (id: string) => (await (await product.admin('viewer'))(getRestartTask, { params: { id } })).body;
const bootedAt = '2026-01-01T00:00:00Z';

describe('a restart', () => {
  it('of several devices is delivered, acknowledged and proved by the next poll', async () => {
    const devices = await Promise.all([product.enroll(), product.enroll(), product.enroll()]);
    const ordered = await order(devices);
    expect(ordered).toMatchObject({ state: 'expanding', createdBy: 'grace', deviceCount: 3 });
    expect(await job(ordered.id)).toMatchObject({ state: 'running', counts: { queued: 3 } });
    const viewer = await product.admin('viewer');
    const { body: open } = await viewer(listRestartTasks, { query: { limit: '100' } });
    expect(open.items.filter((item) => item.jobId === ordered.id)).toHaveLength(3);

    for (const device of devices) {
      const taken = await takeTask(device);
      expect(taken).toMatchObject({
        state: 'inProgress',
        deviceId: device.id,
        message: 'patch day',
        graceSeconds: 300,
      });
      expect(Date.parse(taken.returnBy ?? '') - Date.parse(taken.acknowledgedAt ?? '')).toBe((300 + 20 * 60) * 1000);
      expect((await viewer(getDevice, { params: { id: device.id } })).body.openRestart).toEqual({
        taskId: taken.id,
        jobId: ordered.id,
        state: 'inProgress',
      });
      expect(await polledTasks(device)).toEqual([]);
      device.boot = randomUUID();
      await device.poll();
    }
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({
      state: 'completed',
      counts: { succeeded: 3 },
      endedAt: expect.any(String),
    });
    const params = { id: devices[0]?.id ?? '' };
    expect((await viewer(getDevice, { params })).body.openRestart).toBeUndefined();
    const { body: own } = await viewer(listDeviceRestartTasks, { params });
    expect(own.items).toMatchObject([{ jobId: ordered.id, state: 'succeeded', orderedBy: 'grace' }]);
    const { body: recent } = await viewer(listRestartTasks, { query: { state: 'recent', limit: '100' } });
    expect(recent.items.filter((item) => item.jobId === ordered.id)).toHaveLength(3);
    const { body: stillOpen } = await viewer(listRestartTasks, { query: { limit: '100' } });
    expect(stillOpen.items.filter((item) => item.jobId === ordered.id)).toEqual([]);
    const { body: tasks } = await viewer(listJobTasks, {
      params: { id: ordered.id },
      query: { state: 'succeeded', limit: '2' },
    });
    expect(tasks.items).toHaveLength(2);
    const rest = await viewer(listJobTasks, {
      params: { id: ordered.id },
      query: { state: 'succeeded', limit: '2', cursor: tasks.nextCursor ?? '' },
    });
    expect(rest.body.items).toHaveLength(1);
    expect(rest.body.nextCursor).toBeUndefined();
    const { body: jobs } = await viewer(listRestartJobs, {});
    // Others order on this stack too, at the same time.
    const ids = jobs.items.map(({ id }) => id);
    expect(ids).toContain(ordered.id);
    expect(ids).toEqual([...ids].sort().reverse());
  });

  it('is proved by a result with another boot id, and by no other', async () => {
    const device = await product.enroll();
    await order([device]);
    const { id } = await takeTask(device);
    const result = (bootId: string) =>
      device.call(reportResult, { params: { id }, body: { outcome: 'succeeded', bootId, bootedAt } });
    expect(await refusal(result(device.boot))).toMatchObject({ status: 409, code: 'restart_not_proved' });
    const after = randomUUID();
    expect((await result(after)).body.state).toBe('succeeded');
    expect((await result(after)).body.state).toBe('succeeded');
  });

  it('is acknowledged once: again from the same boot, also at once, but never by another boot', async () => {
    const device = await product.enroll();
    await order([device]);
    const [waiting] = await polledTasks(device);
    const acknowledge = (bootId: string, receipt = waiting?.receipt ?? '') =>
      device.call(acknowledgeTask, { params: { id: waiting?.id ?? '' }, body: { receipt, bootId } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => acknowledge(device.boot)));
    expect(new Set(answers.map((answer) => answer.body.acknowledgedAt)).size).toBe(1);
    expect((await acknowledge(device.boot)).body.state).toBe('inProgress');
    expect(await refusal(acknowledge(randomUUID()))).toMatchObject({
      code: 'invalid_state',
      currentState: 'inProgress',
    });
    await product.settle();
    expect((await task(waiting?.id ?? '')).state).toBe('inProgress');
  });

  it('that is canceled before its acknowledgement is over, and its late message is dropped', async () => {
    const device = await product.enroll();
    const operator = await product.admin('operator');
    const ordered = await order([device]);
    const [waiting] = await polledTasks(device);
    const params = { id: waiting?.id ?? '' };
    expect((await operator(cancelRestartTask, { params })).body.state).toBe('canceled');
    expect((await operator(cancelRestartTask, { params })).status).toBe(202);
    const late = device.call(acknowledgeTask, {
      params,
      body: { receipt: waiting?.receipt ?? '', bootId: device.boot },
    });
    expect(await refusal(late)).toMatchObject({ status: 409, code: 'invalid_state', currentState: 'canceled' });
    expect((await device.poll()).status).toBe(204);
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'completed', counts: { canceled: 1 } });
  });

  it('that is canceled after its acknowledgement asks the agent, who may confirm', async () => {
    const device = await product.enroll();
    const operator = await product.admin('operator');
    await order([device]);
    const { id, receipt } = await takeTask(device);
    expect((await operator(cancelRestartTask, { params: { id } })).body.state).toBe('canceling');
    const again = device.call(acknowledgeTask, { params: { id }, body: { receipt, bootId: device.boot } });
    expect(await refusal(again)).toMatchObject({ status: 409, currentState: 'canceling' });
    expect(await polledTasks(device)).toMatchObject([{ id, state: 'canceling' }]);
    const body = { outcome: 'canceled' as const, bootId: device.boot, bootedAt };
    expect((await device.call(reportResult, { params: { id }, body })).body.state).toBe('canceled');
  });

  it('of a device that has an open task joins that one and says so', async () => {
    const [device, other] = await Promise.all([product.enroll(), product.enroll()]);
    const first = await order([device]);
    const second = await order([device, other]);
    expect(await job(second.id)).toMatchObject({ state: 'running', counts: { joined: 1, queued: 1 } });
    const viewer = await product.admin('viewer');
    const { body } = await viewer(listJobTasks, { params: { id: second.id } });
    expect(body.items.map((item) => item.jobId).sort()).toEqual([first.id, second.id].sort());
    await takeTask(device);
    device.boot = randomUUID();
    await device.poll();
    expect((await device.poll()).status).toBe(204);
  });

  it('is refused for unknown devices by name, and nothing is ordered then', async () => {
    const device = await product.enroll();
    const operator = await product.admin('operator');
    const refused = await refusal(operator(orderRestart, { body: { deviceIds: [device.id, 'dev_unknown'] } }));
    expect(refused).toMatchObject({
      status: 400,
      errors: [{ path: '/deviceIds/1', message: expect.stringContaining('dev_unknown') }],
    });
    await product.settle();
    expect((await device.poll()).status).toBe(204);
  });

  it('is ordered once for the same Idempotency-Key, also at once', async () => {
    const device = await product.enroll();
    const operator = await product.admin('operator');
    const idempotencyKey = randomUUID();
    const request = { body: { deviceIds: [device.id] } };
    const jobs = await Promise.all(
      Array.from({ length: 5 }, () => operator(orderRestart, request, { idempotencyKey })),
    );
    expect(new Set(jobs.map((answer) => answer.body.id)).size).toBe(1);
    const other = await product.admin('operator', 'somebody else');
    const theirs = await other(orderRestart, request, { idempotencyKey });
    expect(theirs.body.id).not.toBe(jobs[0]?.body.id);
  });

  it('can be postponed within the budget, and is delivered afresh', async () => {
    const device = await product.enroll();
    await order([device], { maxPostponements: 1 });
    const taken = await takeTask(device);
    const params = { id: taken.id };
    const { body: postponed } = await device.call(postponeTask, { params, body: { minutes: 10 } });
    expect(postponed).toMatchObject({ state: 'scheduled', postponements: 1 });
    expect(Date.parse(postponed.acknowledgeBy) - Date.parse(postponed.notBefore ?? '')).toBe(240 * 60_000);
    expect((await device.poll()).status).toBe(204);
    const again = device.call(postponeTask, { params, body: { minutes: 10 } });
    expect(await refusal(again)).toMatchObject({ status: 409, currentState: 'scheduled' });
  });

  it('can be rejected only where the order allows it, and reported as failed with its error', async () => {
    const [strict, lenient] = await Promise.all([product.enroll(), product.enroll()]);
    await order([strict]);
    await order([lenient], { mayReject: true });
    const [one, two] = [await takeTask(strict), await takeTask(lenient)];
    const rejected = (device: TestDevice, id: string) =>
      device.call(reportResult, { params: { id }, body: { outcome: 'rejected', bootId: device.boot, bootedAt } });
    expect(await refusal(rejected(strict, one.id))).toMatchObject({ status: 409, currentState: 'inProgress' });
    expect((await rejected(lenient, two.id)).body.state).toBe('rejected');
    const error = { code: 'access_denied', message: 'not allowed to restart' };
    const body = { outcome: 'failed' as const, bootId: strict.boot, bootedAt, error };
    expect((await strict.call(reportResult, { params: { id: one.id }, body })).body).toMatchObject({
      state: 'failed',
      error,
    });
    await product.settle();
    expect(JSON.stringify(await product.notifications())).toContain(one.id);
  });

  it("is another device's for nobody", async () => {
    const [device, other] = await Promise.all([product.enroll(), product.enroll()]);
    await order([device]);
    const [waiting] = await polledTasks(device);
    const params = { id: waiting?.id ?? '' };
    const body = { receipt: waiting?.receipt ?? '', bootId: other.boot };
    expect(await refusal(other.call(acknowledgeTask, { params, body }))).toMatchObject({ status: 404 });
    expect(await refusal(other.call(postponeTask, { params, body: { minutes: 1 } }))).toMatchObject({ status: 404 });
    const result = { outcome: 'succeeded' as const, bootId: randomUUID(), bootedAt };
    expect(await refusal(other.call(reportResult, { params, body: result }))).toMatchObject({ status: 404 });
    expect((await task(params.id)).state).toBe('queued');
  });
});
