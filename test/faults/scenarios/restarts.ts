/** Restarts: ordered for devices and groups, taken on, put off, canceled, ordered again, and never acknowledged. */
import assert from 'node:assert/strict';
import { DeleteQueueCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createGroup } from '../../../lib/api/groups.ts';
import {
  cancelRestartJob,
  cancelRestartTask,
  getRestartJob,
  getRestartTask,
  listJobTasks,
  listRestartJobs,
  listRestartTasks,
  orderRestart,
  postponeTask,
  previewRestart,
  reportResult,
  retryRestartJob,
} from '../../../lib/api/restarts.ts';
import type { AwsCall, Interceptor } from '../../../local/aws/call.ts';
import { variableOf } from '../committed.ts';
import type { PolledTask, Walk, WalkDevice } from '../walk.ts';
import type { Scenario } from './scenario.ts';

const MINUTE_MS = 60_000;

const order = async (walk: Walk, devices: readonly WalkDevice[], options: { maxPostponements?: number } = {}) => {
  const body = { deviceIds: devices.map(({ id }) => id), ...options };
  const { id } = walk.must(await walk.as('operator', orderRestart, { body })).body;
  await walk.settle();
  return { id };
};

const jobOf = async (walk: Walk, params: { id: string }) =>
  walk.must(await walk.as('viewer', getRestartJob, { params })).body;

const taskOf = async (walk: Walk, job: { id: string }, device: WalkDevice) => {
  const { body } = walk.must(await walk.as('viewer', listJobTasks, { params: job, query: { limit: '100' } }));
  const own = body.items.filter(({ deviceId }) => deviceId === device.id);
  assert.equal(own.length, 1, `the tasks of ${device.name}`);
  return own[0] ?? assert.fail();
};

const stateOf = async (walk: Walk, id: string) =>
  walk.must(await walk.as('viewer', getRestartTask, { params: { id } })).body.state;

const enrolled = async (walk: Walk): Promise<WalkDevice> => {
  const device = await walk.enroll();
  await walk.shortenLeases(device);
  return device;
};

const restarted: Scenario = {
  name: 'two devices are restarted',
  run: async (walk) => {
    const first = await enrolled(walk);
    const second = await enrolled(walk);
    const job = await order(walk, [first, second]);
    for (const device of [first, second]) {
      const task = await walk.receive(device);
      if (await walk.acknowledge(device, task)) walk.restart(device, task.id);
    }
    await walk.pollOnce(first);
    const { id } = await taskOf(walk, job, second);
    const back = { bootId: second.boot, bootedAt: '2026-01-01T00:00:00Z' };
    await walk.by(second, reportResult, { params: { id }, body: { outcome: 'succeeded', ...back } });
    // Again, as an agent does that did not hear the answer.
    await walk.by(second, reportResult, { params: { id }, body: { outcome: 'succeeded', ...back } });
    await walk.settle();
    const after = await jobOf(walk, job);
    assert.deepEqual([after.state, after.counts], ['completed', { succeeded: 2 }]);
    await walk.as('viewer', listRestartJobs, { query: {} });
    await walk.as('viewer', listRestartTasks, { query: {} });
  },
};

const putOff: Scenario = {
  name: 'a restart is put off, then fails, and is ordered again',
  run: async (walk) => {
    const device = await enrolled(walk);
    const job = await order(walk, [device], { maxPostponements: 1 });
    const task = await walk.receive(device);
    await walk.acknowledge(device, task);
    const params = { id: task.id };
    await walk.by(device, postponeTask, { params, body: { minutes: 10 } });
    assert.equal(await stateOf(walk, task.id), 'scheduled');
    await walk.advance(10);
    await walk.sweep();
    const again = await walk.receive(device);
    assert.equal(again.id, task.id);
    await walk.acknowledge(device, again);
    const failed = { bootId: device.boot, bootedAt: '2026-01-01T00:00:00Z', error: { code: 'busy', message: 'no' } };
    await walk.by(device, reportResult, { params, body: { outcome: 'failed', ...failed } });
    await walk.settle();
    assert.deepEqual((await jobOf(walk, job)).counts, { failed: 1 });
    const retried = walk.must(await walk.as('operator', retryRestartJob, { params: job })).body;
    await walk.settle();
    const last = await walk.receive(device);
    assert.equal(last.jobId, retried.id);
    if (await walk.acknowledge(device, last)) walk.restart(device, last.id);
    await walk.pollOnce(device);
    await walk.settle();
    assert.deepEqual((await jobOf(walk, retried)).counts, { succeeded: 1 });
  },
};

