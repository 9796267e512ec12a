/** How often a device may restart in 24 hours, whoever orders it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../../../lib/devices/model.ts';
import { acknowledgeTask } from '../../../lib/restarts/agent.ts';
import type { RestartTask } from '../../../lib/restarts/model.ts';
import { formatReceipt } from '../../../lib/restarts/receipt.ts';
import { newTask, onTime, postpone, remove, report, succeed } from '../../../lib/restarts/task.ts';
import { aDevice, aJob, BOOT_1, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { testInbox } from '../support/inbox.ts';
import { problemFrom } from '../support/problems.ts';
import { DAY, HOUR, type SettableClock, settableClock, T0 } from '../support/time.ts';
import { WORLDS, type World } from '../support/worlds.ts';

describe.each(WORLDS)('%s', (_, make) => {
  let world: World;
  let clock: SettableClock;
  let inbox: ReturnType<typeof testInbox>;
  let count: number;

  const device = async (): Promise<Device> => (await world.devices.find(DEVICE_ID)) ?? expect.fail('no device');

  const ordered = async (): Promise<RestartTask> => {
    count += 1;
    const job = aJob({ id: id('job', `job ${count}`), createdAt: clock(), maxPostponements: 3, mayReject: true });
    const task = newTask(job, aDevice(), id('tsk', `task ${count}`), clock());
    expect(await world.entries.addTask(task)).toBe(true);
    return task;
  };

  const acknowledge = async (task: RestartTask, restartsPerDay = 3): Promise<RestartTask> => {
    inbox.send({ deviceId: DEVICE_ID, taskId: task.id, version: task.version });
    const [delivery] = await inbox.receive(DEVICE_ID);
    const receipt = formatReceipt(delivery ?? expect.fail('nothing was delivered'));
    const deps = { tasks: world.tasks, inbox, clock, restartsPerDay };
    return acknowledgeTask(deps, await device(), task.id, { receipt, bootId: BOOT_1 });
  };

  /** Orders a restart that ends as `end` makes it. */
  const restart = async (end: (task: RestartTask) => RestartTask = (task) => succeed(task, clock())): Promise<void> => {
    const task = await acknowledge(await ordered());
    await world.tasks.save(task, end(task));
  };

  beforeEach(async () => {
    world = make();
    clock = settableClock();
    inbox = testInbox(clock);
    count = 0;
    await world.putDevice(aDevice());
  });

  it('lets it restart as often as it may, and refuses the next with the reason, once and for all', async () => {
    for (let i = 0; i < 3; i += 1) {
      await restart();
      clock.advance(HOUR);
    }
    expect((await device()).recentRestarts).toEqual([T0, T0 + HOUR, T0 + 2 * HOUR]);
    const task = await ordered();
    for (let again = 0; again < 2; again += 1) {
      const problem = await problemFrom(acknowledge(task));
      expect([problem.code, problem.extras.currentState]).toEqual(['invalid_state', 'failed']);
      expect(problem.message).toContain('3 times in 24 hours');
      // A message that comes once more after that is dropped by the next poll, as any that has outlived its task.
      if (again === 0) expect(inbox.held(DEVICE_ID)).toEqual([]);
    }
    expect(await world.tasks.find(task.id)).toMatchObject({
      state: 'failed',
      endedAt: clock(),
      version: task.version + 1,
      error: { code: 'restart_budget_exceeded' },
    });
    expect(await device()).not.toHaveProperty('openRestart');
  });

  it('lets it restart again from the moment on that the first of them is 24 hours ago', async () => {
    for (let i = 0; i < 3; i += 1) {
      await restart();
      clock.advance(HOUR);
    }
    clock.set(T0 + DAY - 1);
    const early = await ordered();
    expect((await problemFrom(acknowledge(early))).code).toBe('invalid_state');
    clock.set(T0 + DAY);
    await restart();
    expect((await device()).recentRestarts).toEqual([T0 + HOUR, T0 + 2 * HOUR, T0 + DAY]);
  });

  it('counts a device that did not come back, and nothing that did not restart it', async () => {
    await restart((task) => onTime(task, task.returnBy ?? 0) ?? expect.fail('not due'));
    expect((await device()).recentRestarts).toHaveLength(1);
    for (const outcome of ['failed', 'rejected'] as const) {
      await restart((task) => report(task, { outcome, bootId: BOOT_1 }, clock()));
    }
    await restart((task) => remove(task, clock()));
    expect((await device()).recentRestarts).toHaveLength(1);
  });

  it('does not count a postponement', async () => {
    const task = await acknowledge(await ordered(), 1);
    const postponed = postpone(task, 5, clock());
    await world.tasks.save(task, postponed);
    clock.advance(HOUR);
    const queued = onTime(postponed, clock()) ?? expect.fail('not due');
    await world.tasks.save(postponed, queued);
    expect((await acknowledge(queued, 1)).state).toBe('inProgress');
  });
});
