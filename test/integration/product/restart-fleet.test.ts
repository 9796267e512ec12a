/** Orders for the whole fleet, and for what a job failed at, on a stack of its own: such an order reaches every device. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addGroupMember, createGroup, removeGroupMember } from '../../../lib/api/groups.ts';
import {
  getRestartJob,
  listJobTasks,
  orderRestart,
  previewRestart,
  type RestartOrder,
  reportResult,
  retryRestartJob,
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

const order = async (body: Partial<RestartOrder>) =>
  (await (await product.admin('operator'))(orderRestart, { body })).body;
const retry = async (id: string, idempotencyKey = randomUUID()) =>
  (await product.admin('operator'))(retryRestartJob, { params: { id } }, { idempotencyKey });
const job = async (id: string) => (await (await product.admin())(getRestartJob, { params: { id } })).body;
const reached = async (id: string) => {
  const { body } = await (await product.admin())(listJobTasks, { params: { id }, query: { limit: '100' } });
  return body.items.map(({ deviceId }) => deviceId).sort();
};
const restart = async (device: TestDevice) => {
  await takeTask(device);
  device.boot = randomUUID();
  await device.poll();
};

describe('an order for all devices', () => {
  it('is answered before they are known, reaches each once, and who is enrolled later is no part of it', async () => {
    const devices = await Promise.all(Array.from({ length: 30 }, () => product.enroll()));
    await product.settle();
    const ordered = await order({ groupId: 'all' });
    const late = await product.enroll();
    expect(ordered).toMatchObject({ state: 'expanding', target: { groupId: 'all' }, deviceCount: 0 });
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'running', deviceCount: 30, counts: { queued: 30 } });
    expect(await reached(ordered.id)).toEqual(devices.map(({ id }) => id).sort());
    expect((await late.poll()).status).toBe(204);
    for (const device of devices) await restart(device);
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'completed', counts: { succeeded: 30 } });
  });

  it('is refused for a group that nobody made, and for a group and devices at once', async () => {
    expect(await refusal(order({ groupId: 'grp_unknown' }))).toMatchObject({
      status: 400,
      errors: [{ path: '/groupId', message: expect.stringContaining('grp_unknown') }],
    });
    const excepting = { exceptDeviceIds: ['dev_x'] };
    for (const body of [{}, { groupId: 'all', deviceIds: ['dev_x'] }, excepting, { groupId: 'all', ...excepting }]) {
      expect(await refusal(order(body))).toMatchObject({ status: 400, code: 'invalid_request' });
    }
  });
});

describe('an order for a group', () => {
  it('reaches its members of that moment and nobody else, each once, and ends when they are back', async () => {
    const admin = await product.admin();
    const devices = await Promise.all(Array.from({ length: 12 }, () => product.enroll()));
    const { body: group } = await admin(createGroup, { body: { name: `office ${randomUUID()}` } });
    for (const { id } of devices) await admin(addGroupMember, { params: { id: group.id, deviceId: id } });
    const [left, ...members] = devices as [TestDevice, ...TestDevice[]];
    await admin(removeGroupMember, { params: { id: group.id, deviceId: left.id } });
    await product.settle();
    const preview = await admin(previewRestart, { body: { groupId: group.id } });
    expect(preview.body).toMatchObject({ deviceCount: 11, alreadyRestarting: 0, unknownDeviceIds: [] });
    const [spared, ...meant] = members as [TestDevice, ...TestDevice[]];
    const body = { groupId: group.id, exceptDeviceIds: [spared.id] };
    expect((await admin(previewRestart, { body })).body).toMatchObject({ deviceCount: 10 });
    const ordered = await order(body);
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'running', deviceCount: 10, counts: { queued: 10 } });
    expect(await reached(ordered.id)).toEqual(meant.map(({ id }) => id).sort());
    for (const device of [left, spared]) expect((await device.poll()).status).toBe(204);
    for (const device of meant) await restart(device);
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'completed', counts: { succeeded: 10 } });
  });

  it('joins the open tasks of those who have one, and is over at once where nobody is in the group', async () => {
    const admin = await product.admin();
    const [busy, free] = (await Promise.all([product.enroll(), product.enroll()])) as [TestDevice, TestDevice];
    const { body: group } = await admin(createGroup, { body: { name: `two ${randomUUID()}` } });
    const empty = await order({ groupId: group.id });
    await product.settle();
    expect(await job(empty.id)).toMatchObject({ state: 'completed', deviceCount: 0, counts: {} });
    for (const { id } of [busy, free]) await admin(addGroupMember, { params: { id: group.id, deviceId: id } });
    await order({ deviceIds: [busy.id] });
    await product.settle();
    const ordered = await order({ groupId: group.id });
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'running', counts: { queued: 1, joined: 1 } });
    for (const device of [busy, free]) await restart(device);
    await product.settle();
    expect(await job(ordered.id)).toMatchObject({ state: 'completed', counts: { succeeded: 1, joined: 1 } });
  });
});

describe('a preview', () => {
  it('says what an order would reach, and orders nothing', async () => {
    const [seen, unseen] = await Promise.all([product.enroll(), product.enroll()]);
    await seen.poll();
    const operator = await product.admin('operator');
    const preview = async (body: Partial<RestartOrder>) => (await operator(previewRestart, { body })).body;
    const deviceIds = [seen.id, unseen.id, 'dev_unknown'];
    expect(await preview({ deviceIds })).toEqual({
      deviceCount: 2,
      offlineCount: 1,
      alreadyRestarting: 0,
      unknownDeviceIds: ['dev_unknown'],
    });
    await order({ deviceIds: [seen.id] });
    await product.settle();
    expect(await preview({ deviceIds })).toMatchObject({ alreadyRestarting: 1 });
    expect((await preview({ groupId: 'all' })).deviceCount).toBeGreaterThanOrEqual(2);
    expect((await unseen.poll()).status).toBe(204);
    await restart(seen);
  });
});

describe('a retry', () => {
  it('is a new job for the devices whose task failed or was not delivered in time', async () => {
    const [good, failing, away] = (await Promise.all([1, 2, 3].map(() => product.enroll()))) as [
      TestDevice,
      TestDevice,
      TestDevice,
    ];
    await product.settle();
    const old = await order({
      deviceIds: [good.id, failing.id, away.id],
      deliverWithinMinutes: 5,
      message: 'patch day',
    });
    await product.settle();
    expect(await refusal(retry(old.id))).toMatchObject({ status: 409, currentState: 'running' });
    await restart(good);
    const taken = await takeTask(failing);
    const body = { outcome: 'failed' as const, bootId: failing.boot, bootedAt: '2026-01-01T00:00:00Z' };
    await failing.call(reportResult, { params: { id: taken.id }, body });
    await product.advance(5);
    await product.sweep();
    await product.settle();
    expect(await job(old.id)).toMatchObject({ state: 'completed', counts: { succeeded: 1, failed: 1, expired: 1 } });

    const key = randomUUID();
    const { body: retried, status } = await retry(old.id, key);
    expect(status).toBe(202);
    expect(retried).toMatchObject({ target: { retryOf: old.id }, message: 'patch day', deliverWithinMinutes: 5 });
    expect((await retry(old.id, key)).body.id).toBe(retried.id);
    await product.settle();
    expect(await reached(retried.id)).toEqual([failing.id, away.id].sort());
    for (const device of [failing, away]) await restart(device);
    await product.settle();
    expect(await job(retried.id)).toMatchObject({ state: 'completed', deviceCount: 2, counts: { succeeded: 2 } });
    expect(await refusal(retry(retried.id))).toMatchObject({ status: 409, code: 'invalid_state' });
    expect(await refusal(retry('job_unknown'))).toMatchObject({ status: 404 });
  });
});