const calledOff: Scenario = {
  name: 'a task and a job are canceled',
  run: async (walk) => {
    const devices = [await enrolled(walk), await enrolled(walk), await enrolled(walk)] as const;
    const [one, two, three] = devices;
    const job = await order(walk, devices);
    const { id } = await taskOf(walk, job, one);
    await walk.as('operator', cancelRestartTask, { params: { id } });
    const task = await walk.receive(two);
    assert.equal(await walk.acknowledge(two, task), true);
    await walk.as('operator', cancelRestartJob, { params: job });
    await walk.settle();
    await walk.advance(2);
    await walk.sweep();
    assert.deepEqual(
      [await stateOf(walk, id), (await taskOf(walk, job, two)).state, (await taskOf(walk, job, three)).state],
      ['canceled', 'canceling', 'canceled'],
    );
    const asked = { outcome: 'canceled' as const, bootId: two.boot, bootedAt: '2026-01-01T00:00:00Z' };
    await walk.by(two, reportResult, { params: { id: task.id }, body: asked });
    await walk.settle();
    const after = await jobOf(walk, job);
    assert.deepEqual([after.state, after.counts], ['canceled', { canceled: 3 }]);
    // The message of the canceled task is still in the inbox, and is not handed out.
    const next = await order(walk, [one]);
    const fresh = await walk.receive(one);
    assert.equal(fresh.jobId, next.id);
    await walk.as('operator', cancelRestartTask, { params: { id: fresh.id } });
  },
};

const tooLate: Scenario = {
  name: 'a device does not acknowledge, and another does not come back in time',
  run: async (walk) => {
    const silent = await enrolled(walk);
    const lost = await enrolled(walk);
    const job = await order(walk, [silent, lost]);
    await walk.acknowledge(lost, await walk.receive(lost));
    await walk.advance(5 * 60);
    await walk.sweep();
    await walk.settle();
    assert.deepEqual((await jobOf(walk, job)).counts, { expired: 1, timedOut: 1 });
    // It is back after all.
    await walk.pollOnce(lost);
    await walk.settle();
  },
};

const undelivered: Scenario = {
  name: 'a task is delivered as often as allowed and never acknowledged',
  run: async (walk) => {
    const { sqs, stack } = walk.bench;
    const device = await enrolled(walk);
    const job = await order(walk, [device]);
    const task = await taskOf(walk, job, device);
    const { url: QueueUrl } = stack.model.queues.find(({ name }) => name.includes('DeadLetters')) ?? {};
    // As with the inboxes: a lease that is lost with its function ends soon.
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '1' } }));
    const MessageBody = JSON.stringify({ deviceId: device.id, taskId: task.id, version: 1 });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    for (const end = Date.now() + MINUTE_MS / 4; (await stateOf(walk, task.id)) === 'queued'; ) {
      assert.ok(Date.now() < end, 'the task was not failed');
      await walk.settle();
    }
    await walk.settle();
    assert.deepEqual((await jobOf(walk, job)).counts, { failed: 1 });
  },
};

const ofGroup: Scenario = {
  name: 'a group is previewed and restarted',
  run: async (walk) => {
    const group = walk.must(await walk.as('operator', createGroup, { body: { name: 'restarted' } })).body;
    const devices = [await walk.enroll({ groupId: group.id }), await walk.enroll({ groupId: group.id })];
    const body = { groupId: group.id };
    const preview = walk.must(await walk.as('operator', previewRestart, { body })).body;
    assert.equal(preview.deviceCount, 2);
    const job = walk.must(await walk.as('operator', orderRestart, { body })).body;
    await walk.settle();
    const after = await jobOf(walk, job);
    assert.deepEqual([after.state, after.deviceCount, after.counts], ['running', 2, { queued: 2 }]);
    const ids = [];
    for (const device of devices) ids.push((await taskOf(walk, job, device)).id);
    // A second order joins the open tasks.
    const second = await order(walk, devices);
    assert.deepEqual((await jobOf(walk, second)).counts, { joined: 2 });
    const joined = walk.must(await walk.as('viewer', listJobTasks, { params: second, query: {} })).body.items;
    assert.deepEqual(
      joined.map(({ jobId }) => jobId),
      [job.id, job.id],
    );
    await walk.as('operator', cancelRestartJob, { params: { id: job.id } });
    await walk.settle();
    await walk.advance(2);
    await walk.sweep();
    assert.deepEqual((await jobOf(walk, job)).counts, { canceled: 2 });
  },
};

