/** The audit trail as admins read it, on real transactions and with each function's own role. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import { renameDevice, retireDevice } from '../../../lib/api/devices.ts';
import { createGroup } from '../../../lib/api/groups.ts';
import { acknowledgeTask, orderRestart } from '../../../lib/api/restarts.ts';
import { stackUrl, token } from '../support/stack.ts';
import { polledTasks, productAt, refusal } from './product.ts';

const product = productAt(stackUrl());

type Filter = { actor?: string; subject?: string };

/** Who reads leaves no record, so that nobody sees more of the trail by looking at it. */
const trail = async (filter: Filter, limit = 100) => {
  const reader = await product.admin('admin', 'auditor');
  const items = [];
  let cursor: string | undefined;
  do {
    const query = { ...filter, limit: `${limit}`, ...(cursor !== undefined && { cursor }) };
    const { body } = await reader(listAuditEvents, { query });
    items.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  return items;
};

const newSubject = (): string => `admin-${randomUUID()}`;

describe('the audit trail', () => {
  it('has what was done to a device, by whom, from where, and under which request', async () => {
    const name = newSubject();
    const admin = await product.admin('admin', name);
    const device = await product.enroll('pc-audited');
    const { headers } = await product.raw('PATCH', `/v1/devices/${device.id}`, {
      token: await token(['admin'], { subject: name }),
      body: JSON.stringify({ name: 'Lobby' }),
    });
    await admin(retireDevice, { params: { id: device.id } });
    const events = await trail({ subject: device.id });
    const subject = { type: 'device', id: device.id };
    const by = { type: 'admin', id: name, name, roles: ['admin'] };
    const ours = { id: expect.stringMatching(/^evt_/), at: expect.stringMatching(/Z$/), outcome: 'succeeded', subject };
    const sent = { sourceIp: '127.0.0.1', requestId: expect.any(String) };
    expect(events).toEqual([
      { ...ours, ...sent, operation: 'retireDevice', actor: by },
      { ...ours, ...sent, operation: 'renameDevice', actor: by, requestId: headers.get('x-request-id') },
      {
        ...ours,
        ...sent,
        operation: 'enroll',
        actor: { type: 'device', id: device.id, name: 'pc-audited' },
        using: { type: 'enrollmentToken', id: expect.stringMatching(/^enr_/) },
      },
    ]);
  });

  it('has what a device did, and neither its polls nor what follows by itself', async () => {
    const device = await product.enroll();
    const operator = await product.admin('operator', newSubject());
    const { body: job } = await operator(orderRestart, { body: { deviceIds: [device.id], graceSeconds: 0 } });
    await product.settle();
    const [task] = await polledTasks(device);
    const acknowledgement = {
      params: { id: task?.id ?? '' },
      body: { receipt: task?.receipt ?? '', bootId: device.boot },
    };
    await device.call(acknowledgeTask, acknowledgement);
    await device.call(acknowledgeTask, acknowledgement);
    // It comes back with another boot.
    device.boot = randomUUID();
    await device.poll();
    await device.poll();
    const done = (await trail({ actor: device.id })).map(({ operation, subject }) => ({ operation, id: subject.id }));
    expect(done).toEqual([
      { operation: 'poll', id: task?.id },
      { operation: 'acknowledgeTask', id: task?.id },
      { operation: 'enroll', id: device.id },
    ]);
    expect(await trail({ subject: job.id })).toMatchObject([{ operation: 'orderRestart' }]);
    expect(await trail({ subject: task?.id ?? '' })).toHaveLength(2);
  });

  it('has who was denied what, with the answer', async () => {
    const name = newSubject();
    const viewer = await product.admin('viewer', name);
    const device = await product.enroll();
    const other = await product.enroll();
    expect(await refusal(viewer(renameDevice, { params: { id: device.id }, body: { name: 'Mine' } }))).toMatchObject({
      status: 403,
    });
    expect(await refusal(viewer(listAuditEvents, {}))).toMatchObject({ status: 403, code: 'forbidden' });
    const operator = await product.admin('operator');
    await operator(orderRestart, { body: { deviceIds: [device.id] } });
    await product.settle();
    const [task] = await polledTasks(device);
    const params = { id: task?.id ?? '' };
    const stolen = other.call(acknowledgeTask, { params, body: { receipt: task?.receipt ?? '', bootId: other.boot } });
    expect(await refusal(stolen)).toMatchObject({ status: 404 });

    expect(await trail({ actor: name })).toMatchObject([
      { operation: 'listAuditEvents', outcome: 'denied', status: 403, actor: { roles: ['viewer'] } },
      { operation: 'renameDevice', outcome: 'denied', status: 403, subject: { id: device.id } },
    ]);
    expect(await trail({ actor: other.id, subject: params.id })).toMatchObject([
      { operation: 'acknowledgeTask', outcome: 'denied', status: 404 },
    ]);
  });

  it('is read by pages, whole, newest first, whatever the filter', async () => {
    const name = newSubject();
    const operator = await product.admin('operator', name);
    const made = [];
    for (let i = 0; i < 7; i += 1) made.unshift((await operator(createGroup, { body: { name: `g${i}` } })).body.id);
    expect((await trail({ actor: name }, 3)).map(({ subject }) => subject.id)).toEqual(made);
    const [one = ''] = made;
    expect(await trail({ actor: name, subject: one })).toHaveLength(1);
    expect(await trail({ actor: 'somebody else', subject: one })).toEqual([]);
    const all = (await (await product.admin())(listAuditEvents, { query: { limit: '100' } })).body.items;
    const ids = all.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    // One filter's cursor is no other's.
    const reader = await product.admin();
    const { body } = await reader(listAuditEvents, { query: { actor: name, limit: '1' } });
    const query = { subject: one, cursor: body.nextCursor ?? '' };
    expect(await refusal(reader(listAuditEvents, { query }))).toMatchObject({ code: 'invalid_cursor' });
  });
});
