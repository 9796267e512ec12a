/**
 * Alerts from outside, on a stack of its own whose clock is moved and whose webhook posts to this test: they climb,
 * resolve, reach people once, and stand in the device's timeline.
 */
import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledgeAlert, getAlert, listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  consent,
  endOwnAssistance,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { getTimeline } from '../../../lib/api/devices.ts';
import { orderRestart } from '../../../lib/api/restarts.ts';
import { type AwsCall, refuse } from '../../../local/aws/call.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, productAt, refusal, type TestDevice, takeTask } from './product.ts';

type Post = { type: string; alert: { id: string; version: number; kind: string; state: string; severity: string } };

let receiver: Receiver;
let stack: OwnStack;
let product: Product;

beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startOwnStack({ env: { WEBHOOK_URL: receiver.url } });
  product = productAt(stack.url);
});
afterAll(async () => {
  await stack.remove();
  await receiver.stop();
});

const SECRET = 'the printer in room 12 eats paper';

const ask = async (device: TestDevice, name = 'Ada') => {
  const { body } = await device.call(requestAssistance, { body: { message: SECRET, requester: { name } } });
  await product.settle();
  return body;
};

const pass = async (minutes: number) => {
  await product.advance(minutes);
  await product.sweep();
  await product.settle();
};

const alertsOf = async (device: TestDevice) => {
  const { body } = await (await product.admin())(listAlerts, { query: { limit: '100' } });
  return body.items.filter((alert) => alert.deviceId === device.id);
};

const postsOf = async (device: TestDevice): Promise<string[]> => {
  const ids = (await alertsOf(device)).map(({ id }) => id);
  const posts = receiver.posts.map((post) => JSON.parse(post) as Post);
  const mine = posts.filter(({ alert }) => ids.includes(alert.id));
  return mine.map(({ alert }) => `${alert.kind} ${alert.state} ${alert.severity}`);
};

const mailsAbout = async (device: TestDevice): Promise<number> =>
  (await product.notifications()).filter(({ message }) => message.includes(device.id)).length;

