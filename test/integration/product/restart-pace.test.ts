/** The pace of restart jobs, on a stack of its own whose clock is moved. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  getRestartJob,
  listJobTasks,
  orderRestart,
  type RestartOrder,
  reportResult,
} from '../../../lib/api/restarts.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, productAt, refusal, type TestDevice, takeTask } from './product.ts';

let stack: OwnStack;
let product: Product;

beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
});
afterAll(() => stack.remove());

const order = async (devices: TestDevice[], options: Partial<RestartOrder>) => {
  const operator = await product.admin('operator');
  const { body } = await operator(orderRestart, { body: { deviceIds: devices.map(({ id }) => id), ...options } });
  await product.settle();
  return body;
};

const enrolled = (count: number) => Promise.all(Array.from({ length: count }, () => product.enroll()));
const job = async (id: string) => (await (await product.admin())(getRestartJob, { params: { id } })).body;
const tasks = async (id: string) =>
  (await (await product.admin())(listJobTasks, { params: { id }, query: { limit: '100' } })).body.items;
const advance = async (minutes: number) => {
  await product.advance(minutes);
  await product.sweep();
  await product.settle();
};

describe('a device', () => {
  it('that restarted three times is not restarted again before 24 hours are over', async () => {
    const [device] = (await enrolled(1)) as [TestDevice];
    await product.settle();
    const restart = async () => {
      const { id } = await order([device], {});
      await takeTask(device);
      device.boot = randomUUID();
      await device.poll();
      await product.settle();
      return job(id);
    };
    for (let i = 0; i < 3; i += 1)
      expect(await restart()).toMatchObject({ state: 'completed', counts: { succeeded: 1 } });
    const { id } = await order([device], {});
    expect(await refusal(takeTask(device))).toMatchObject({
      status: 409,
      code: 'invalid_state',
      currentState: 'failed',
      detail: expect.stringContaining('3 times in 24 hours'),
    });
    await product.settle();
    expect(await job(id)).toMatchObject({ state: 'completed', counts: { failed: 1 } });
    expect(await tasks(id)).toMatchObject([{ state: 'failed', error: { code: 'restart_budget_exceeded' } }]);
    expect((await device.poll()).status).toBe(204);
    await advance(24 * 60);
    expect(await restart()).toMatchObject({ state: 'completed', counts: { succeeded: 1 } });
  });
});

describe('a job', () => {
  it('with maxPerMinute lets so many go each minute, and is aborted after its failures', async () => {
    const devices = (await enrolled(4)) as [TestDevice, TestDevice, TestDevice, TestDevice];
    const { id } = await order(devices, { maxPerMinute: 1, abortAfterFailures: 1 });
    expect(await job(id)).toMatchObject({
      maxPerMinute: 1,
      abortAfterFailures: 1,
      counts: { queued: 1, scheduled: 3 },
    });
    expect((await devices[1].poll()).status).toBe(204);
    await advance(1);
    expect((await job(id)).counts).toEqual({ queued: 2, scheduled: 2 });
    const [one] = [await takeTask(devices[0]), await takeTask(devices[1])];

    const body = { outcome: 'failed' as const, bootId: devices[0].boot, bootedAt: '2026-01-01T00:00:00Z' };
    await devices[0].call(reportResult, { params: { id: one.id }, body });
    await product.settle();
    expect(await job(id)).toMatchObject({
      state: 'aborted',
      endedAt: expect.any(String),
      counts: { failed: 1, inProgress: 1, canceled: 2 },
    });
    devices[1].boot = 'another-boot';
    await devices[1].poll();
    await product.settle();
    expect(await job(id)).toMatchObject({ state: 'aborted', counts: { failed: 1, succeeded: 1, canceled: 2 } });
    const ended = (await product.events()).filter((event) => event['detail-type'] === 'RestartJobEnded');
    expect(ended.filter(({ detail }) => detail['id'] === id)).toMatchObject([{ detail: { state: 'aborted' } }]);
    await advance(5);
    expect((await devices[2].poll()).status).toBe(204);
  });

  it('with a start time for many devices is spread over its first minutes, and for one starts then', async () => {
    const devices = await enrolled(12);
    const notBefore = Date.parse(await product.advance(0)) + 60 * 60_000;
    const options = { notBefore: new Date(notBefore).toISOString() };
    const { id } = await order(devices.slice(0, 11), options);
    const single = await order(devices.slice(11), options);
    const starts = (await tasks(id)).map((task) => Date.parse(task.notBefore ?? '') - notBefore);
    expect(new Set(starts).size).toBe(11);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...starts)).toBeLessThan(5 * 60_000);
    expect((await tasks(single.id)).map((task) => task.notBefore)).toEqual([new Date(notBefore).toISOString()]);
    await advance(61);
    const { queued = 0, scheduled = 0 } = (await job(id)).counts;
    expect(queued + scheduled).toBe(11);
    await advance(5);
    expect((await job(id)).counts).toEqual({ queued: 11 });
    expect((await job(single.id)).counts).toEqual({ queued: 1 });
  });
});
