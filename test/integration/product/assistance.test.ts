/** Assistance on the local stack: the whole story, its other endings, and two admins at once. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acknowledgeAlert, listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  consent,
  declineAssistanceRequest,
  endAssistance,
  endOwnAssistance,
  getAssistanceRequest,
  getOwnAssistanceRequest,
  listAssistanceRequests,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import { getTimeline } from '../../../lib/api/devices.ts';
import { stackUrl } from '../support/stack.ts';
import { productAt, refusal, type TestDevice } from './product.ts';

const product = productAt(stackUrl());

const ask = async (device: TestDevice) => {
  const { body } = await device.call(requestAssistance, {
    body: {
      message: 'The printer\nis on fire',
      requester: { name: 'Ada', email: 'ada@example.org' },
      rustdeskId: '123456789',
    },
  });
  return body;
};

describe('the lists of requests', () => {
  it('are of one device, and of those that are open, oldest first', async () => {
    const helpdesk = await product.admin('helpdesk');
    const [device, other] = await Promise.all([product.enroll(), product.enroll()]);
    const first = await ask(device);
    await helpdesk(declineAssistanceRequest, { params: { id: first.id }, body: { reason: 'later' } });
    const second = await ask(device);
    const third = await ask(other);
    await helpdesk(approveAssistanceRequest, { params: { id: second.id }, body: {} });
    const ids = async (query: object) =>
      (await helpdesk(listAssistanceRequests, { query: { limit: '100', ...query } })).body.items.map(({ id }) => id);
    expect(await ids({ deviceId: device.id })).toEqual([second.id, first.id]);
    expect(await ids({ deviceId: device.id, state: 'open' })).toEqual([second.id]);
    expect(await ids({ deviceId: 'dev_unknown' })).toEqual([]);
    const open = await ids({ state: 'open' });
    expect(open.filter((id) => [first.id, second.id, third.id].includes(id))).toEqual([second.id, third.id]);
    expect(open).toEqual([...open].sort());
    const { body: page } = await helpdesk(listAssistanceRequests, { query: { deviceId: device.id, limit: '1' } });
    const cursor = page.nextCursor ?? '';
    expect(await ids({ deviceId: device.id, limit: '1', cursor })).toEqual([first.id]);
    expect(await refusal(helpdesk(listAssistanceRequests, { query: { deviceId: other.id, cursor } }))).toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe('a request for help', () => {
  it('goes from asking to the end, with its alert, its events and its timeline', async () => {
    const helpdesk = await product.admin('helpdesk', 'grace');
    const device = await product.enroll();
    const request = await ask(device);
    const params = { id: request.id };
    expect(request).toMatchObject({ state: 'pending', deviceId: device.id });
    expect(Date.parse(request.expiresAt ?? '') - Date.parse(request.createdAt)).toBe(4 * 3600 * 1000);
    await product.settle();

    const alerts = async (state: 'active' | 'acknowledged' | 'resolved') =>
      (await helpdesk(listAlerts, { query: { state, limit: '100' } })).body.items.filter(
        (alert) => alert.subject.id === request.id,
      );
    const [alert] = await alerts('active');
    expect(alert).toMatchObject({
      kind: 'assistanceRequested',
      deviceId: device.id,
      title: expect.stringContaining('Ada'),
    });
    await helpdesk(acknowledgeAlert, { params: { id: alert?.id ?? '' } });
    expect(await alerts('acknowledged')).toMatchObject([{ acknowledgedBy: 'grace' }]);
    expect(JSON.stringify(await product.notifications())).toContain(alert?.id);

    const { body: pending } = await helpdesk(listAssistanceRequests, { query: { state: 'pending', limit: '100' } });
    expect(pending.items.map((item) => item.id)).toContain(request.id);

    const { body: approved } = await helpdesk(approveAssistanceRequest, { params, body: {} });
    expect(approved).toMatchObject({
      state: 'approved',
      approvedBy: 'grace',
      session: { connector: 'rustdesk', supporterLink: 'rustdesk://123456789' },
    });
    const polled = await device.poll();
    expect(polled.body?.assistanceRequest).toMatchObject({ id: request.id, state: 'approved' });
    expect(JSON.stringify(polled.body)).not.toContain('supporterLink');
    expect(polled.retryAfterSeconds).toBeLessThan(10);

    await device.call(consent, { params, body: { decision: 'accepted' } });
    const again = await device.call(consent, { params, body: { decision: 'accepted' } });
    expect(again.body.state).toBe('connected');
    const { body: ended } = await helpdesk(endAssistance, { params });
    expect(ended).toMatchObject({ state: 'ended', endReason: 'adminEnded' });
    await product.settle();

    expect(await alerts('resolved')).toMatchObject([{ id: alert?.id }]);
    const { body: timeline } = await helpdesk(getTimeline, { params: { id: device.id } });
    const kinds = timeline.items.map((entry) => entry.kind);
    expect(kinds).toEqual(expect.arrayContaining(['AlertRaised', 'AlertAcknowledged', 'AlertResolved']));
    expect(kinds.filter((kind) => !kind.startsWith('Alert'))).toEqual([
      'AssistanceEnded',
      'AssistanceConnected',
      'AssistanceApproved',
      'AssistanceRequested',
      'DeviceEnrolled',
    ]);
    const events = (await product.events()).filter((event) => event.detail['id'] === request.id);
    expect(events.map((event) => event['detail-type'])).toEqual([
      'AssistanceRequested',
      'AssistanceApproved',
      'AssistanceConnected',
      'AssistanceEnded',
    ]);
    expect(JSON.stringify(events)).not.toMatch(/rustdesk:|printer|example\.org/);
    expect((await device.poll()).status).toBe(204);
  });

  it('can be withdrawn, declined, refused, or ended by the person', async () => {
    const helpdesk = await product.admin('helpdesk');
    const device = await product.enroll();

    const withdrawn = await ask(device);
    expect((await device.call(withdrawAssistanceRequest, { params: { id: withdrawn.id } })).body.state).toBe(
      'withdrawn',
    );

    const declined = await ask(device);
    const reason = { reason: 'call the hotline' };
    await helpdesk(declineAssistanceRequest, { params: { id: declined.id }, body: reason });
    const seen = await device.call(getOwnAssistanceRequest, { params: { id: declined.id } });
    expect(seen.body).toMatchObject({ state: 'declined', declineReason: 'call the hotline' });

    const refused = await ask(device);
    await helpdesk(approveAssistanceRequest, { params: { id: refused.id }, body: {} });
    const decision = { decision: 'refused' as const };
    expect((await device.call(consent, { params: { id: refused.id }, body: decision })).body.state).toBe('refused');

    const ended = await ask(device);
    await helpdesk(approveAssistanceRequest, { params: { id: ended.id }, body: {} });
    await device.call(consent, { params: { id: ended.id }, body: { decision: 'accepted' } });
    const { body } = await device.call(endOwnAssistance, { params: { id: ended.id } });
    expect(body).toMatchObject({ state: 'ended', endReason: 'userEnded' });

    for (const { id } of [withdrawn, declined, refused, ended]) {
      const approval = helpdesk(approveAssistanceRequest, { params: { id }, body: {} });
      expect(await refusal(approval)).toMatchObject({
        status: 409,
        code: 'invalid_state',
        currentState: expect.any(String),
      });
    }
  });

  it('is one at a time for a device, and the same one for the same Idempotency-Key', async () => {
    const device = await product.enroll();
    const idempotencyKey = randomUUID();
    const order = { body: { message: 'help', requester: { name: 'Ada' } } };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => device.call(requestAssistance, order, { idempotencyKey })),
    );
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') !== 'true')).toHaveLength(1);
    expect(await refusal(device.call(requestAssistance, order))).toMatchObject({ status: 409, code: 'already_exists' });
    const other = { body: { ...order.body, message: 'other' } };
    expect(await refusal(device.call(requestAssistance, other, { idempotencyKey }))).toMatchObject({ status: 422 });
  });

  it('that ten admins approve at once has one session', async () => {
    const device = await product.enroll();
    const { id } = await ask(device);
    const admins = await Promise.all(Array.from({ length: 10 }, (_, i) => product.admin('helpdesk', `admin-${i}`)));
    const answers = await Promise.allSettled(
      admins.map((admin) => admin(approveAssistanceRequest, { params: { id }, body: {} })),
    );
    const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.body] : []));
    expect(won).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') {
        expect(answer.reason.problem).toMatchObject({ code: 'invalid_state', currentState: 'approved' });
      }
    }
    const { body } = await (await product.admin())(getAssistanceRequest, { params: { id } });
    expect(body.approvedBy).toBe(won[0]?.approvedBy);
  });

  it('is approved once for the same Idempotency-Key, with the same session', async () => {
    const { id } = await ask(await product.enroll());
    const helpdesk = await product.admin('helpdesk');
    const options = { idempotencyKey: randomUUID() };
    const approve = () => helpdesk(approveAssistanceRequest, { params: { id }, body: {} }, options);
    const first = await approve();
    const again = await approve();
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('shows the ways in to those who may open its session, one request at a time, until it is over', async () => {
    const device = await product.enroll();
    const { id } = await ask(device);
    const params = { id };
    const [viewer, grace, henry, admin] = await Promise.all([
      product.admin('viewer', 'victor'),
      product.admin('helpdesk', `grace-${id}`),
      product.admin('operator', `henry-${id}`),
      product.admin('admin'),
    ]);
    const options = { idempotencyKey: randomUUID() };
    const approve = () => grace(approveAssistanceRequest, { params, body: {} }, options);
    const read = async (who: typeof viewer) => (await who(getAssistanceRequest, { params })).body.session;
    const readings = async () =>
      (await admin(listAuditEvents, { query: { subject: id } })).body.items
        .filter(({ operation }) => operation === 'getAssistanceRequest')
        .map(({ actor, outcome }) => `${actor.id} ${outcome}`);
    const waysIn = { supporterLink: 'rustdesk://123456789', code: '123456789' };
    const onlySeen = { connector: 'rustdesk', validUntil: expect.any(String) };

    expect((await approve()).body.session).toMatchObject(waysIn);
    for (const who of [grace, henry, henry]) expect(await read(who)).toMatchObject(waysIn);
    expect(await readings()).toEqual([`henry-${id} succeeded`]);

    expect(await read(viewer)).toEqual(onlySeen);
    for (const who of [viewer, grace, admin]) {
      const { body } = await who(listAssistanceRequests, { query: { state: 'approved', limit: '100' } });
      expect(body.items.find((item) => item.id === id)?.session).toEqual(onlySeen);
      expect(JSON.stringify(body)).not.toMatch(/supporterLink|rustdesk:|123456789/);
    }

    await device.call(endOwnAssistance, { params });
    for (const who of [grace, henry, admin]) {
      expect(await read(who)).toEqual({ ...onlySeen, note: expect.any(String) });
    }
    const replayed = await approve();
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(replayed.body).toMatchObject({ state: 'ended' });
    expect(JSON.stringify(replayed.body)).not.toMatch(/supporterLink|rustdesk:|123456789/);
    expect(await readings()).toHaveLength(1);
    await product.settle();
    const told = [await product.events(), await product.notifications()];
    expect(JSON.stringify(told)).not.toMatch(/supporterLink|rustdesk:/);
  });

  it("is another device's for nobody", async () => {
    const [device, other] = await Promise.all([product.enroll(), product.enroll()]);
    const { id } = await ask(device);
    const attempts = [
      () => other.call(getOwnAssistanceRequest, { params: { id } }),
      () => other.call(withdrawAssistanceRequest, { params: { id } }),
      () => other.call(consent, { params: { id }, body: { decision: 'accepted' } }),
      () => other.call(endOwnAssistance, { params: { id } }),
      () => device.call(getOwnAssistanceRequest, { params: { id: 'req_unknown' } }),
    ];
    for (const attempt of attempts) expect(await refusal(attempt())).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('cannot be approved through a connector that is not onboarded', async () => {
    const device = await product.enroll();
    const { id } = await ask(device);
    const helpdesk = await product.admin('helpdesk');
    const approval = helpdesk(approveAssistanceRequest, { params: { id }, body: { connector: 'teamviewer' } });
    expect(await refusal(approval)).toMatchObject({ status: 409, code: 'connector_not_onboarded' });
    expect((await helpdesk(getAssistanceRequest, { params: { id } })).body.state).toBe('pending');
  });
});