describe('a request that nobody answers', () => {
  it('climbs after 15, 60 and 180 minutes, is told of at each level once, and is over with the answer', async () => {
    const device = await product.enroll();
    const { id } = await ask(device);
    await pass(14);
    expect(await postsOf(device)).toEqual(['assistanceRequested active info']);
    for (const minutes of [1, 45, 120]) await pass(minutes);
    await pass(0);
    const admin = await product.admin('helpdesk', 'ada');
    expect(await alertsOf(device)).toMatchObject([
      { kind: 'assistanceUnanswered', severity: 'critical', level: 3, state: 'active' },
      { kind: 'assistanceRequested', severity: 'info', state: 'active' },
    ]);
    await admin(approveAssistanceRequest, { params: { id }, body: {} });
    await product.settle();
    expect((await alertsOf(device)).map(({ state }) => state)).toEqual(['resolved', 'resolved']);
    expect(await postsOf(device)).toEqual([
      'assistanceRequested active info',
      'assistanceUnanswered active info',
      'assistanceUnanswered active warning',
      'assistanceUnanswered active critical',
      'assistanceUnanswered resolved critical',
    ]);
    expect(await mailsAbout(device)).toBe(5);
    const climbs = (await product.events()).filter(
      (event) => event['detail-type'] === 'AssistanceUnanswered' && event.detail['id'] === id,
    );
    expect(climbs.map(({ detail }) => [detail['level'], detail['version'], detail['waitedMinutes']])).toEqual([
      [1, 2, 15],
      [2, 3, 60],
      [3, 4, 180],
    ]);
  });

  it('climbs to the right level at once where the sweep was down for three hours', async () => {
    const device = await product.enroll();
    const { id } = await ask(device);
    await pass(180);
    expect(await postsOf(device)).toEqual(['assistanceRequested active info', 'assistanceUnanswered active critical']);
    await device.call(withdrawAssistanceRequest, { params: { id } });
    await product.settle();
    expect((await alertsOf(device)).map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  it('can be approved at the very moment of its climbing', async () => {
    const devices = await Promise.all(Array.from({ length: 3 }, () => product.enroll()));
    const requests = await Promise.all(devices.map((device) => ask(device)));
    const admin = await product.admin('helpdesk');
    await product.advance(15);
    const [, ...answers] = await Promise.all([
      product.sweep(),
      ...requests.map(({ id }) => admin(approveAssistanceRequest, { params: { id }, body: {} })),
    ]);
    expect(answers.map(({ body }) => body.state)).toEqual(devices.map(() => 'approved'));
    await product.settle();
    for (const device of devices) {
      expect(new Set((await alertsOf(device)).map(({ state }) => state))).toEqual(new Set(['resolved']));
    }
  });

  it('leaves an alert that resolves when the person asks again', async () => {
    const device = await product.enroll();
    await ask(device);
    await pass(240);
    const expired = async () => (await alertsOf(device)).find(({ kind }) => kind === 'assistanceExpired');
    expect(await expired()).toMatchObject({ state: 'active' });
    await ask(device, 'Ada');
    expect(await expired()).toMatchObject({ state: 'resolved', resolution: 'Ada asked again' });
    await pass(240);
    await pass(24 * 60);
    expect((await alertsOf(device)).filter(({ state }) => state !== 'resolved')).toEqual([]);
  });
});

describe('a device', () => {
  const restart = async (device: TestDevice) => {
    const body = { deviceIds: [device.id], graceSeconds: 0, returnWithinMinutes: 5 };
    await (await product.admin('operator', 'olga'))(orderRestart, { body });
    await product.settle();
    return takeTask(device);
  };

  it('that did not come back is alerted of, and that it is back too', async () => {
    const device = await product.enroll();
    await restart(device);
    await pass(6);
    device.boot = randomUUID();
    await device.poll();
    await product.settle();
    expect(await postsOf(device)).toEqual(['restartTimedOut active critical', 'restartTimedOut resolved critical']);
    expect(await mailsAbout(device)).toBe(2);
    const back = (await product.notifications()).find(
      ({ message }) => message.includes(device.id) && /back\)/.test(message),
    );
    expect(back?.subject).toMatch(/^Resolved: .* did not come back after its restart/);
  });

  it('whose restart went wrong is no alert any more once it has restarted', async () => {
    const device = await product.enroll();
    await (await product.admin('operator'))(orderRestart, {
      body: { deviceIds: [device.id], deliverWithinMinutes: 5 },
    });
    await product.settle();
    await pass(5);
    expect(await alertsOf(device)).toMatchObject([{ kind: 'restartExpired', state: 'active' }]);
    await restart(device);
    device.boot = randomUUID();
    await device.poll();
    await product.settle();
    expect(await alertsOf(device)).toMatchObject([{ kind: 'restartExpired', state: 'resolved' }]);
  });

  it('has all of it in its timeline, with who and when', async () => {
    const device = await product.enroll('kiosk');
    const { id } = await ask(device);
    await pass(60);
    const helpdesk = await product.admin('helpdesk', 'hanna');
    const [alert] = await alertsOf(device);
    await helpdesk(acknowledgeAlert, { params: { id: alert?.id ?? '' } });
    await helpdesk(approveAssistanceRequest, { params: { id }, body: {} });
    await device.call(consent, { params: { id }, body: { decision: 'accepted' } });
    await device.call(endOwnAssistance, { params: { id } });
    await restart(device);
    await pass(6);
    device.boot = randomUUID();
    await device.poll();
    await product.settle();
    const { body } = await (await product.admin('viewer'))(getTimeline, { params: { id: device.id } });
    const happened = body.items.map(({ kind, actor }) => (actor === undefined ? kind : `${kind} by ${actor}`));
    expect(happened.sort()).toEqual(
      [
        'DeviceEnrolled',
        'AssistanceRequested by Ada',
        'AlertRaised',
        'AssistanceUnanswered',
        'AlertRaised',
        'AlertAcknowledged by hanna',
        'AssistanceApproved by hanna',
        'AlertResolved',
        'AlertResolved',
        'AssistanceConnected by Ada',
        'AssistanceEnded by Ada',
        'RestartTaskQueued by olga',
        'RestartTaskAcknowledged',
        'RestartTaskEnded',
        'AlertRaised',
        'DeviceBack',
        'AlertResolved',
      ].sort(),
    );
    const times = body.items.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(body.items[0]?.kind).toBe('DeviceBack');
  });
});

describe('a notice', () => {
  it('is told once, however often and at once its event is delivered', async () => {
    const device = await product.enroll();
    const request = await ask(device);
    const [event] = (await product.events()).filter((one) => one.detail['id'] === request.id);
    const alerts = [...stack.model.functions.values()].find(({ name }) => name === 'events-alerts');
    const deliver = () => stack.invoke(alerts?.arn ?? '', JSON.stringify(event));
    for (const { ok } of await Promise.all(Array.from({ length: 8 }, deliver))) expect(ok).toBe(true);
    await product.settle();
    expect(await postsOf(device)).toEqual(['assistanceRequested active info']);
    expect(await mailsAbout(device)).toBe(1);
    expect(await alertsOf(device)).toHaveLength(1);
  });

  it('is told by the sweep where the function died while it told', async () => {
    const device = await product.enroll();
    let isDead = false;
    // From its telling on, it does nothing any more: it cannot even say that it has not told.
    const dies = ({ caller, service, action }: AwsCall) => {
      if (caller.name !== 'events-alerts') return undefined;
      isDead ||= action === 'Publish';
      return isDead ? refuse(service, 'AccessDenied', 'dead') : undefined;
    };
    stack.interceptors.push(dies);
    await ask(device);
    stack.interceptors.splice(stack.interceptors.indexOf(dies), 1);
    expect(isDead).toBe(true);
    expect(await mailsAbout(device)).toBe(0);
    await pass(2);
    expect(await mailsAbout(device)).toBe(1);
    expect(await postsOf(device)).toEqual(['assistanceRequested active info']);
  });

  it('is posted again where the receiver is busy, and kept in the dead-letter queue where it refuses', async () => {
    const device = await product.enroll();
    receiver.refusals = [503, 429];
    const { id } = await ask(device);
    expect(await postsOf(device)).toEqual(['assistanceRequested active info']);
    await device.call(withdrawAssistanceRequest, { params: { id } });
    receiver.refusals = [400];
    await ask(device);
    expect(await postsOf(device)).toHaveLength(1);
    const queue = stack.model.queues.find(({ name }) => name.includes('WebhookslocalFailures'));
    const sqs = new SQSClient({ ...stack.aws, useQueueUrlAsEndpoint: false });
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue?.url ?? '', MessageAttributeNames: ['All'] }),
    );
    sqs.destroy();
    expect(Messages).toHaveLength(1);
    expect(Messages[0]?.MessageAttributes?.['ERROR_CODE']?.StringValue).toBe('HTTP_400');
  });

  it('has no text that a person wrote and no way into a session; its one link is into the console', async () => {
    const mails = (await product.notifications()).map(({ message }) => message);
    const all = [...receiver.posts, ...mails].join('\n');
    expect(receiver.posts.length).toBeGreaterThan(10);
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain('rustdesk:');
    const into = `${stack.url}/console/`;
    for (const post of receiver.posts)
      expect(JSON.parse(post)['link']).toMatch(new RegExp(`^${into}(requests|devices)/`));
    for (const mail of mails) expect(mail).toContain(`Open it in the console: ${into}`);
    expect(JSON.stringify(await product.events())).not.toContain('http');
  });

  it('is found again by its id', async () => {
    const device = await product.enroll();
    await ask(device);
    const [alert] = await alertsOf(device);
    const viewer = await product.admin('viewer');
    expect((await viewer(getAlert, { params: { id: alert?.id ?? '' } })).body).toEqual(alert);
    expect(await refusal(viewer(getAlert, { params: { id: 'alr_unknown' } }))).toMatchObject({ code: 'not_found' });
  });
});
