/** TeamViewer from the sign-in to the end of a session, on a stack of its own whose provider fails when it is told to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  consent,
  endAssistance,
  endOwnAssistance,
  getAssistanceRequest,
  getOwnAssistanceRequest,
  requestAssistance,
} from '../../../lib/api/assistance.ts';
import { listAuditEvents } from '../../../lib/api/audit.ts';
import type { ApiError } from '../../../lib/api/client.ts';
import {
  disconnectConnector,
  getConnector,
  onboardTeamViewer,
  setDefaultConnector,
  teamViewerCallback,
} from '../../../lib/api/connectors.ts';
import { getTimeline } from '../../../lib/api/devices.ts';
import { decideAt } from '../../fakes/teamviewer/browser.ts';
import { startTeamViewerFake, type TeamViewerFake } from '../../fakes/teamviewer/fake.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';
import { type Product, productAt, refusal, type TestDevice } from './product.ts';

const APP = { clientId: 'integration-app', clientSecret: 'integration-app-secret' };
const MESSAGE = 'the-secret-of-the-message';
const WAITING = 'the-words-for-who-waits';

let receiver: Receiver;
let fake: TeamViewerFake;
let stack: OwnStack;
let product: Product;

const onboardIt = async (decision: 'accept' | 'deny' = 'accept') => {
  const body = { acceptLicense: true as const, ...APP };
  const { body: begun } = await (await product.admin())(onboardTeamViewer, { body });
  expect(begun.status).toBe('onboarding');
  return decideAt(begun.authorizationUrl, decision);
};

const connector = async () =>
  (await (await product.admin('viewer'))(getConnector, { params: { name: 'teamviewer' } })).body;

const signInsOnRecord = async () => {
  const query = { subject: 'teamviewer', limit: '100' };
  const { body } = await (await product.admin())(listAuditEvents, { query });
  return body.items.filter(({ operation }) => operation === teamViewerCallback.id).length;
};

const ask = async (device: TestDevice) => {
  const { body } = await device.call(requestAssistance, { body: { message: MESSAGE, requester: { name: 'Ada' } } });
  return { id: body.id };
};

const approve = async (params: { id: string }, subject = 'grace') =>
  (await (await product.admin('helpdesk', subject))(approveAssistanceRequest, { params, body: {} })).body;

const read = async (params: { id: string }) =>
  (await (await product.admin('viewer'))(getAssistanceRequest, { params })).body;

const end = async (params: { id: string }) => {
  await (await product.admin('helpdesk'))(endAssistance, { params });
  await product.settle();
};

const sessionsOf = ({ id }: { id: string }) =>
  fake.sessions().filter((session) => JSON.stringify(session).includes(id));
const statesOf = (params: { id: string }) => sessionsOf(params).map(({ state }) => state);

beforeAll(async () => {
  fake = await startTeamViewerFake();
  receiver = await startReceiver();
  const env = { TEAMVIEWER_API_URL: fake.apiUrl, TEAMVIEWER_LOGIN_URL: fake.loginUrl, WEBHOOK_URL: receiver.url };
  stack = await startOwnStack({ env });
  product = productAt(stack.url);
  fake.register({ ...APP, redirectUri: `${stack.url}/v1/connectors/teamviewer/callback` });
  await fetch(await onboardIt());
  await (await product.admin())(setDefaultConnector, { params: { name: 'teamviewer' } });
});
afterEach(() => fake.clearFaults());
afterAll(async () => {
  await stack.remove();
  await fake.stop();
  await receiver.stop();
});

describe('the sign-in', () => {
  it('ends at a page for people, which is good once', async () => {
    const callback = await onboardIt();
    const signIns = await signInsOnRecord();
    const first = await fetch(callback);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await first.text();
    expect(page).toContain('<h1>TeamViewer is connected</h1>');
    for (const value of new URL(callback).searchParams.values()) expect(page).not.toContain(value);
    expect((await fetch(callback)).status).toBe(400);
    expect((await fetch(await onboardIt('deny'))).status).toBe(400);
    expect(await signInsOnRecord()).toBe(signIns + 1);
    expect((await fetch(`${stack.url}/v1/connectors/teamviewer/callback?code=a&state=b&new=c`)).status).toBe(400);
    expect(await connector()).toMatchObject({ status: 'onboarded', default: true });
  });

  it('that fails at TeamViewer says so', async () => {
    const callback = await onboardIt();
    fake.fault({ fault: 'serverError', on: 'POST /oauth2/token' });
    const failed = await fetch(callback);
    expect(failed.status).toBe(502);
    expect(failed.headers.get('content-type')).toContain('text/html');
    expect((await connector()).status).toBe('onboarded');
  });
});

describe('a session', () => {
  it('is one for ten approvals at once, and closed at TeamViewer when its request is over', async () => {
    const device = await product.enroll();
    const params = await ask(device);
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => approve(params, `admin-${n}`)));
    const won = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(won).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason.problem.code).toBe('invalid_state');
    expect(statesOf(params)).toEqual(['open']);
    const { body: own } = await device.call(getOwnAssistanceRequest, { params });
    expect(own.session?.endCustomerLink).toBe(won[0]?.session?.endCustomerLink);
    await device.call(consent, { params, body: { decision: 'accepted' } });
    await end(params);
    expect(statesOf(params)).toEqual(['closed']);
  });

  it('whose answer was lost is found again and not opened twice', async () => {
    const params = await ask(await product.enroll());
    fake.fault({ fault: 'answerLost', on: 'POST /sessions', times: 1 });
    expect(await refusal(approve(params))).toMatchObject({ status: 502, code: 'connector_failed' });
    expect((await read(params)).state).toBe('pending');
    expect((await approve(params)).state).toBe('approved');
    expect(statesOf(params)).toEqual(['open']);
    await end(params);
    expect(statesOf(params)).toEqual(['closed']);
  });

  it('is closed by the sweep where TeamViewer was down when its request ended', async () => {
    const device = await product.enroll();
    const params = await ask(device);
    await approve(params);
    fake.fault({ fault: 'serverError' });
    await device.call(consent, { params, body: { decision: 'refused' } });
    await product.settle();
    expect(statesOf(params)).toEqual(['open']);
    fake.clearFaults();
    await product.advance(5);
    await product.sweep();
    expect(statesOf(params)).toEqual(['closed']);
  });

  it('that ended at TeamViewer ends its request within five minutes', async () => {
    const device = await product.enroll();
    const params = await ask(device);
    const { session } = await approve(params);
    await device.call(consent, { params, body: { decision: 'accepted' } });
    fake.closeSession(session?.code ?? '');
    await product.advance(5);
    await product.sweep();
    expect(await read(params)).toMatchObject({ state: 'ended', endReason: 'sessionExpired' });
  });
});

describe('a TeamViewer that fails', () => {
  it('and wants fewer calls is left alone for a while', async () => {
    const params = await ask(await product.enroll());
    fake.fault({ fault: 'rateLimit', on: 'POST /sessions', times: 1 });
    const first = await approve(params).catch((error: ApiError) => error);
    expect(first).toMatchObject({ status: 502, problem: { code: 'connector_failed' } });
    expect(first).toMatchObject({ problem: { detail: expect.stringMatching(/rate_limit_reached.* before 2/) } });
    expect((first as ApiError).retryAfterSeconds).toBeGreaterThan(50);
    const asked = fake.calls.length;
    expect(await refusal(approve(params))).toMatchObject({ detail: expect.stringContaining('before 2') });
    expect(fake.calls).toHaveLength(asked);
    expect(await connector()).toHaveProperty('pausedUntil');
    await product.advance(1);
    expect((await approve(params)).state).toBe('approved');
    await end(params);
  });

  it('and blocks us raises an alert, which resolves when it lets us in again', async () => {
    const params = await ask(await product.enroll());
    const problems = async (state: 'active' | 'resolved') => {
      await product.settle();
      const { body } = await (await product.admin())(listAlerts, { query: { state, limit: '100' } });
      return body.items.filter(({ kind }) => kind === 'connectorProblem').length;
    };
    fake.fault({ fault: 'blocked', on: 'POST /sessions', times: 1 });
    expect(await refusal(approve(params))).toMatchObject({ status: 502 });
    expect((await connector()).problem).toContain('TeamViewer');
    expect(await problems('active')).toBe(1);
    await approve(params);
    expect(await connector()).not.toHaveProperty('problem');
    expect(await problems('active')).toBe(0);
    expect(await problems('resolved')).toBe(1);
    await end(params);
  });
});

describe('the access', () => {
  it('that expired is refreshed once for approvals at once, each in a process of its own', async () => {
    const requests = await Promise.all(Array.from({ length: 4 }, async () => ask(await product.enroll())));
    fake.expireAccessTokens();
    const before = fake.refreshes();
    const approved = await Promise.all(requests.map((params) => approve(params)));
    expect(new Set(approved.map(({ session }) => session?.code)).size).toBe(4);
    expect(fake.refreshes() - before).toBe(1);
    await Promise.all(requests.map(end));
  });

  it('that expired is refreshed by whoever meets it: where sessions are asked after, and where one is closed', async () => {
    const device = await product.enroll();
    const params = await ask(device);
    await approve(params);
    await device.call(consent, { params, body: { decision: 'accepted' } });
    const before = fake.refreshes();
    fake.expireAccessTokens();
    await product.advance(5);
    await product.sweep();
    expect(fake.refreshes() - before).toBe(1);
    expect((await read(params)).state).toBe('connected');
    fake.expireAccessTokens();
    await end(params);
    expect(fake.refreshes() - before).toBe(2);
    expect(statesOf(params)).toEqual(['closed']);
  });

  it('outlives the stack', async () => {
    stack = await stack.restart();
    product = productAt(stack.url);
    fake.register({ ...APP, redirectUri: `${stack.url}/v1/connectors/teamviewer/callback` });
    const before = [fake.refreshes(), fake.count('POST /oauth2/token')];
    const params = await ask(await product.enroll());
    expect((await approve(params)).session?.connector).toBe('teamviewer');
    expect([fake.refreshes(), fake.count('POST /oauth2/token')]).toEqual(before);
    await end(params);
  });
});

describe('what is secret', () => {
  it('is in nothing that is logged, published, posted, recorded or told, and in no answer to the device', async () => {
    const device = await product.enroll();
    const [admin, helpdesk] = [await product.admin(), await product.admin('helpdesk', 'grace')];
    const params = await ask(device);
    // What goes wrong is told too.
    fake.fault({ fault: 'blocked', on: 'POST /sessions', times: 1 });
    const told: unknown[] = [await refusal(approve(params)), (await connector()).problem];
    await product.settle();
    fake.expireAccessTokens();
    const { body: approved } = await helpdesk(approveAssistanceRequest, { params, body: { waitingMessage: WAITING } });
    const toDevice: unknown[] = [
      (await device.poll()).body,
      (await device.call(consent, { params, body: { decision: 'accepted' } })).body,
      (await device.call(getOwnAssistanceRequest, { params })).body,
      (await device.call(endOwnAssistance, { params })).body,
    ];
    await product.settle();
    const { supporterLink = '', webClientSupporterLink = '' } = approved.session ?? {};
    const links = { supporterLink, webClientSupporterLink, itsToken: supporterLink.slice(-12) };
    const provider = Object.fromEntries(fake.secrets().map((secret, n) => [`provider ${n}`, secret]));
    const secrets = { ...links, ...provider, clientSecret: APP.clientSecret, waiting: WAITING };
    for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThan(10);
    const logs = join(stack.dataDir, 'logs');
    const everywhere = {
      logs: readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8')),
      events: await product.events(),
      mails: await product.notifications(),
      posts: receiver.posts,
      alerts: (await admin(listAlerts, { query: { limit: '100' } })).body.items,
      audit: (await admin(listAuditEvents, { query: { limit: '100' } })).body.items,
      timeline: (await admin(getTimeline, { params: { id: device.id } })).body.items,
      told,
    };
    const leaks = (where: unknown, what: Readonly<Record<string, string>>): string[] =>
      Object.entries(what).flatMap(([name, secret]) => (JSON.stringify(where).includes(secret) ? [name] : []));
    for (const [place, seen] of Object.entries(everywhere)) {
      expect(JSON.stringify(seen).length, place).toBeGreaterThan(50);
      expect(leaks(seen, { ...secrets, message: MESSAGE }), place).toEqual([]);
      expect(JSON.stringify(seen), place).not.toMatch(/access_token|refresh_token|Bearer [\w-]{20}/);
    }
    expect(leaks(toDevice, secrets)).toEqual([]);
    expect(JSON.stringify(toDevice)).toContain(approved.session?.endCustomerLink);
  });
});

describe('disconnecting', () => {
  it('revokes at TeamViewer, gives the default back, and can be done again', async () => {
    const admin = await product.admin();
    const params = { name: 'teamviewer' };
    expect((await admin(disconnectConnector, { params })).status).toBe(204);
    expect((await admin(disconnectConnector, { params })).status).toBe(204);
    expect(fake.count('POST /oauth2/revoke')).toBe(1);
    expect(await connector()).toMatchObject({ status: 'notOnboarded', default: false });
    const request = await ask(await product.enroll());
    expect((await approve(request)).session?.connector).toBe('rustdesk');
  });
});
