/** Devices on the local stack: enrolment tokens, enrolment, lists, retiring. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  endAssistance,
  getAssistanceRequest,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import {
  createEnrollmentToken,
  enroll,
  getDevice,
  getTimeline,
  listDevices,
  listEnrollmentTokens,
  renameDevice,
  retireDevice,
  revokeEnrollmentToken,
  rotateCredential,
} from '../../../lib/api/devices.ts';
import { addGroupMember, createGroup, getGroup } from '../../../lib/api/groups.ts';
import { getRestartTask, listJobTasks, orderRestart } from '../../../lib/api/restarts.ts';
import { stackUrl } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { productAt, refusal } from './product.ts';

const product = productAt(stackUrl());
const enrolment = (enrollmentToken: string, name = 'pc') => ({
  body: { enrollmentToken, name, platform: 'windows' as const, agentVersion: '1.0.0' },
});

describe('enrolment', () => {
  it('takes a token as often as it says, also when many ask at once', async () => {
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: { maxUses: 10 } });
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, () => product.anybody(enroll, enrolment(made.token))),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(10);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ status: 401 });
    }
    const { body: tokens } = await admin(listEnrollmentTokens, { query: { limit: '100' } });
    expect(tokens.items.find((token) => token.id === made.id)).toMatchObject({ uses: 10, maxUses: 10 });
    expect(JSON.stringify(tokens)).not.toContain(made.token);
  });

  it('answers 401 for a spent, a revoked, an expired and an unknown token alike', async () => {
    const admin = await product.admin();
    const { body: spent } = await admin(createEnrollmentToken, { body: {} });
    await product.anybody(enroll, enrolment(spent.token));
    const { body: revoked } = await admin(createEnrollmentToken, { body: {} });
    await admin(revokeEnrollmentToken, { params: { id: revoked.id } });
    const wrongSecret = `${revoked.token.slice(0, -3)}AAA`;
    for (const token of [spent.token, revoked.token, wrongSecret, 'nonsense', 'rae_']) {
      expect(await refusal(product.anybody(enroll, enrolment(token)))).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      });
    }
    expect(await refusal(admin(revokeEnrollmentToken, { params: { id: revoked.id } }))).toMatchObject({ status: 404 });
  });

  it('gives the same device and token for the same Idempotency-Key, and uses the enrolment token once', async () => {
    const { body: made } = await (await product.admin())(createEnrollmentToken, { body: {} });
    const idempotencyKey = randomUUID();
    const [first, second] = await Promise.all([
      product.anybody(enroll, enrolment(made.token), { idempotencyKey }),
      product.anybody(enroll, enrolment(made.token), { idempotencyKey }),
    ]);
    const third = await product.anybody(enroll, enrolment(made.token), { idempotencyKey });
    expect(second.body).toEqual(first.body);
    expect(third.body).toEqual(first.body);
    expect(third.headers.get('idempotency-replayed')).toBe('true');
    expect(await refusal(product.anybody(enroll, enrolment(made.token, 'other'), { idempotencyKey }))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });
});

describe('an enrolment token that is revoked', () => {
  it('gives nothing for a key that it was used with either', async () => {
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: {} });
    const idempotencyKey = randomUUID();
    const again = () => product.anybody(enroll, enrolment(made.token), { idempotencyKey });
    const { body: first } = await again();
    // It is spent by now, which is no matter.
    expect((await again()).body).toEqual(first);
    await admin(revokeEnrollmentToken, { params: { id: made.id } });
    expect(await refusal(again())).toMatchObject({ status: 401, code: 'unauthenticated' });
    // The device stays.
    expect((await product.deviceWith(first.deviceId, first.deviceToken).poll()).status).toBe(204);
  });

  it('is named by each device that came in by it, and by its audit record', async () => {
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: {} });
    const { body: enrolled } = await product.anybody(enroll, enrolment(made.token));
    const params = { id: enrolled.deviceId };
    expect((await admin(getDevice, { params })).body.enrollmentTokenId).toBe(made.id);
    const { body: audit } = await admin(listAuditEvents, { query: { subject: enrolled.deviceId } });
    expect(audit.items).toMatchObject([{ operation: 'enroll', using: { type: 'enrollmentToken', id: made.id } }]);
  });
});

describe('a device whose place another one takes', () => {
  it('has a record and an alert of its own', async () => {
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: { maxUses: 2, mayReplace: true } });
    const body = { ...enrolment(made.token, 'desk').body, serialNumber: `sn-${randomUUID()}` };
    const { body: former } = await product.anybody(enroll, { body });
    const { body: next } = await product.anybody(enroll, { body });
    await product.settle();
    const { body: audit } = await admin(listAuditEvents, { query: { subject: former.deviceId } });
    expect(audit.items.map(({ operation, actor, using }) => [operation, actor.id, using?.id])).toEqual([
      ['enroll', next.deviceId, made.id],
      ['enroll', former.deviceId, made.id],
    ]);
    const { body: alerts } = await admin(listAlerts, { query: { state: 'active', limit: '100' } });
    expect(alerts.items.filter(({ deviceId }) => deviceId === former.deviceId)).toMatchObject([
      { kind: 'deviceReplaced', severity: 'info', data: { replacedBy: next.deviceId } },
    ]);
    const { body: timeline } = await admin(getTimeline, { params: { id: former.deviceId } });
    expect(timeline.items.map(({ title }) => title)).toContainEqual(expect.stringMatching(/^Another device enrolled/));
  });
});

describe('a device that asks for more than one PC needs', () => {
  it('is refused, and told until when, before it has made the admins deaf', async () => {
    const device = await product.enroll();
    const asked = async () => {
      const body = JSON.stringify({ message: 'help', requester: { name: 'Mallory' } });
      const answer = await product.raw('POST', '/v1/agent/assistance-requests', { token: device.token, body });
      if (answer.status !== 201) return answer;
      const { id } = answer.body as unknown as { id: string };
      await device.call(withdrawAssistanceRequest, { params: { id } });
      return undefined;
    };
    let times = 0;
    let refused = await asked();
    while (!refused && times < 100) {
      times += 1;
      refused = await asked();
    }
    expect(times).toBe(30);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    const seconds = Number(refused?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(3000);
    expect(seconds).toBeLessThanOrEqual(3600);
    // What it is there for goes on.
    expect((await device.poll()).status).toBe(204);
  });

  it('rotates its credential ten times an hour', async () => {
    const device = await product.enroll();
    for (let times = 1; times <= 10; times += 1) await device.call(rotateCredential, { body: {} });
    expect(await refusal(device.call(rotateCredential, { body: {} }))).toMatchObject({
      status: 429,
      code: 'too_many_requests',
    });
  });
});

describe('a serial number', () => {
  const withSerial = (enrollmentToken: string, serialNumber: string, name = 'pc') => ({
    body: { ...enrolment(enrollmentToken, name).body, serialNumber },
  });
  const named = async (name: string) =>
    (await (await product.admin())(listDevices, { query: { namePrefix: name } })).body.items;

  it('is one device’s at a time, also when ten enrol with it at once', async () => {
    const name = `sn-${randomUUID()}`;
    const { body: made } = await (await product.admin())(createEnrollmentToken, { body: { maxUses: 20 } });
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => product.anybody(enroll, withSerial(made.token, name, name))),
    );
    const enrolled = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.body] : []));
    expect(enrolled).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ status: 409 });
    }
    const again = await refusal(product.anybody(enroll, withSerial(made.token, name.toUpperCase(), name)));
    expect(again).toMatchObject({ status: 409, code: 'already_exists' });
    expect((await named(name)).map(({ id }) => id)).toEqual([enrolled[0]?.deviceId]);
    const { deviceId = '', deviceToken = '' } = enrolled[0] ?? {};
    expect((await product.deviceWith(deviceId, deviceToken).poll()).status).toBe(204);
  });

  it('goes to the PC that is installed anew, with none of the old work, by a token that an admin made for it', async () => {
    const name = `sn-${randomUUID()}`;
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: { maxUses: 20, mayReplace: true } });
    expect(made.mayReplace).toBe(true);
    const { body: before } = await product.anybody(enroll, withSerial(made.token, name, name));
    const old = product.deviceWith(before.deviceId, before.deviceToken);
    const { body: request } = await old.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    const { body: job } = await admin(orderRestart, { body: { deviceIds: [old.id] } });
    const { body: group } = await admin(createGroup, { body: { name } });
    await admin(addGroupMember, { params: { id: group.id, deviceId: old.id } });
    await product.settle();
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => product.anybody(enroll, withSerial(made.token, name, name))),
    );
    // Those that came at the same moment were refused; of those that came later, each replaced the one before.
    const enrolled = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.body] : []));
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ status: 409 });
    }
    const [inService, ...more] = await named(name);
    expect(more).toEqual([]);
    await product.settle();
    for (const { deviceId, deviceToken } of [before, ...enrolled]) {
      const device = product.deviceWith(deviceId, deviceToken);
      if (deviceId === inService?.id) expect((await device.poll()).status).toBe(204);
      else expect(await refusal(device.poll())).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
    expect(enrolled.map(({ deviceId }) => deviceId)).toContain(inService?.id);
    const { body: tasks } = await admin(listJobTasks, { params: { id: job.id } });
    expect(tasks.items.map(({ deviceId, state }) => [deviceId, state])).toEqual([[old.id, 'removed']]);
    expect((await admin(getAssistanceRequest, { params: { id: request.id } })).body).toMatchObject({
      state: 'ended',
      endReason: 'deviceRetired',
    });
    const { body: timeline } = await admin(getTimeline, { params: { id: inService?.id ?? '' } });
    expect(timeline.items.map(({ kind }) => kind)).toEqual(['DeviceEnrolled']);
    expect((await admin(getGroup, { params: { id: group.id } })).body.deviceCount).toBe(0);
  });
});

describe('a rotated credential', () => {
  it('takes the place of the old one when it is first used', async () => {
    const device = await product.enroll();
    const idempotencyKey = randomUUID();
    const { body: rotated } = await device.call(rotateCredential, { body: {} }, { idempotencyKey });
    const again = await device.call(rotateCredential, { body: {} }, { idempotencyKey });
    expect(again.body).toEqual(rotated);
    expect((await device.poll()).status).toBe(204);
    const renewed = product.deviceWith(device.id, rotated.deviceToken);
    expect((await renewed.poll()).status).toBe(204);
    expect(await refusal(device.poll())).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await renewed.poll()).status).toBe(204);
  });
});

describe('devices', () => {
  it('are listed page by page in the order of their names, and found by prefix whatever the case', async () => {
    const admin = await product.admin('viewer');
    const run = randomUUID().slice(0, 8);
    const names = ['Beta', 'alpha 2', 'Alpha 10', 'gamma', 'alpha', 'BETA 2', 'delta'].map((name) => `${run} ${name}`);
    await Promise.all(names.map((name) => product.enroll(name)));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await admin(listDevices, {
        query: { namePrefix: run.toUpperCase(), limit: '3', ...(cursor !== undefined && { cursor }) },
      });
      seen.push(...body.items.map((device) => device.name));
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  });

  it('are found by what they are, in pages that say how many were looked at', async () => {
    const admin = await product.admin();
    const run = randomUUID().slice(0, 8);
    const [first, second] = await Promise.all([product.enroll(`${run} Front Desk`), product.enroll(`${run} Kitchen`)]);
    await first.poll();
    const namesOf = async (query: object) =>
      (await admin(listDevices, { query: { namePrefix: run, ...query } })).body.items.map(({ name }) => name);
    expect(await namesOf({ nameContains: 'desk' })).toEqual([`${run} Front Desk`]);
    expect(await namesOf({ online: 'true' })).toEqual([`${run} Front Desk`]);
    expect(await namesOf({ platform: 'linux', agentVersion: '1.0.0' })).toHaveLength(2);
    expect(await namesOf({ platform: 'macos' })).toEqual([]);
    expect(await namesOf({ seenAfter: new Date(Date.now() - 60_000).toISOString() })).toHaveLength(1);
    expect(await namesOf({ seenBefore: '2026-01-01T00:00:00Z' })).toEqual([`${run} Kitchen`]);
    const { body } = await admin(listDevices, { query: { namePrefix: run, nameContains: 'e', limit: '1' } });
    expect(body).toMatchObject({ examinedCount: 1, nextCursor: expect.any(String) });
    const cursor = body.nextCursor ?? '';
    const rest = await admin(listDevices, { query: { namePrefix: run, nameContains: 'e', limit: '1', cursor } });
    expect(rest.body.items.map(({ id }) => id)).toEqual([second.id]);
    // A cursor belongs to what was asked for.
    const other = { namePrefix: run, nameContains: 'k', cursor };
    expect(await refusal(admin(listDevices, { query: other }))).toMatchObject({ code: 'invalid_cursor' });
    for (const bad of [{ online: 'yes' }, { seenBefore: 'yesterday' }, { platform: 'bsd' }, { nameContains: '' }]) {
      const query = new URLSearchParams(bad as Record<string, string>);
      const answer = await product.raw('GET', `/v1/devices?${query}`, { token: await product.token('viewer') });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    }
  });

  it('show what they have open', async () => {
    const admin = await product.admin();
    const device = await product.enroll();
    const { body: request } = await device.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    const { body: job } = await admin(orderRestart, { body: { deviceIds: [device.id] } });
    await product.settle();
    const shown = async () => (await admin(getDevice, { params: { id: device.id } })).body;
    expect(await shown()).toMatchObject({
      openAssistance: { requestId: request.id, state: 'pending' },
      openRestart: { jobId: job.id, state: 'queued' },
    });
    await admin(approveAssistanceRequest, { params: { id: request.id }, body: {} });
    expect((await shown()).openAssistance).toEqual({ requestId: request.id, state: 'approved' });
    await admin(endAssistance, { params: { id: request.id } });
    expect(await shown()).not.toHaveProperty('openAssistance');
  });

  it('refuses a cursor that was changed, made up, or given by another list', async () => {
    const admin = await product.admin();
    await Promise.all([product.enroll(), product.enroll()]);
    const { body } = await admin(listDevices, { query: { limit: '1' } });
    const cursor = body.nextCursor ?? '';
    const forged = [`${cursor}A`, cursor.slice(1), Buffer.from('dev_x').toString('base64url'), 'x', '%00'];
    for (const bad of forged) {
      expect(await refusal(admin(listDevices, { query: { cursor: bad } }))).toMatchObject({
        status: 400,
        code: 'invalid_cursor',
      });
    }
    expect(await refusal(admin(listEnrollmentTokens, { query: { cursor } }))).toMatchObject({ code: 'invalid_cursor' });
  });

  it('can be renamed', async () => {
    const admin = await product.admin();
    const device = await product.enroll();
    const { body } = await admin(renameDevice, { params: { id: device.id }, body: { name: 'reception' } });
    expect(body.name).toBe('reception');
    expect((await admin(getDevice, { params: { id: device.id } })).body.name).toBe('reception');
  });

  it('is retired at the first attempt, whatever its credential has ten clients write meanwhile', async () => {
    const admin = await product.admin();
    const device = await product.enroll();
    const flood = { polls: 0 };
    const refused = Array.from({ length: 10 }, async () => {
      for (;;) {
        try {
          await product.deviceWith(device.id, device.token).poll();
          flood.polls += 1;
        } catch (error) {
          return error;
        }
      }
    });
    await until(async () => flood.polls > 5);
    expect((await admin(retireDevice, { params: { id: device.id } })).status).toBe(204);
    for (const refusal of await Promise.all(refused)) expect(refusal).toMatchObject({ status: 401 });
    expect(await refusal(admin(getDevice, { params: { id: device.id } }))).toMatchObject({ status: 404 });
  });

  it('that is retired has no credential, task, request or inbox any more', async () => {
    const admin = await product.admin();
    const device = await product.enroll();
    const { body: request } = await device.call(requestAssistance, {
      body: { message: 'help', requester: { name: 'Ada' } },
    });
    const { body: job } = await admin(orderRestart, { body: { deviceIds: [device.id] } });
    await product.settle();
    expect((await admin(retireDevice, { params: { id: device.id } })).status).toBe(204);
    expect(await refusal(device.poll())).toMatchObject({ status: 401, code: 'unauthenticated' });
    await product.settle();
    expect(await refusal(admin(getDevice, { params: { id: device.id } }))).toMatchObject({ status: 404 });
    expect((await admin(getAssistanceRequest, { params: { id: request.id } })).body).toMatchObject({
      state: 'ended',
      endReason: 'deviceRetired',
    });
    const { body: tasks } = await admin(listJobTasks, { params: { id: job.id } });
    expect(tasks.items.map((task) => task.state)).toEqual(['removed']);
    const [task] = tasks.items;
    expect((await admin(getRestartTask, { params: { id: task?.id ?? '' } })).body.endedAt).toBeDefined();
    expect(await refusal(admin(retireDevice, { params: { id: device.id } }))).toMatchObject({ status: 404 });
    const { body: timeline } = await admin(getTimeline, { params: { id: device.id } });
    expect(timeline.items.find(({ kind }) => kind === 'DeviceRetired')?.actor).toEqual(expect.any(String));
  });
});
