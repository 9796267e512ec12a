import { beforeEach, describe, expect, it } from 'vitest';
import { bootsAfter } from '../../../lib/devices/boots.ts';
import { acknowledgeTask, changeOwnTask, reportTask } from '../../../lib/restarts/agent.ts';
import type { RestartTask } from '../../../lib/restarts/model.ts';
import { formatReceipt } from '../../../lib/restarts/receipt.ts';
import { cancel, postpone, report } from '../../../lib/restarts/task.ts';
import { aDevice, BOOT_1, BOOT_2, DEVICE_ID, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { type TestInbox, testInbox } from '../support/inbox.ts';
import { problemFrom } from '../support/problems.ts';
import { tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;
let inbox: TestInbox;
let reads: number;

const deps = () => {
  const tasks = tasksIn(store);
  const find: typeof tasks.find = (taskId) => {
    reads += 1;
    return tasks.find(taskId);
  };
  return { tasks: { ...tasks, find }, inbox, clock, restartsPerDay: 3 };
};

const keep = (task: RestartTask): RestartTask => {
  store.tasks.set(task.id, task);
  store.devices.set(task.deviceId, aDevice({ id: task.deviceId, openRestart: task }));
  return task;
};

const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');

/** The receipt that a poll would give out now. */
const receiptFor = async (task: RestartTask): Promise<string> => {
  inbox.send({ deviceId: task.deviceId, taskId: task.id, version: task.version });
  const [delivery] = await inbox.receive(task.deviceId);
  return formatReceipt(delivery ?? expect.fail('nothing was delivered'));
};

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  inbox = testInbox(clock);
  reads = 0;
});

describe('acknowledging', () => {
  it('is one write, without a read, and takes the message off the inbox', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    const acknowledged = await acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 });
    expect(acknowledged).toMatchObject({ state: 'inProgress', acknowledgedBootId: BOOT_1 });
    expect(store.tasks.get(task.id)).toEqual(acknowledged);
    expect(device().openRestart).toEqual(acknowledged);
    expect(inbox.held(DEVICE_ID)).toEqual([]);
    expect(reads).toBe(0);
  });

  it('again from the same boot answers the same and changes nothing, whatever its receipt', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    const first = await acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 });
    clock.advance(24 * HOUR);
    for (const again of [receipt, 'of no poll']) {
      expect(await acknowledgeTask(deps(), device(), task.id, { receipt: again, bootId: BOOT_1 })).toEqual(first);
    }
    expect(store.tasks.get(task.id)?.version).toBe(first.version);
  });

  it('twice at once is one acknowledgement with one answer', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    const both = await Promise.all(
      [1, 2].map(() => acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 })),
    );
    expect(both[0]).toEqual(both[1]);
    expect(store.tasks.get(task.id)?.version).toBe(task.version + 1);
  });

  it('at once from two boots gives one of them a yes', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    const both = await Promise.allSettled(
      [BOOT_1, BOOT_2].map((bootId) => acknowledgeTask(deps(), device(), task.id, { receipt, bootId })),
    );
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({ reason: { code: 'invalid_state', extras: { currentState: 'inProgress' } } });
  });

  it('with the receipt of an earlier delivery is a conflict', async () => {
    const task = keep(taskIn('queued'));
    const old = formatReceipt({ version: task.version - 1, handle: 'handle' });
    expect(
      await problemFrom(acknowledgeTask(deps(), device(), task.id, { receipt: old, bootId: BOOT_1 })),
    ).toMatchObject({ code: 'invalid_state', extras: { currentState: 'queued' } });
    expect(store.tasks.get(task.id)).toBe(task);
  });

  it.each(['', 'nonsense', '3', '3.', 'x.aGFuZGxl', '3.a b', '-3.aGFuZGxl', '3.aGFuZGxl.x'])(
    'with the receipt %j changes nothing unless it could be one of a poll',
    async (receipt) => {
      const task = keep(taskIn('queued'));
      const call = acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 });
      if (receipt === '3.') await expect(call).resolves.toMatchObject({ state: 'inProgress' });
      else {
        expect(await problemFrom(call)).toMatchObject({
          code: 'invalid_request',
          extras: { errors: [{ path: '/receipt' }] },
        });
        expect(store.tasks.get(task.id)).toBe(task);
      }
    },
  );

  it('at the deadline is too late, and the message stays where it is', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    clock.set(task.acknowledgeBy);
    expect((await problemFrom(acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 }))).code).toBe(
      'expired',
    );
    expect(inbox.held(DEVICE_ID)).toHaveLength(1);
  });

  it.each(['canceled', 'aborted'] as const)('is refused once its job is %s, and changes nothing', async (stop) => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    store.stops.set(task.jobId, stop);
    expect(await problemFrom(acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 }))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'canceled' },
    });
    expect(store.tasks.get(task.id)).toBe(task);
  });

  it('again, after its job was canceled, is refused: the agent may not have heard the first answer', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    const acknowledgement = () => acknowledgeTask(deps(), device(), task.id, { receipt, bootId: BOOT_1 });
    const first = await acknowledgement();
    store.stops.set(task.jobId, 'canceled');
    expect(await problemFrom(acknowledgement())).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'canceling' },
    });
    // What was under way when a job was aborted goes on.
    store.stops.set(task.jobId, 'aborted');
    expect(await acknowledgement()).toEqual(first);
  });

  it('loses to a cancellation that was saved after the device was read', async () => {
    const task = keep(taskIn('queued'));
    const receipt = await receiptFor(task);
    const readBefore = device();
    await tasksIn(store).save(task, cancel(task, T0));
    expect(await problemFrom(acknowledgeTask(deps(), readBefore, task.id, { receipt, bootId: BOOT_1 }))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'canceled' },
    });
  });
});

