/** Orders whose devices are found while they are expanded: a group, the whole fleet, and what a job failed at. */
import { beforeEach, describe, expect, it } from 'vitest';
import { derivedId, type Id } from '../../../lib/ids.ts';
import { type ExpansionDeps, expandJob } from '../../../lib/restarts/expand.ts';
import type { RestartJob, TaskState } from '../../../lib/restarts/model.ts';
import { retryJob } from '../../../lib/restarts/retry.ts';
import { newTask } from '../../../lib/restarts/task.ts';
import { jobView } from '../../../lib/restarts/view.ts';
import { Crash, type CrashPoint, crashingAt, crashPoints } from '../support/crash.ts';
import { ANNA, aDevice, aJob } from '../support/fixtures.ts';
import { putGroup } from '../support/fleet.ts';
import { directoryIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { expansionIn, jobsIn, tallyEverything, targetsIn, tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, settableClock, T0 } from '../support/time.ts';

const GROUP = id('grp', 'office');
const always = () => true;

let store: Store;

const ports = (): ExpansionDeps => ({
  jobs: jobsIn(store),
  devices: targetsIn(store),
  entries: expansionIn(store),
  fleet: directoryIn(store),
  tasks: tasksIn(store),
  clock: settableClock(T0 + 1000),
});

const enroll = (count: number): Id[] => {
  const ids = Array.from({ length: count }, (_, i) => id('dev', `device ${i}`)).sort();
  for (const deviceId of ids) store.devices.set(deviceId, aDevice({ id: deviceId }));
  return ids;
};

const order = (changes: Partial<RestartJob>): RestartJob => {
  const job = aJob({ id: id('job', 'new'), deviceIds: [], ...changes });
  store.jobs.set(job.id, job);
  return job;
};

const jobOf = ({ id: jobId }: RestartJob) => store.jobs.get(jobId) ?? expect.fail('no job');
/** The devices that got a task or a join of the job, one entry for each that they got. */
const reached = (job: RestartJob): Id[] =>
  [...store.tasks.values(), ...store.joins.values()]
    .filter(({ jobId }) => jobId === job.id)
    .map(({ deviceId }) => deviceId)
    .sort();

/** A job that has ended, with one device for each of the states. */
const ended = (states: TaskState[], changes: Partial<RestartJob> = {}): { old: RestartJob; devices: Id[] } => {
  const devices = enroll(states.length);
  const old = aJob({ state: 'completed', deviceIds: devices, expanded: states.length, endedAt: T0, ...changes });
  store.jobs.set(old.id, old);
  for (const [i, state] of states.entries()) {
    const device = aDevice({ id: devices[i] ?? '' });
    const task = newTask(old, device, derivedId('tsk', T0, `old ${i}`), T0);
    store.tasks.set(task.id, { ...task, state, version: 3, endedAt: T0 });
  }
  return { old, devices };
};

beforeEach(() => {
  store = emptyStore();
});

describe('an order for a group', () => {
  it('reaches each of its members, and nobody else, in checkpoints', async () => {
    const devices = enroll(70);
    putGroup(store, GROUP, devices.slice(0, 60));
    const job = order({ groupId: GROUP });
    await expandJob(ports(), job.id, () => false);
    expect(jobOf(job)).toMatchObject({ state: 'expanding', expanded: 25, position: { after: devices[24] } });
    expect(jobView({ job: jobOf(job), counts: {} })).toMatchObject({ deviceCount: 25, target: { groupId: GROUP } });
    await expandJob(ports(), job.id, always);
    expect(reached(job)).toEqual(devices.slice(0, 60));
    expect(jobOf(job)).toMatchObject({ state: 'running', expanded: 60 });
    expect(jobOf(job)).not.toHaveProperty('position');
  });

  it('`all` reaches every device that is not retired', async () => {
    const devices = enroll(30);
    store.devices.set(devices[3] ?? '', aDevice({ id: devices[3] ?? '', retiredAt: T0 }));
    const job = order({ groupId: 'all' });
    await expandJob(ports(), job.id, always);
    expect(reached(job)).toEqual(devices.filter((_, i) => i !== 3));
  });

  it('leaves out its exceptions, and keeps its pace without them', async () => {
    const devices = enroll(60);
    const exceptDeviceIds = devices.filter((_, i) => i % 3 === 0);
    const job = order({ groupId: 'all', exceptDeviceIds, maxPerMinute: 60 });
    await expandJob(ports(), job.id, always);
    expect(reached(job)).toEqual(devices.filter((_, i) => i % 3 !== 0));
    expect(jobOf(job)).toMatchObject({ state: 'running', expanded: 40 });
    const starts = [...store.tasks.values()].map(({ notBefore = T0 }) => (notBefore - T0) / 1000);
    expect(starts.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('leaves out who was enrolled after it, and takes who was enrolled at that very moment', async () => {
    const early = derivedId('dev', T0, 'early');
    const late = derivedId('dev', T0 + 1, 'late');
    for (const deviceId of [early, late]) store.devices.set(deviceId, aDevice({ id: deviceId }));
    const job = order({ groupId: 'all' });
    await expandJob(ports(), job.id, always);
    expect(reached(job)).toEqual([early]);
    expect(jobOf(job)).toMatchObject({ state: 'running', expanded: 1 });
  });

  it('gives a member that is retired at that very moment a task that is removed', async () => {
    const [deviceId = ''] = enroll(1);
    putGroup(store, GROUP, [deviceId]);
    const job = order({ groupId: GROUP });
    await expandJob({ ...ports(), devices: { findMany: async () => [] } }, job.id, always);
    expect([...store.tasks.values()]).toMatchObject([{ deviceId, state: 'removed' }]);
  });

  it('is completed at once where the group is empty, or deleted since', async () => {
    putGroup(store, GROUP, []);
    for (const groupId of [GROUP, id('grp', 'deleted')]) {
      const job = order({ id: id('job', groupId), groupId });
      await expandJob(ports(), job.id, always);
      expect(jobOf(job)).toMatchObject({ state: 'completed', expanded: 0 });
    }
  });

  it('with a start time is spread where the group has more than ten devices, and starts then where it has fewer', async () => {
    const devices = enroll(40);
    putGroup(store, GROUP, devices);
    putGroup(store, 'small', devices.slice(0, 10));
    const notBefore = T0 + HOUR;
    const starts = async (groupId: Id) => {
      store.tasks.clear();
      for (const [deviceId, { openRestart: _, ...device }] of store.devices) store.devices.set(deviceId, device);
      const expectedDevices = await directoryIn(store).deviceCount(groupId);
      const job = order({ id: id('job', groupId), groupId, notBefore, ...(expectedDevices && { expectedDevices }) });
      await expandJob(ports(), job.id, always);
      return new Set([...store.tasks.values()].map((task) => task.notBefore));
    };
    expect(await starts('small')).toEqual(new Set([notBefore]));
    expect((await starts(GROUP)).size).toBe(40);
  });

  it('with maxPerMinute keeps its pace over the checkpoints', async () => {
    putGroup(store, GROUP, enroll(60));
    const job = order({ groupId: GROUP, maxPerMinute: 60 });
    await expandJob(ports(), job.id, always);
    const starts = [...store.tasks.values()].map(({ notBefore = T0 }) => (notBefore - T0) / 1000);
    expect(starts.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });
});

describe('a retry', () => {
  const retry = (jobId: Id) =>
    retryJob({ jobs: jobsIn(store), clock: () => T0 + HOUR, newId: countingIds() }, jobId, ANNA);

  it('is a new job that names the old one, has its options, and starts now', async () => {
    const { old } = ended(['failed'], { maxPerMinute: 5, force: true, abortAfterFailures: 9, notBefore: T0 - HOUR });
    await tallyEverything(store);
    const job = await retry(old.id);
    expect(job).toMatchObject({
      retryOf: old.id,
      state: 'expanding',
      maxPerMinute: 5,
      force: true,
      createdAt: T0 + HOUR,
    });
    expect(job).toMatchObject({ message: old.message, abortAfterFailures: 9, createdBy: ANNA.name });
    expect(job).not.toHaveProperty('notBefore');
    expect(job).not.toHaveProperty('endedAt');
    expect(job.id).not.toBe(old.id);
    expect(store.jobs.get(job.id)).toEqual(job);
    expect(jobView({ job, counts: {} }).target).toEqual({ retryOf: old.id });
  });

  it('reaches the devices whose task failed, timed out or expired, and no others', async () => {
    const states = ['failed', 'succeeded', 'timedOut', 'expired', 'canceled', 'rejected', 'removed'] as const;
    const { old, devices } = ended(Array.from({ length: 105 }, (_, i) => states[i % 7] ?? 'failed'));
    await tallyEverything(store);
    const job = await retry(old.id);
    await expandJob(ports(), job.id, always);
    expect(reached(job)).toEqual(devices.filter((_, i) => [0, 2, 3].includes(i % 7)));
    expect(jobOf(job)).toMatchObject({ state: 'running', expanded: 45 });
  });

  it('is refused while the job is under way, where there is nothing to retry, and where there is no job', async () => {
    for (const state of ['expanding', 'running'] as const) {
      const { old } = ended(['failed'], { id: id('job', state), state });
      await tallyEverything(store);
      const problem = await problemFrom(retry(old.id));
      expect([problem.code, problem.extras.currentState]).toEqual(['invalid_state', state]);
    }
    store = emptyStore();
    const { old } = ended(['succeeded', 'canceled', 'rejected']);
    await tallyEverything(store);
    expect((await problemFrom(retry(old.id))).code).toBe('invalid_state');
    expect((await problemFrom(retry(id('job', 'never')))).code).toBe('not_found');
  });
});

const EXPECTED = 30;

describe.each(['group', 'retry'] as const)('an expansion of a %s that is killed', async (kind) => {
  const prepare = (): RestartJob => {
    store = emptyStore();
    if (kind === 'retry') {
      const states = Array.from({ length: EXPECTED }, (_, i): TaskState => (i % 2 ? 'failed' : 'expired'));
      return order({ retryOf: ended(states).old.id });
    }
    putGroup(store, GROUP, enroll(EXPECTED));
    return order({ groupId: GROUP });
  };

  const runInto = async (point: CrashPoint | undefined) => {
    const job = prepare();
    const { wrap, state } = crashingAt(point);
    const { jobs, devices, entries, fleet, tasks, clock } = ports();
    const crashing = {
      jobs: wrap(jobs),
      devices: wrap(devices),
      entries: wrap(entries),
      fleet: wrap(fleet),
      tasks: wrap(tasks),
      clock,
    };
    const outcome = await expandJob(crashing, job.id, always).catch((error: unknown) => error);
    await new Promise(setImmediate);
    return { job, outcome, calls: state.calls };
  };

  const { calls } = await runInto(undefined);
  const points = crashPoints(calls);

  it.each(points)('$moment call $call reaches each device once when it is run again', async (point) => {
    const { job, outcome } = await runInto(point);
    expect(outcome).toBeInstanceOf(Crash);
    await expandJob(ports(), job.id, always);
    const all = reached(job);
    expect(all).toHaveLength(EXPECTED);
    expect(new Set(all).size).toBe(EXPECTED);
    expect(jobOf(job)).toMatchObject({ state: 'running', expanded: EXPECTED });
  });
});
