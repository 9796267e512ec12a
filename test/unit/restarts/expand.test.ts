import { beforeEach, describe, expect, it } from 'vitest';
import { type ExpansionDeps, expandJob, settleJob } from '../../../lib/restarts/expand.ts';
import type { RestartJob } from '../../../lib/restarts/model.ts';
import { retryJob } from '../../../lib/restarts/retry.ts';
import { cancel, newTask } from '../../../lib/restarts/task.ts';
import { Crash, type CrashPoint, crashingAt, crashPoints } from '../support/crash.ts';
import { ANNA, aDevice, aJob, taskIn } from '../support/fixtures.ts';
import { directoryIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { expansionIn, jobsIn, tallyEverything, targetsIn, tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, settableClock, T0 } from '../support/time.ts';

let store: Store;

const portsOf = (where: Store): ExpansionDeps => ({
  jobs: jobsIn(where),
  devices: targetsIn(where),
  entries: expansionIn(where),
  fleet: directoryIn(where),
  tasks: tasksIn(where),
  clock: settableClock(T0 + 1000),
});

const expand = (jobId: string, deps = portsOf(store), hasTime = () => true) => expandJob(deps, jobId, hasTime);

const devicesNamed = (count: number): string[] => Array.from({ length: count }, (_, i) => id('dev', `device ${i}`));

/** A store with an order for so many devices: some free, some with an open task, some retired since the order. */
const orderedFor = (count: number): { where: Store; job: RestartJob } => {
  const where = emptyStore();
  const deviceIds = devicesNamed(count);
  const job = aJob({ deviceIds });
  where.jobs.set(job.id, job);
  for (const [i, deviceId] of deviceIds.entries()) {
    const device = aDevice({ id: deviceId, name: `PC ${i}` });
    if (i % 7 === 3) {
      const other = newTask(aJob({ id: id('job', 'other') }), device, id('tsk', `other ${i}`), T0);
      where.tasks.set(other.id, other);
      where.devices.set(deviceId, { ...device, openRestart: other });
    } else where.devices.set(deviceId, i % 7 === 5 ? { ...device, retiredAt: T0 } : device);
  }
  return { where, job };
};

/** What each device of the job got: its tasks and joins. */
const entriesOf = (where: Store, job: RestartJob) => {
  const all = [
    ...[...where.tasks.values()].map((task) => ({ ...task, kind: task.state as string })),
    ...[...where.joins.values()].map((join) => ({ ...join, kind: 'joined' })),
  ].filter((entry) => entry.jobId === job.id);
  return job.deviceIds.map((deviceId) => all.filter((entry) => entry.deviceId === deviceId).map(({ kind }) => kind));
};

const jobOf = (where: Store, job: RestartJob): RestartJob => where.jobs.get(job.id) ?? expect.fail('no job');

beforeEach(() => {
  store = emptyStore();
});

describe('a job is expanded', () => {
  it('into one task for each device, its gate open for it', async () => {
    const { where, job } = orderedFor(3);
    store = where;
    await expand(job.id);
    expect(entriesOf(store, job)).toEqual([['queued'], ['queued'], ['queued']]);
    for (const deviceId of job.deviceIds) {
      expect(store.devices.get(deviceId)?.openRestart).toMatchObject({ jobId: job.id, deviceId });
    }
    expect(jobOf(store, job)).toMatchObject({ state: 'running', expanded: 3 });
  });

  it('into a join where a device has an open task, which stays as it is', async () => {
    const { where, job } = orderedFor(4);
    store = where;
    const before = store.devices.get(job.deviceIds[3] ?? '')?.openRestart;
    await expand(job.id);
    expect(entriesOf(store, job)[3]).toEqual(['joined']);
    expect([...store.joins.values()]).toMatchObject([{ taskId: before?.id, jobId: job.id }]);
    expect(store.devices.get(job.deviceIds[3] ?? '')?.openRestart).toBe(before);
  });

  it('into a task that is removed already where the device was retired since the order', async () => {
    const { where, job } = orderedFor(6);
    store = where;
    await expand(job.id);
    expect(entriesOf(store, job)[5]).toEqual(['removed']);
  });

  it('into scheduled tasks where it starts later', async () => {
    const { where, job } = orderedFor(2);
    store = where;
    store.jobs.set(job.id, { ...job, notBefore: T0 + HOUR });
    await expand(job.id);
    expect(entriesOf(store, job)).toEqual([['scheduled'], ['scheduled']]);
  });

  it('no further than there is time for, and from there on the next time', async () => {
    const { where, job } = orderedFor(60);
    store = where;
    let left = 1;
    await expand(job.id, portsOf(store), () => left-- > 0);
    expect(jobOf(store, job)).toMatchObject({ state: 'expanding', expanded: 50, version: 3 });
    await expand(job.id);
    expect(jobOf(store, job)).toMatchObject({ state: 'running', expanded: 60 });
    expect(entriesOf(store, job).every((kinds) => kinds.length === 1)).toBe(true);
  });

  it('by a chunk where there is no time left: without its checkpoint nothing would start it again', async () => {
    const { where, job } = orderedFor(60);
    store = where;
    const noTime = () => false;
    await expand(job.id, portsOf(store), noTime);
    expect(jobOf(store, job)).toMatchObject({ state: 'expanding', expanded: 25, version: 2 });
    await expand(job.id, portsOf(store), noTime);
    await expand(job.id, portsOf(store), noTime);
    expect(jobOf(store, job)).toMatchObject({ state: 'running', expanded: 60 });
  });

  it('twice at once into the same', async () => {
    const { where, job } = orderedFor(60);
    store = where;
    await Promise.allSettled([expand(job.id), expand(job.id)]);
    await expand(job.id);
    expect(jobOf(store, job)).toMatchObject({ state: 'running', expanded: 60 });
    expect(entriesOf(store, job).every((kinds) => kinds.length === 1)).toBe(true);
  });

  it('again after a crash, although what it gave out before that has ended since', async () => {
    const { where, job } = orderedFor(3);
    store = where;
    const jobs = jobsIn(store);
    const save = async () => Promise.reject(new Crash('killed before the checkpoint'));
    await expect(expand(job.id, { ...portsOf(store), jobs: { ...jobs, save } })).rejects.toThrow(Crash);
    for (const task of [...store.tasks.values()]) await tasksIn(store).save(task, cancel(task, T0));
    await expand(job.id);
    expect(entriesOf(store, job)).toEqual([['canceled'], ['canceled'], ['canceled']]);
    expect(jobOf(store, job)).toMatchObject({ state: 'running', expanded: 3 });
  });

  it('not at all where there is none, or where it is expanded', async () => {
    await expand(id('job', 'of nobody'));
    const { where, job } = orderedFor(2);
    where.jobs.set(job.id, { ...job, state: 'running', expanded: 2 });
    store = where;
    await expand(job.id);
    expect(entriesOf(store, job)).toEqual([[], []]);
  });

  it('with a device whose restart is being canceled: its task fails, says why, and can be retried', async () => {
    const { where, job } = orderedFor(1);
    store = where;
    const [deviceId = ''] = job.deviceIds;
    const device = store.devices.get(deviceId) ?? expect.fail('no device');
    const openRestart = taskIn('canceling', { deviceId });
    store.devices.set(deviceId, { ...device, openRestart });
    await expand(job.id);
    expect([...store.joins.values()]).toEqual([]);
    expect([...store.tasks.values()]).toMatchObject([
      { jobId: job.id, deviceId, state: 'failed', error: { code: 'cancellation_under_way' } },
    ]);
    expect(store.devices.get(deviceId)?.openRestart).toEqual(openRestart);
    await tallyEverything(store);
    await settleJob(portsOf(store), job.id);
    const retried = await retryJob({ jobs: jobsIn(store), clock: () => T0, newId: countingIds() }, job.id, ANNA);
    expect(retried).toMatchObject({ retryOf: job.id, expectedDevices: 1 });
  });

  it('with a device that gets a task from elsewhere between being read and being given one: it joins', async () => {
    const { where, job } = orderedFor(1);
    store = where;
    const [deviceId = ''] = job.deviceIds;
    const device = store.devices.get(deviceId) ?? expect.fail('no device');
    const other = newTask(aJob({ id: id('job', 'other') }), device, id('tsk', 'other'), T0);
    const entries = expansionIn(store);
    let overtaken = false;
    await expand(job.id, {
      ...portsOf(store),
      entries: {
        ...entries,
        addTask: async (task) => {
          if (!overtaken) await entries.addTask(other);
          overtaken = true;
          return entries.addTask(task);
        },
      },
    });
    expect([...store.joins.values()]).toMatchObject([{ deviceId, taskId: other.id }]);
  });

  it('with a device that is retired between being read and being given a task: its task is removed', async () => {
    const { where, job } = orderedFor(1);
    store = where;
    const [deviceId = ''] = job.deviceIds;
    const entries = expansionIn(store);
    await expand(job.id, {
      ...portsOf(store),
      entries: {
        ...entries,
        addTask: (task) => {
          store.devices.set(deviceId, aDevice({ id: deviceId, retiredAt: T0 }));
          return entries.addTask(task);
        },
      },
    });
    expect(entriesOf(store, job)).toEqual([['removed']]);
  });
});

/** Enough for more than one chunk, so that some crashes come between checkpoints. */
const DEVICES = 30;

const runInto = async (point: CrashPoint | undefined) => {
  const { where, job } = orderedFor(DEVICES);
  const { wrap, state } = crashingAt(point);
  const ports = portsOf(where);
  const crashing: ExpansionDeps = {
    jobs: wrap(ports.jobs),
    devices: wrap(ports.devices),
    entries: wrap(ports.entries),
    fleet: ports.fleet,
    tasks: ports.tasks,
    clock: ports.clock,
  };
  const ended = await expandJob(crashing, job.id, () => true).then(
    () => undefined,
    (error: unknown) => error,
  );
  // The other promises of a chunk go on for a moment; on Lambda they freeze.
  await new Promise(setImmediate);
  return { where, job, ended, calls: state.calls };
};

describe('an expansion that is killed goes on where it was', async () => {
  const { calls } = await runInto(undefined);
  const points = crashPoints(calls);

  it('has enough calls to be killed at', () => {
    expect(calls).toBeGreaterThan(DEVICES);
  });

  it.each(points)('killed $moment call $call', async (point) => {
    const { where, job, ended } = await runInto(point);
    expect(ended).toBeInstanceOf(Crash);
    await expandJob(portsOf(where), job.id, () => true);

    const expected = job.deviceIds.map((_, i) => {
      if (i % 7 === 3) return ['joined'];
      return i % 7 === 5 ? ['removed'] : ['queued'];
    });
    expect(entriesOf(where, job)).toEqual(expected);
    expect(jobOf(where, job)).toMatchObject({ state: 'running', expanded: DEVICES });

    await tallyEverything(where);
    const found = await jobsIn(where).find(job.id);
    expect(found?.counts).toEqual({
      queued: expected.flat().filter((kind) => kind === 'queued').length,
      joined: expected.flat().filter((kind) => kind === 'joined').length,
      removed: expected.flat().filter((kind) => kind === 'removed').length,
    });
  });
});

describe('a job is completed', () => {
  const running = async () => {
    const { where, job } = orderedFor(6);
    store = where;
    await expand(job.id);
    await tallyEverything(store);
    return job;
  };

  const tasksOf = (job: RestartJob) => [...store.tasks.values()].filter((task) => task.jobId === job.id);

  const endTask = async (taskId: string) => {
    const tasks = tasksIn(store);
    const task = (await tasks.find(taskId)) ?? expect.fail('no task');
    await tasks.save(task, cancel(task, T0 + HOUR));
    await tallyEverything(store);
  };

  it('exactly when the last of its tasks has ended; what it joined or removed does not keep it', async () => {
    const job = await running();
    const open = tasksOf(job).filter((task) => task.state === 'queued');
    expect(open).toHaveLength(4);
    for (const task of open) {
      await settleJob(portsOf(store), job.id);
      expect(jobOf(store, job).state).toBe('running');
      await endTask(task.id);
    }
    await settleJob(portsOf(store), job.id);
    expect(jobOf(store, job)).toMatchObject({ state: 'completed', endedAt: T0 + 1000 });
  });

  it('once, however often it is settled', async () => {
    const job = await running();
    for (const task of tasksOf(job)) if (task.state === 'queued') await endTask(task.id);
    await Promise.all([settleJob(portsOf(store), job.id), settleJob(portsOf(store), job.id)]);
    const { version } = jobOf(store, job);
    await settleJob(portsOf(store), job.id);
    expect(jobOf(store, job).version).toBe(version);
  });

  it('at once where all of its devices joined or were retired, without waiting for a task', async () => {
    const { where, job } = orderedFor(6);
    store = where;
    store.jobs.set(job.id, { ...job, deviceIds: [job.deviceIds[3] ?? '', job.deviceIds[5] ?? ''] });
    await expand(job.id);
    expect(jobOf(store, job).state).toBe('running');
    await tallyEverything(store);
    await settleJob(portsOf(store), job.id);
    expect(jobOf(store, job).state).toBe('completed');
  });

  it('not while it is still expanding, even if all that there is has ended', async () => {
    const { where, job } = orderedFor(30);
    store = where;
    await expand(job.id, portsOf(store), () => false);
    for (const task of tasksOf(job)) if (task.state === 'queued') await endTask(task.id);
    await settleJob(portsOf(store), job.id);
    expect(jobOf(store, job).state).toBe('expanding');
  });

  it('by the expansion itself, where its tasks have ended before its last checkpoint', async () => {
    const { where, job } = orderedFor(2);
    store = where;
    const jobs = jobsIn(store);
    await expand(job.id, {
      ...portsOf(store),
      jobs: {
        ...jobs,
        save: async (before, after) => {
          if (after.state === 'running') for (const task of tasksOf(job)) await endTask(task.id);
          await jobs.save(before, after);
        },
      },
    });
    expect(jobOf(store, job).state).toBe('completed');
  });

  it('by an expansion that is run again, having been killed after its last checkpoint', async () => {
    const { where, job } = orderedFor(2);
    store = where;
    store.jobs.set(job.id, { ...job, deviceIds: [] });
    const jobs = jobsIn(store);
    let saved = 0;
    const save: typeof jobs.save = async (before, after) => {
      if (saved++ > 0) throw new Crash('killed after the checkpoint');
      await jobs.save(before, after);
    };
    await expect(expand(job.id, { ...portsOf(store), jobs: { ...jobs, save } })).rejects.toThrow(Crash);
    expect(jobOf(store, job).state).toBe('running');
    await expand(job.id);
    expect(jobOf(store, job).state).toBe('completed');
  });

  it('never where there is none', async () => {
    await expect(settleJob(portsOf(store), id('job', 'of nobody'))).resolves.toBeUndefined();
  });
});
