/** Devices on the local stack: enrolment tokens, enrolment, lists, retiring. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { getAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
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
import { getRestartTask, listJobTasks, orderRestart } from '../../../lib/api/restarts.ts';
import { stackUrl } from '../support/stack.ts';
import { productAt, refusal } from './product.ts';

const product = productAt(stackUrl());
const enrolment = (enrollmentToken: string, name = 'pc') => ({
  body: { enrollmentToken, name, platform: 'windows' as const, agentVersion: '1.0.0' },
});

describe('enrolment', () => {
  it('takes a token as often as it says, also when many ask at once', async () => {
    const admin = await product.admin();
    const { body: made } = await admin(createEnrollmentToken, { body: { maxUses: 5 } });
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => product.anybody(enroll, enrolment(made.token))),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(5);
    const { body: tokens } = await admin(listEnrollmentTokens, { query: { limit: '100' } });
    expect(tokens.items.find((token) => token.id === made.id)).toMatchObject({ uses: 5, maxUses: 5 });
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
    expect(timeline.items.map((entry) => entry.kind)).toContain('DeviceRetired');
  });
});
