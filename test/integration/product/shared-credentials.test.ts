/** One credential in two hands, on a stack of its own: what proves nothing then, what the admins are told, and until when. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../../../lib/api/alerts.ts';
import { getOwnAssistanceRequest } from '../../../lib/api/assistance.ts';
import { getTimeline, retireDevice, rotateCredential } from '../../../lib/api/devices.ts';
import { getRestartTask, orderRestart, poll, postponeTask, reportResult } from '../../../lib/api/restarts.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, productAt, refusal, type TestDevice, takeTask } from './product.ts';

let stack: OwnStack;
let product: Product;

beforeAll(async () => {
  stack = await startOwnStack();
  product = productAt(stack.url);
});
afterAll(() => stack.remove());

const pollAs = (device: TestDevice, bootId: string, uptimeSeconds?: number) =>
  device.call(poll, {
    body: {
      bootId,
      bootedAt: '2026-01-01T00:00:00Z',
      agentVersion: '1.0.0',
      ...(uptimeSeconds !== undefined && { uptimeSeconds }),
    },
  });

/** The alerts about the device's credential. */
const alertsOf = async ({ id }: TestDevice) => {
  await product.settle();
  const { body } = await (await product.admin('viewer'))(listAlerts, { query: { limit: '100' } });
  return body.items.filter(({ kind, deviceId }) => kind === 'credentialShared' && deviceId === id);
};

const eventsOf = async ({ id }: TestDevice, type: string) =>
  (await product.events()).filter((event) => event['detail-type'] === type && event.detail['id'] === id);

/** @returns the device with its new credential, which it has used */
const rotate = async (device: TestDevice): Promise<TestDevice> => {
  const { body } = await device.call(rotateCredential, { body: {} });
  const renewed = product.deviceWith(device.id, body.deviceToken, device.boot);
  await renewed.poll();
  return renewed;
};

describe('two machines with one credential', () => {
  it('prove no restart to each other, by poll or result, and the admins are told', async () => {
    const device = await product.enroll();
    const copy = 'boot-of-a-copy';
    for (const boot of [device.boot, copy, device.boot]) await pollAs(device, boot);
    const admin = await product.admin();
    await admin(orderRestart, { body: { deviceIds: [device.id] } });
    await product.settle();
    const { id } = await takeTask(device);
    const stateOf = async () => (await admin(getRestartTask, { params: { id } })).body.state;
    const report = (bootId: string, uptimeSeconds?: number) =>
      device.call(reportResult, {
        params: { id },
        body: {
          outcome: 'succeeded',
          bootId,
          bootedAt: '2026-01-01T00:00:00Z',
          ...(uptimeSeconds !== undefined && { uptimeSeconds }),
        },
      });
    await pollAs(device, copy);
    await pollAs(device, copy, 3);
    await pollAs(device, 'boot-of-another-copy', 90_000);
    for (const [bootId, uptimeSeconds] of [[copy], [copy, 3], ['boot-of-a-third', 90_000], [device.boot]] as const) {
      const refused = await refusal(report(bootId, uptimeSeconds));
      expect(refused).toMatchObject({ status: 409, code: 'restart_not_proved' });
    }
    expect(await stateOf()).toBe('inProgress');

    expect(await alertsOf(device)).toMatchObject([
      { state: 'active', severity: 'warning', data: { reason: 'alternating' }, subject: { type: 'device' } },
    ]);
    const { body: timeline } = await admin(getTimeline, { params: { id: device.id }, query: {} });
    expect(timeline.items.map(({ title }) => title)).toContainEqual(expect.stringMatching(/Two machines use/));
    expect((await product.notifications()).map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/Two machines use the credential/),
    );

    await pollAs(device, 'boot-after-the-restart', 20);
    expect(await stateOf()).toBe('succeeded');
  });
});

describe('a credential that was replaced', () => {
  it('is refused in words wherever it is used, and told once', async () => {
    const params = { id: 'tsk_00000000000000000000000000' };
    const uses: ((old: TestDevice) => Promise<unknown>)[] = [
      (old) => old.poll(),
      (old) => old.call(postponeTask, { params, body: { minutes: 5 } }),
      (old) => old.call(getOwnAssistanceRequest, { params: { id: 'req_00000000000000000000000000' } }),
      (old) => old.call(rotateCredential, { body: {} }),
    ];
    for (const use of uses) {
      const old = await product.enroll();
      await rotate(old);
      for (let times = 0; times < 5; times += 1) {
        const refused = await refusal(use(old));
        expect(refused).toMatchObject({ status: 401, code: 'unauthenticated', reason: 'replaced' });
        expect(refused.detail).toMatch(/snapshot/);
      }
      expect(await alertsOf(old)).toMatchObject([{ state: 'active', data: { reason: 'replaced' } }]);
      expect(await eventsOf(old, 'DeviceCredentialShared')).toHaveLength(1);
      expect(await eventsOf(old, 'DeviceCredentialRotated')).toHaveLength(1);
    }
  });
});

describe('a credential of a retired device', () => {
  it('is refused in words, and told, though an alert about the device was open before', async () => {
    const device = await product.enroll();
    for (const boot of ['boot-0001', 'boot-0002', 'boot-0001']) await pollAs(device, boot);
    expect(await alertsOf(device)).toMatchObject([{ state: 'active' }]);
    await (await product.admin())(retireDevice, { params: { id: device.id } });
    expect(await alertsOf(device)).toMatchObject([{ state: 'resolved', resolution: expect.stringMatching(/retired/) }]);
    expect(await refusal(device.poll())).toMatchObject({ status: 401, reason: 'retired' });
    expect((await alertsOf(device)).map(({ state, severity, data }) => [state, severity, data['reason']])).toEqual([
      ['active', 'info', 'retired'],
      ['resolved', 'warning', 'alternating'],
    ]);
  });
});

describe('a shared credential', () => {
  it('is resolved when nobody has shown it for a day, and another alert after that', async () => {
    const old = await product.enroll();
    const device = await rotate(old);
    await refusal(old.poll());
    await product.advance(23 * 60);
    await refusal(old.poll());
    await product.advance(23 * 60);
    await product.sweep();
    expect(await alertsOf(device)).toMatchObject([{ state: 'active' }]);
    await product.advance(62);
    await product.sweep();
    expect(await alertsOf(device)).toMatchObject([{ state: 'resolved', resolution: 'nobody has used it for a day' }]);
    await refusal(old.poll());
    expect((await alertsOf(device)).map(({ state }) => state).sort()).toEqual(['active', 'resolved']);
    expect((await device.poll()).status).toBe(204);
  });
});
