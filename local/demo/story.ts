/** The story itself: a person asks for help and gets it, then their PC is restarted, and both are shown to have happened. */
import { acknowledgeAlert, listAlerts } from '../../lib/api/alerts.ts';
import { approveAssistanceRequest, endAssistance, getAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Client } from '../../lib/api/client.ts';
import { createEnrollmentToken, getTimeline } from '../../lib/api/devices.ts';
import { getRestartJob, listJobTasks, orderRestart } from '../../lib/api/restarts.ts';
import { runAgent, startAgent } from './agent.ts';
import { say, step } from './tell.ts';
import { until } from './until.ts';

export type Cast = {
  url: string;
  /** The agent's folder. */
  stateDir: string;
  admin: Client;
  helpdesk: Client;
  operator: Client;
};

const enrolment = async ({ url, stateDir, admin }: Cast): Promise<string> => {
  step('An admin makes an enrolment token, and the agent on a PC enrols with it');
  const { body } = await admin(createEnrollmentToken, { body: {} });
  const deviceId = await runAgent(
    stateDir,
    'enroll',
    '--api',
    url,
    '--enrollment-token',
    body.token,
    '--name',
    'reception',
  );
  say(`enrolled: ${deviceId}`);
  return deviceId;
};

const assistance = async ({ stateDir, helpdesk }: Cast): Promise<void> => {
  step('Ada, who sits at that PC, asks for help');
  const message = 'The projector shows nothing';
  const who = ['--name', 'Ada', '--email', 'ada@example.org', '--rustdesk-id', '123456789'];
  const person = startAgent(stateDir, 'request-help', '--message', message, ...who, '--wait', '--consent', 'accept');
  const id = await person.firstLine;
  say(`request: ${id}`);

  step('The admins are alerted');
  const alert = await until('the alert', async () => {
    const { body } = await helpdesk(listAlerts, { query: { state: 'active' } });
    return body.items.find(({ subject }) => subject.id === id);
  });
  say(`${alert.severity}: ${alert.title}`);
  await helpdesk(acknowledgeAlert, { params: { id: alert.id } });

  step('Grace, of the helpdesk, approves; the connector opens a session');
  const { body: approved } = await helpdesk(approveAssistanceRequest, { params: { id }, body: {} });
  say(`for Grace: ${approved.session?.supporterLink}`);

  step('Ada consents, and Grace is connected');
  const connected = await until('the connection', async () => {
    const { body } = await helpdesk(getAssistanceRequest, { params: { id } });
    return body.state === 'connected' ? body : undefined;
  });
  say(`connected at ${connected.connectedAt}`);

  step('Grace ends the session; Ada sees that it is over');
  const { body: ended } = await helpdesk(endAssistance, { params: { id } });
  await person.done;
  say(`${ended.state}: ${ended.endReason}`);
};

const restart = async ({ stateDir, operator }: Cast, deviceId: string): Promise<void> => {
  step('Grace orders a restart of the PC');
  const { body: ordered } = await operator(orderRestart, {
    body: { deviceIds: [deviceId], message: 'To finish the update', graceSeconds: 60 },
  });
  const params = { id: ordered.id };
  say(`${ordered.id}: ${ordered.state}`);
  await until('the task', async () => {
    const { body } = await operator(getRestartJob, { params });
    return body.counts.queued === 1 ? body : undefined;
  });

  step('The agent polls, acknowledges, restarts (it only pretends here) and proves it by another boot id');
  await runAgent(stateDir, 'run', '--dry-run', '--once');

  step('The job is completed');
  const job = await until('the end of the job', async () => {
    const { body } = await operator(getRestartJob, { params });
    return body.state === 'completed' ? body : undefined;
  });
  const { body: tasks } = await operator(listJobTasks, { params });
  say(`${job.state}: ${JSON.stringify(job.counts)}`);
  for (const task of tasks.items) say(`${task.deviceName}: ${task.state}, acknowledged at ${task.acknowledgedAt}`);
  if (job.counts.succeeded !== 1) throw new Error('the restart was not proved');
};

const timeline = async ({ operator }: Cast, deviceId: string): Promise<void> => {
  step('What happened to the PC, newest first');
  const entries = await until('the timeline', async () => {
    const { body } = await operator(getTimeline, { params: { id: deviceId } });
    return body.items[0]?.kind === 'RestartTaskEnded' ? body.items : undefined;
  });
  for (const { occurredAt, title } of entries) say(`${occurredAt}  ${title}`);
};

export const tellStory = async (cast: Cast): Promise<void> => {
  const deviceId = await enrolment(cast);
  await assistance(cast);
  await restart(cast, deviceId);
  await timeline(cast, deviceId);
};
