/** One restart: ordered by an admin, polled for, acknowledged, and proved by a poll with another boot id. */
import { randomUUID } from 'node:crypto';
import type { Client } from '../../lib/api/client.ts';
import { type AgentRestartTask, acknowledgeTask, orderRestart } from '../../lib/api/restarts.ts';
import { pollOnce } from './agent.ts';
import type { Agent } from './fleet.ts';
import type { Made } from './made.ts';
import { Abandoned, type Pacer } from './pacer.ts';

/** In milliseconds. */
const FIRST_POLL_MS = 500;
const POLL_EVERY_MS = 1000;
const ACKNOWLEDGE_MS = 100;
const BACK_MS = 500;

/** A minute of polls without the task is a fault of the stack. */
const MOST_POLLS = 60;

export type RestartStory = {
  readonly pacer: Pacer;
  readonly admin: Client;
  readonly agent: Agent;
  /** When the admin orders it. */
  readonly at: number;
  readonly made: Made;
};

type Taken = { readonly task: AgentRestartTask; readonly at: number };

const takeTask = async (pacer: Pacer, agent: Agent, from: number): Promise<Taken> => {
  for (let number = 0; number < MOST_POLLS; number += 1) {
    const at = from + number * POLL_EVERY_MS;
    const found = await pollOnce(pacer, agent, 'poll, restart ordered', at);
    const [task] = found?.tasks ?? [];
    if (task) return { task, at };
  }
  const what = `a restart does not reach its device in ${MOST_POLLS} polls`;
  pacer.recorder.fault(what);
  throw new Abandoned(what);
};

export const runRestart = async ({ pacer, admin, agent, at, made }: RestartStory): Promise<void> => {
  const ordering = { name: 'order a restart', function: orderRestart.function };
  const body = { deviceIds: [agent.id], graceSeconds: 0 };
  const { id } = (await pacer.request(ordering, at, () => admin(orderRestart, { body }))).body;
  made.jobs.push(id);
  const { task, at: takenAt } = await takeTask(pacer, agent, at + FIRST_POLL_MS);
  const acknowledging = { name: 'acknowledge', function: acknowledgeTask.function };
  const acknowledgedAt = takenAt + ACKNOWLEDGE_MS;
  const receipt = { receipt: task.receipt, bootId: agent.bootId };
  await pacer.request(acknowledging, acknowledgedAt, () =>
    agent.call(acknowledgeTask, { params: { id: task.id }, body: receipt }),
  );
  agent.bootId = randomUUID();
  await pollOnce(pacer, agent, 'poll, restarted', acknowledgedAt + BACK_MS);
};
