/** Somebody asks for help and gets it: the alert, the approval, the agent that hears of it, consent, and the end. */
import { randomUUID } from 'node:crypto';
import { type Alert, type AlertState, listAlerts } from '../../../lib/api/alerts.ts';
import {
  approveAssistanceRequest,
  consent,
  endAssistance,
  getAssistanceRequest,
  requestAssistance,
} from '../../../lib/api/assistance.ts';
import { until } from '../patience.ts';
import type { Step } from '../tell.ts';
import { deviceOf, type World } from '../world.ts';

/** The alert about a request in this state, once it is so. */
const alertOf = (world: World, requestId: string, state: AlertState): Promise<Alert> =>
  until(`an alert about ${requestId} that is ${state}`, world.patience, async () => {
    const { body } = await world.admin(listAlerts, { query: { state, limit: '100' } });
    return body.items.find(({ subject }) => subject.id === requestId);
  });

const expectState = (found: string, expected: string): void => {
  if (found !== expected) throw new Error(`The request is ${found}, and should be ${expected}.`);
};

export const assistance = async (world: World, step: Step): Promise<void> => {
  const { admin, connector, patience } = world;
  const device = deviceOf(world);
  let id = '';
  await step('Somebody at it asks for help', async () => {
    const { body } = await device.call(
      requestAssistance,
      {
        body: {
          message: 'A smoke test: nobody needs help.',
          requester: { name: 'Smoke test' },
          rustdeskId: 'smoke-test',
        },
      },
      { idempotencyKey: randomUUID() },
    );
    id = body.id;
    return id;
  });
  const params = () => ({ id });
  await step('The admins are alerted', async () => (await alertOf(world, id, 'active')).title);
  await step('An admin approves, and the connector opens a session', async () => {
    const { body } = await admin(
      approveAssistanceRequest,
      { params: params(), body: connector ? { connector } : {} },
      { idempotencyKey: randomUUID() },
    );
    expectState(body.state, 'approved');
    if (!body.session?.supporterLink) throw new Error('There is no link for the admin.');
    return body.session.connector;
  });
  await step('The agent hears of it by polling', async () => {
    await until('a poll that brings the approval', patience, async (wait) => {
      const answer = await device.poll();
      if (answer.status === 200 && answer.body.assistanceRequest?.state === 'approved') return true;
      wait(answer.retryAfterSeconds ?? 0);
      return undefined;
    });
    return undefined;
  });
  await step('The person consents', async () => {
    await device.call(consent, { params: params(), body: { decision: 'accepted' } });
    expectState((await admin(getAssistanceRequest, { params: params() })).body.state, 'connected');
    return undefined;
  });
  await step('The admin ends the session', async () => {
    const { body } = await admin(endAssistance, { params: params() });
    expectState(body.state, 'ended');
    return body.endReason;
  });
  await step('The alert resolves by itself', async () => (await alertOf(world, id, 'resolved')).resolution);
};
