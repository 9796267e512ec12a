/** A restart is ordered, delivered, acknowledged, and proved by another boot id. */
import { randomUUID } from 'node:crypto';
import {
  type AgentRestartTask,
  acknowledgeTask,
  getRestartJob,
  getRestartTask,
  orderRestart,
} from '../../../lib/api/restarts.ts';
import { until } from '../patience.ts';
import type { Step } from '../tell.ts';
import { deviceOf, type World } from '../world.ts';

export const restart = async (world: World, step: Step): Promise<void> => {
  const { admin, patience } = world;
  const device = deviceOf(world);
  let jobId = '';
  let task: AgentRestartTask | undefined;
  await step('An admin orders a restart', async () => {
    const { body } = await admin(
      orderRestart,
      { body: { deviceIds: [device.id], message: 'A smoke test: nothing restarts.', graceSeconds: 0 } },
      { idempotencyKey: randomUUID() },
    );
    jobId = body.id;
    return jobId;
  });
  const jobOnce = (isSo: string, found: (job: Awaited<ReturnType<typeof readJob>>) => boolean) =>
    until(`the job ${jobId} ${isSo}`, patience, async () => {
      const job = await readJob();
      return found(job) ? job : undefined;
    });
  const readJob = async () => (await admin(getRestartJob, { params: { id: jobId } })).body;

  await step('It becomes a task of the device', async () => {
    await jobOnce('having a queued task', ({ counts }) => counts.queued === 1);
    return undefined;
  });
  await step('The agent polls, and gets the task', async () => {
    task = await until('a poll that brings the task', patience, async (wait) => {
      const answer = await device.poll();
      const brought = answer.status === 200 ? answer.body.tasks.find((each) => each.jobId === jobId) : undefined;
      if (!brought) wait(answer.retryAfterSeconds ?? 0);
      return brought;
    });
    return task.id;
  });
  const readTask = async () => (await admin(getRestartTask, { params: { id: task?.id ?? '' } })).body;
  await step('The agent acknowledges, and is told yes', async () => {
    const { id = '', receipt = '' } = task ?? {};
    const { body } = await device.call(acknowledgeTask, { params: { id }, body: { receipt, bootId: device.bootId() } });
    return `to be back by ${body.returnBy}`;
  });
  await step('The same boot proves nothing', async () => {
    await device.poll();
    const { state } = await readTask();
    if (state !== 'inProgress') throw new Error(`The task is ${state} without a restart.`);
    return undefined;
  });
  await step('Back with another boot id, the restart is proved', async () => {
    device.boot();
    await device.poll();
    const { state } = await until(`the task ${task?.id} having succeeded`, patience, async () => {
      const found = await readTask();
      return found.state === 'inProgress' ? undefined : found;
    });
    if (state !== 'succeeded') throw new Error(`The task is ${state}, and should have succeeded.`);
    return undefined;
  });
  await step('The job is completed', async () => {
    const { counts } = await jobOnce('being completed', ({ state }) => state === 'completed');
    return JSON.stringify(counts);
  });
};