describe("another device's task", () => {
  it('is not found, nor is one that never was', async () => {
    const theirs = keep(taskIn('queued', { id: id('tsk', 'theirs'), deviceId: id('dev', 'theirs') }));
    store.devices.set(DEVICE_ID, aDevice());
    const never = id('tsk', 'never');
    const texts: string[] = [];
    for (const taskId of [theirs.id, never]) {
      const receipt = formatReceipt({ version: theirs.version, handle: 'handle' });
      const calls = [
        acknowledgeTask(deps(), device(), taskId, { receipt, bootId: BOOT_1 }),
        changeOwnTask(deps(), device(), taskId, (task, now) => postpone(task, 10, now)),
        changeOwnTask(deps(), device(), taskId, (task, now) =>
          report(task, { outcome: 'failed', bootId: BOOT_1 }, now),
        ),
      ];
      for (const call of calls) {
        const problem = await problemFrom(call);
        expect(problem.code).toBe('not_found');
        texts.push(problem.message);
      }
    }
    expect(new Set(texts).size).toBe(1);
    expect(store.tasks.get(theirs.id)).toBe(theirs);
    expect(inbox.calls).toBe(0);
  });
});

describe('a result', () => {
  it('ends the task and closes the gate', async () => {
    const task = keep(taskIn('inProgress'));
    await changeOwnTask(deps(), device(), task.id, (before, now) =>
      report(before, { outcome: 'succeeded', bootId: BOOT_2 }, now),
    );
    expect(store.tasks.get(task.id)?.state).toBe('succeeded');
    expect(device()).not.toHaveProperty('openRestart');
  });

  it('again, when the task is no longer the open one, is answered from the task', async () => {
    const task = keep(taskIn('inProgress'));
    const result = { outcome: 'succeeded', bootId: BOOT_2 } as const;
    const first = await changeOwnTask(deps(), device(), task.id, (before, now) => report(before, result, now));
    clock.advance(HOUR);
    const again = await changeOwnTask(deps(), device(), task.id, (before, now) => report(before, result, now));
    expect(again).toEqual(first);
  });

  it('of success is held to what the device was seen with, and to its uptime', async () => {
    const task = keep(taskIn('inProgress'));
    const copy = 'boot-of-a-copy';
    const boots = bootsAfter(device(), copy, T0 - MINUTE);
    store.devices.set(DEVICE_ID, { ...device(), boots });
    clock.advance(10 * MINUTE);
    const success = (bootId: string, uptimeSeconds?: number) =>
      reportTask(deps(), device(), task.id, { outcome: 'succeeded', bootId, uptimeSeconds });
    for (const unproved of [success(copy), success(copy, 20), success(BOOT_2, 9999), success(BOOT_1)]) {
      expect((await problemFrom(unproved)).code).toBe('restart_not_proved');
    }
    expect(store.tasks.get(task.id)).toBe(task);
    expect((await success(BOOT_2, 20)).state).toBe('succeeded');
  });

  it('at once with a cancellation ends the task as what really happened', async () => {
    const task = keep(taskIn('inProgress'));
    const readBefore = device();
    await tasksIn(store).save(task, cancel(task, T0));
    const ended = await changeOwnTask(deps(), readBefore, task.id, (before, now) =>
      report(before, { outcome: 'succeeded', bootId: BOOT_2 }, now),
    );
    expect(ended.state).toBe('succeeded');
  });
});
