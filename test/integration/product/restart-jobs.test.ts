/** Restart jobs on the local stack: what an operator does with a whole order. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  cancelRestartJob,
  getRestartJob,
  listJobTasks,
  orderRestart,
  type RestartOrder,
  reportResult,
} from '../../../lib/api/restarts.ts';
import { stackUrl } from '../support/stack.ts';
import { polledTasks, productAt, refusal, type TestDevice, takeTask } from './product.ts';

const product = productAt(stackUrl());
const bootedAt = '2026-01-01T00:00:00Z';

const enrolled = (count: number) => Promise.all(Array.from({ length: count }, () => product.enroll()));

const order = async (devices: TestDevice[], options: Partial<RestartOrder> = {}) => {
  const operator = await product.admin('operator');
  return (await operator(orderRestart, { body: { deviceIds: devices.map(({ id }) => id), ...options } })).body;
};

const job = async (id: string) => (await (await product.admin('viewer'))(getRestartJob, { params: { id } })).body;
const tasks = async (id: string) =>
  (await (await product.admin('viewer'))(listJobTasks, { params: { id }, query: { limit: '100' } })).body.items;
const cancel = async (id: string) => (await product.admin('operator'))(cancelRestartJob, { params: { id } });

const endedEvents = async (id: string) =>
  (await product.events()).filter(
    ({ detail, ...event }) => event['detail-type'] === 'RestartJobEnded' && detail['id'] === id,
  );

describe('canceling a job', () => {
  it('cancels what waits, asks the agents of what is under way, and counts both', async () => {
    const [underWay, polled, idle] = (await enrolled(3)) as [TestDevice, TestDevice, TestDevice];
    const { id } = await order([underWay, polled, idle]);
    await product.settle();
    const taken = await takeTask(underWay);
    const [waiting] = await polledTasks(polled);
    const canceled = await cancel(id);
    expect(canceled.status).toBe(202);
    expect(canceled.body).toMatchObject({ id, state: 'canceling' });
    expect(canceled.body).not.toHaveProperty('endedAt');
    await product.settle();
    const ended = await job(id);
    expect(ended).toMatchObject({
      state: 'canceled',
      counts: { canceling: 1, canceled: 2 },
      endedAt: expect.any(String),
    });
    expect((await polled.poll()).status).toBe(204);
    expect((await idle.poll()).status).toBe(204);
    expect(waiting?.state).toBe('queued');

    expect(await polledTasks(underWay)).toMatchObject([{ id: taken.id, state: 'canceling' }]);
    const body = { outcome: 'canceled' as const, bootId: underWay.boot, bootedAt };
    await underWay.call(reportResult, { params: { id: taken.id }, body });
    expect((await cancel(id)).body.endedAt).toBe(ended.endedAt);
    await product.settle();
    expect(await job(id)).toMatchObject({ state: 'canceled', counts: { canceled: 3 } });
    expect(await endedEvents(id)).toMatchObject([{ detail: { state: 'canceled' } }]);
  });

  it('while it is being expanded leaves no task that waits', async () => {
    const devices = await enrolled(40);
    const { id } = await order(devices);
    await cancel(id);
    await product.settle();
    const { state, counts } = await job(id);
    expect(state).toBe('canceled');
    const left = await tasks(id);
    expect(left.filter(({ state }) => state !== 'canceled')).toEqual([]);
    expect(counts).toEqual(left.length === 0 ? {} : { canceled: left.length });
    for (const device of devices.slice(0, 3)) expect((await device.poll()).status).toBe(204);
    // Their gates are open for the next order.
    const next = await order(devices.slice(0, 2));
    await product.settle();
    expect((await job(next.id)).counts).toEqual({ queued: 2 });
  });

  it('that is completed, or never was, is refused', async () => {
    const [device] = (await enrolled(1)) as [TestDevice];
    const { id } = await order([device]);
    await product.settle();
    await takeTask(device);
    device.boot = randomUUID();
    await device.poll();
    await product.settle();
    expect(await refusal(cancel(id))).toMatchObject({ status: 409, code: 'invalid_state', currentState: 'completed' });
    expect(await refusal(cancel('job_unknown'))).toMatchObject({ status: 404 });
  });
});
