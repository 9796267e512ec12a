/** How tasks end without their agent: canceled by an operator, by time, or because they were never acknowledged. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cancelTask } from '../../../lib/restarts/cancel.ts';
import type { RestartTask } from '../../../lib/restarts/model.ts';
import { sweepTasks } from '../../../lib/restarts/sweep.ts';
import { acknowledge } from '../../../lib/restarts/task.ts';
import { failUndeliveredTask } from '../../../lib/restarts/undelivered.ts';
import { aDevice, BOOT_1, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { jobsIn, tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;

const deps = () => ({ tasks: tasksIn(store), jobs: jobsIn(store), clock });

const keep = (task: RestartTask): RestartTask => {
  store.tasks.set(task.id, task);
  store.devices.set(task.deviceId, aDevice({ id: task.deviceId, openRestart: task }));
  return task;
};

const stateOf = (task: RestartTask) => store.tasks.get(task.id)?.state;

/** Tasks as their repository gives them, after somebody else has saved `change` in between. */
const overtakenBy = (change: (task: RestartTask) => RestartTask) => {
  const tasks = tasksIn(store);
  let overtaken = false;
  const find: typeof tasks.find = async (taskId) => {
    const found = await tasks.find(taskId);
    if (found && !overtaken) {
      overtaken = true;
      await tasks.save(found, change(found));
    }
    return found;
  };
  return { ...deps(), tasks: { ...tasks, find } };
};

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
});

describe('canceling', () => {
  it('is 404 for a task that never was', async () => {
    expect((await problemFrom(cancelTask(deps(), id('tsk', 'never')))).code).toBe('not_found');
  });

  it('ends what waits and closes the gate', async () => {
    const task = keep(taskIn('queued'));
    await cancelTask(deps(), task.id);
    expect(stateOf(task)).toBe('canceled');
    expect(store.devices.get(task.deviceId)).not.toHaveProperty('openRestart');
  });

  it('again writes nothing', async () => {
    const task = keep(taskIn('inProgress'));
    const first = await cancelTask(deps(), task.id);
    expect(first.state).toBe('canceling');
    expect(await cancelTask(deps(), task.id)).toBe(first);
  });

  it('asks the agent where it acknowledged at that very moment', async () => {
    const task = keep(taskIn('queued'));
    const canceled = await cancelTask(
      overtakenBy((found) => acknowledge(found, BOOT_1, T0)),
      task.id,
    );
    expect(canceled).toMatchObject({ state: 'canceling', acknowledgedBootId: BOOT_1 });
  });
});

describe('the sweep', () => {
  it('moves exactly what is due, and says how many', async () => {
    const tasks = {
      early: keep(taskIn('queued', { id: id('tsk', '1'), deviceId: id('dev', '1'), acknowledgeBy: T0 + 1 })),
      late: keep(taskIn('queued', { id: id('tsk', '2'), deviceId: id('dev', '2'), acknowledgeBy: T0 })),
      start: keep(taskIn('scheduled', { id: id('tsk', '3'), deviceId: id('dev', '3'), notBefore: T0 })),
      lost: keep(taskIn('inProgress', { id: id('tsk', '4'), deviceId: id('dev', '4'), returnBy: T0 - 1 })),
      over: keep(taskIn('succeeded', { id: id('tsk', '5'), deviceId: id('dev', '5') })),
    };
    expect(await sweepTasks(deps())).toBe(3);
    expect(Object.values(tasks).map(stateOf)).toEqual(['queued', 'expired', 'queued', 'timedOut', 'succeeded']);
  });

  it('notes that the device is missing where it did not come back', async () => {
    const task = keep(taskIn('inProgress', { returnBy: T0 }));
    await sweepTasks(deps());
    expect(store.devices.get(task.deviceId)).toMatchObject({ missingSinceTask: task.id });
  });

  it('twice at once moves each once', async () => {
    const task = keep(taskIn('queued', { acknowledgeBy: T0 }));
    const moved = await Promise.all([sweepTasks(deps()), sweepTasks(deps())]);
    expect(stateOf(task)).toBe('expired');
    expect(store.tasks.get(task.id)?.version).toBe(task.version + 1);
    expect(moved.reduce((sum, n) => sum + n)).toBe(1);
  });

  it('leaves a task alone that was acknowledged in time meanwhile', async () => {
    const task = keep(taskIn('queued', { acknowledgeBy: T0 }));
    expect(await sweepTasks(overtakenBy((found) => acknowledge(found, BOOT_1, T0 - 1)))).toBe(0);
    expect(stateOf(task)).toBe('inProgress');
  });

  it('goes on after one that fails, and fails in the end, so that somebody hears of it', async () => {
    const bad = keep(taskIn('queued', { id: id('tsk', 'bad'), deviceId: id('dev', '1'), acknowledgeBy: T0 - 2 }));
    const good = keep(taskIn('queued', { id: id('tsk', 'good'), deviceId: id('dev', '2'), acknowledgeBy: T0 - 1 }));
    const tasks = tasksIn(store);
    const find: typeof tasks.find = async (taskId) => {
      if (taskId === bad.id) throw new Error('unreadable');
      return tasks.find(taskId);
    };
    await expect(sweepTasks({ ...deps(), tasks: { ...tasks, find } })).rejects.toThrow(AggregateError);
    expect(stateOf(good)).toBe('expired');
  });

  it('of a task that the index still names and that is gone does nothing', async () => {
    const tasks = tasksIn(store);
    const due = async function* () {
      yield id('tsk', 'gone');
    };
    expect(await sweepTasks({ ...deps(), tasks: { ...tasks, due } })).toBe(0);
  });
});

describe('a message that ended in the dead-letter queue', () => {
  it('fails its task', async () => {
    const task = keep(taskIn('queued'));
    await failUndeliveredTask(deps(), { taskId: task.id, version: task.version });
    expect(store.tasks.get(task.id)).toMatchObject({ state: 'failed', error: { code: 'not_acknowledged' } });
  });

  it('again, or of an earlier delivery, or of no task at all, changes nothing', async () => {
    const task = keep(taskIn('queued'));
    await failUndeliveredTask(deps(), { taskId: task.id, version: task.version - 2 });
    expect(store.tasks.get(task.id)).toBe(task);
    await failUndeliveredTask(deps(), { taskId: task.id, version: task.version });
    clock.advance(MINUTE);
    await failUndeliveredTask(deps(), { taskId: task.id, version: task.version });
    expect(store.tasks.get(task.id)?.endedAt).toBe(T0);
    await failUndeliveredTask(deps(), { taskId: id('tsk', 'never'), version: 1 });
  });

  it('does not fail a task that is acknowledged at that very moment', async () => {
    const task = keep(taskIn('queued'));
    await failUndeliveredTask(
      overtakenBy((found) => acknowledge(found, BOOT_1, T0)),
      { taskId: task.id, version: task.version },
    );
    expect(stateOf(task)).toBe('inProgress');
  });
});
