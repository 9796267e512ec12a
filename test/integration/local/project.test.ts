/** The project's own stack on the local runner: that it runs at all, and what follows from one write. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  advanceClock,
  calls,
  clearCalls,
  events,
  type OwnStack,
  settle,
  stackUrl,
  startOwnStack,
  sweep,
  token,
} from '../support/stack.ts';

const post = async (url: string, path: string, bearer: string | undefined, body: unknown) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(body),
  });

/** Enrols a device; returns its token. */
const enroll = async (url: string): Promise<string> => {
  const created = await post(url, '/v1/enrollment-tokens', await token(['admin'], {}, url), {});
  expect(created.status).toBe(201);
  const { token: enrollmentToken } = (await created.json()) as { token: string };
  const device = { enrollmentToken, name: 'reception', platform: 'windows', agentVersion: '1.0.0' };
  const enrolled = await post(url, '/v1/enrollments', undefined, device);
  expect(enrolled.status).toBe(201);
  return ((await enrolled.json()) as { deviceToken: string }).deviceToken;
};

const ask = (url: string, device: string) =>
  post(url, '/v1/agent/assistance-requests', device, { message: 'Help', requester: { name: 'Ada' } });

it('serves, and says so', async () => {
  const response = await fetch(`${stackUrl()}/v1/health`);
  expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
});

it('counts an empty poll as one read', async () => {
  const device = await enroll(stackUrl());
  const poll = () =>
    post(stackUrl(), '/v1/agent/poll', device, {
      bootId: 'boot-0001',
      bootedAt: '2025-01-01T00:00:00Z',
      agentVersion: '1.0.0',
    });
  expect((await poll()).status).toBe(204);
  await settle();
  await clearCalls();
  expect((await poll()).status).toBe(204);
  expect(await calls(stackUrl(), 'agent-poll')).toEqual([
    { function: 'agent-poll', service: 'dynamodb', action: 'GetItem', count: 1 },
  ]);
});

let own: OwnStack;
beforeAll(async () => {
  own = await startOwnStack();
});
afterAll(async () => {
  await own?.remove();
});

it('lets a request for help become an event, expire, and be announced, over a restart', async () => {
  const device = await enroll(own.url);
  expect((await ask(own.url, device)).status).toBe(201);
  await settle(own.url);
  const types = async () => (await events(own.url)).map((event) => event['detail-type']);
  expect(await types()).toContain('AssistanceRequested');
  own = await own.restart();
  await advanceClock(241, own.url);
  await sweep(own.url);
  await settle(own.url);
  expect(await types()).toContain('AssistanceRequestExpired');
});