const ofAll: Scenario = {
  name: 'a restart of all is previewed, begun and canceled; an inbox has vanished',
  run: async (walk) => {
    const device = await enrolled(walk);
    const { sqs, stack } = walk.bench;
    await sqs.send(new DeleteQueueCommand({ QueueUrl: variableOf(stack, 'INBOX_URL_PREFIX') + device.id }));
    const body = { groupId: 'all' };
    walk.must(await walk.as('operator', previewRestart, { body }));
    const job = { id: walk.must(await walk.as('operator', orderRestart, { body })).body.id };
    await walk.settle();
    // The inbox is a new one.
    await walk.shortenLeases(device);
    assert.equal((await walk.receive(device)).jobId, job.id);
    await walk.as('operator', cancelRestartJob, { params: job });
    await walk.settle();
    await walk.advance(2);
    await walk.sweep();
    const { counts, state } = await jobOf(walk, job);
    assert.deepEqual([state, counts.queued ?? 0, counts.canceled ?? 0], ['canceled', 0, counts.canceled]);
  },
};

/** Acknowledges once, when `isMoment` comes. */
const acknowledgedAt = (
  walk: Walk,
  device: WalkDevice,
  task: PolledTask,
  isMoment: (call: AwsCall) => boolean,
): { outcome: () => Promise<boolean | undefined>; stop: () => void } => {
  const { interceptors } = walk.bench.stack;
  let acknowledged: Promise<boolean> | undefined;
  const meanwhile: Interceptor = async (call) => {
    if (!isMoment(call)) return undefined;
    acknowledged ??= walk.acknowledge(device, task);
    await acknowledged;
    return undefined;
  };
  interceptors.push(meanwhile);
  return {
    outcome: async () => acknowledged,
    stop: () => void interceptors.splice(interceptors.indexOf(meanwhile), 1),
  };
};

const overtaken: Scenario = {
  name: 'devices acknowledge their tasks the moment before their job is canceled, and the moment after',
  run: async (walk) => {
    const [before, after] = [await enrolled(walk), await enrolled(walk)];
    const job = await order(walk, [before, after]);
    const [early, late] = [await walk.receive(before), await walk.receive(after)];
    const first = acknowledgedAt(
      walk,
      before,
      early,
      ({ caller, action, body }) =>
        caller.name === 'admin-restarts' && action === 'TransactWriteItems' && body.includes(job.id),
    );
    const second = acknowledgedAt(
      walk,
      after,
      late,
      ({ caller, body }) => caller.name === 'events-jobs' && body.includes(`"${late.id}"`),
    );
    await walk.as('operator', cancelRestartJob, { params: job });
    await walk.settle();
    first.stop();
    second.stop();
    // Until the job is looked through again, in case that a record of one of its tasks was lost.
    await walk.advance(11);
    await walk.sweep();
    assert.deepEqual([await first.outcome(), await second.outcome()], [true, false]);
    const { state, counts } = await jobOf(walk, job);
    assert.deepEqual([state, counts], ['canceled', { canceled: 1, canceling: 1 }]);
  },
};

const notExpanded: Scenario = {
  name: 'the streams lose an order and what became of it, and the sweep makes up for it',
  run: async (walk) => {
    const device = await enrolled(walk);
    const body = { deviceIds: [device.id] };
    const job = await walk.whileLosing('events-jobs', async () => {
      const { id } = walk.must(await walk.as('operator', orderRestart, { body })).body;
      await walk.settle();
      return { id };
    });
    assert.equal((await jobOf(walk, job)).state, 'expanding');
    await walk.advance(10);
    await walk.sweep();
    await walk.whileLosing('events-jobs', async () => {
      const task = await walk.receive(device);
      if (await walk.acknowledge(device, task)) walk.restart(device, task.id);
      await walk.pollOnce(device);
      await walk.settle();
    });
    await walk.advance(24 * 60);
    await walk.sweep();
    const after = await jobOf(walk, job);
    assert.deepEqual([after.state, after.counts], ['completed', { succeeded: 1 }]);
  },
};

export const restartScenarios: readonly Scenario[] = [
  ofAll,
  restarted,
  putOff,
  calledOff,
  tooLate,
  undelivered,
  ofGroup,
  overtaken,
  notExpanded,
];
