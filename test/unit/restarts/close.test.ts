/** A stopped job: it makes no more tasks, and those that wait are canceled whatever happens on the way. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cancelRestartJob } from '../../../lib/restarts/cancel.ts';
import { type CloseDeps, closeJob, closeTasks, lookAgain } from '../../../lib/restarts/close.ts';
import { type ExpansionDeps, expandJob, settleJob } from '../../../lib/restarts/expand.ts';
import { isOpen, type RestartJob, type RestartTask } from '../../../lib/restarts/model.ts';
import { sweepTasks } from '../../../lib/restarts/sweep.ts';
import { acknowledge, newTask, postpone } from '../../../lib/restarts/task.ts';
import { Crash, type CrashPoint, crashingAt, crashPoints } from '../support/crash.ts';
import { aDevice, aJob, BOOT_1 } from '../support/fixtures.ts';
import { directoryIn } from '../support/groups.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { expansionIn, jobsIn, tallyEverything, targetsIn, tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;

const expansion = (where = store): ExpansionDeps => ({
  jobs: jobsIn(where),
  devices: targetsIn(where),
  entries: expansionIn(where),
  fleet: directoryIn(where),
  tasks: tasksIn(where),
  clock,
});
const closing = (where = store): CloseDeps => ({ ...expansion(where), tasks: tasksIn(where) });
const always = () => true;

const ordered = (count: number, changes: Partial<RestartJob> = {}): RestartJob => {
  const deviceIds = Array.from({ length: count }, (_, i) => id('dev', `device ${i}`));
  for (const deviceId of deviceIds) store.devices.set(deviceId, aDevice({ id: deviceId }));
  const job = aJob({ deviceIds, maxPostponements: 3, ...changes });
  store.jobs.set(job.id, job);
  return job;
};

const expanded = async (count: number): Promise<RestartJob> => {
  const job = ordered(count);
  await expandJob(expansion(), job.id, always);
  await tallyEverything(store);
  return job;
};

const jobOf = ({ id: jobId }: RestartJob, where = store) => where.jobs.get(jobId) ?? expect.fail('no job');
const tasksOf = ({ id: jobId }: RestartJob, where = store) =>
  [...where.tasks.values()].filter((task) => task.jobId === jobId);
const statesOf = (job: RestartJob, where = store) => tasksOf(job, where).map(({ state }) => state);
const save = async (task: RestartTask, after: RestartTask) => {
  await tasksIn(store).save(task, after);
  return after;
};
const cancelJob = (job: RestartJob) => cancelRestartJob({ jobs: jobsIn(store), clock }, job.id);

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
});

describe('canceling a job', () => {
  it('stops it at once, and its tasks are still to follow', async () => {
    const job = await expanded(3);
    const before = structuredClone([...store.tasks.values()]);
    const { job: canceled } = await cancelJob(job);
    expect(canceled).toMatchObject({ state: 'canceling', stoppedAt: T0, closingDueAt: T0 + MINUTE });
    expect(canceled).not.toHaveProperty('endedAt');
    expect(jobOf(job)).toEqual(canceled);
    expect(store.stops.get(job.id)).toBe('canceled');
    expect([...store.tasks.values()]).toEqual(before);
  });

  it('again changes nothing; of one that ended otherwise, or never was, it is refused', async () => {
    const job = await expanded(1);
    const first = await cancelJob(job);
    clock.advance(MINUTE);
    // Whoever canceled it first may have died before all marks were there.
    store.stops.clear();
    expect((await cancelJob(job)).job).toEqual(first.job);
    expect(store.stops.get(job.id)).toBe('canceled');
    for (const state of ['completed', 'aborted'] as const) {
      const ended = ordered(1, { id: id('job', state), state });
      const problem = await problemFrom(cancelJob(ended));
      expect([problem.code, problem.extras.currentState]).toEqual(['invalid_state', state]);
    }
    expect((await problemFrom(cancelJob(aJob({ id: id('job', 'never') })))).code).toBe('not_found');
  });

  it('decides again where the job changed at that very moment', async () => {
    const job = await expanded(1);
    const jobs = jobsIn(store);
    let overtaken = false;
    const find: typeof jobs.find = async (jobId) => {
      const found = await jobs.find(jobId);
      if (found && !overtaken) {
        overtaken = true;
        await jobs.save(found.job, { ...found.job, state: 'completed', version: found.job.version + 1 });
      }
      return found;
    };
    const problem = await problemFrom(cancelRestartJob({ jobs: { ...jobs, find }, clock }, job.id));
    expect(problem.extras.currentState).toBe('completed');
  });
});

describe('closing a canceled job', () => {
  it('cancels what waits, asks the agents of what is under way, and leaves what ended and what it joined', async () => {
    const other = ordered(1, { id: id('job', 'other') });
    const joined = newTask(other, aDevice({ id: id('dev', 'device 4') }), id('tsk', 'other'), T0);
    const job = ordered(5);
    await expansionIn(store).addTask(joined);
    await expandJob(expansion(), job.id, always);
    const [one, two, three] = tasksOf(job) as [RestartTask, RestartTask, RestartTask];
    await save(one, acknowledge(one, BOOT_1, T0));
    const acknowledged = await save(two, acknowledge(two, BOOT_1, T0));
    await save(acknowledged, postpone(acknowledged, 5, T0));
    await save(three, { ...three, state: 'failed', version: three.version + 1, endedAt: T0 });
    await tallyEverything(store);
    await cancelJob(job);
    await closeJob(closing(), job.id, always);
    expect(statesOf(job)).toEqual(['canceling', 'canceled', 'failed', 'canceled']);
    expect(store.tasks.get(joined.id)).toEqual(joined);
    expect(jobOf(job).closingDueAt).toBeDefined();
    await tallyEverything(store);
    await settleJob(closing(), job.id);
    expect(jobOf(job)).toMatchObject({ state: 'canceled', endedAt: T0 });
    expect(jobOf(job)).not.toHaveProperty('closingDueAt');
    expect(store.stops.get(job.id)).toBe('canceled');
    expect(store.devices.get(two.deviceId)).not.toHaveProperty('openRestart');
  });

  it('of an aborted one leaves what is under way', async () => {
    const job = await expanded(3);
    const [one] = tasksOf(job) as [RestartTask];
    const underWay = await save(one, acknowledge(one, BOOT_1, T0));
    store.jobs.set(job.id, { ...jobOf(job), state: 'aborted', closingDueAt: T0 });
    await tallyEverything(store);
    await closeJob(closing(), job.id, always);
    expect(statesOf(job)).toEqual(['inProgress', 'canceled', 'canceled']);
    // Whoever aborted it may have died before its marks were there.
    expect(store.stops.get(job.id)).toBe('aborted');
    await tallyEverything(store);
    await settleJob(closing(), job.id);
    expect(jobOf(job)).not.toHaveProperty('closingDueAt');
    // Put off, it is no longer under way, and its own record ends it.
    const postponed = await save(underWay, postpone(underWay, 5, T0));
    await closeTasks(closing(), jobOf(job), [postponed]);
    expect(statesOf(job)).toEqual(['canceled', 'canceled', 'canceled']);
  });

  it('starts from what is seen of a task, and decides again where it is acknowledged at that moment', async () => {
    const job = await expanded(1);
    const [seen] = tasksOf(job) as [RestartTask];
    await save(seen, acknowledge(seen, BOOT_1, T0));
    const { job: canceled } = await cancelJob(job);
    await closeTasks(closing(), canceled, [seen]);
    expect(statesOf(job)).toEqual(['canceling']);
  });

  it('leaves alone what is no job of this kind', async () => {
    const job = await expanded(2);
    await closeJob(closing(), job.id, always);
    await closeJob(closing(), id('job', 'never'), always);
    await closeTasks(closing(), jobOf(job), tasksOf(job));
    expect(statesOf(job)).toEqual(['queued', 'queued']);
    expect(await lookAgain(closing(), job.id)).toBe(false);
  });

  it('stops where there is no time left, with a write that starts it again', async () => {
    const job = await expanded(60);
    await cancelJob(job);
    // Asked once of what is scheduled, of which there is none, and then for each chunk.
    let left = 2;
    await closeJob(closing(), job.id, () => left-- > 0);
    const { version } = jobOf(job);
    expect(version).toBeGreaterThan(3);
    expect(statesOf(job).filter((state) => state === 'canceled')).toHaveLength(25);
    await closeJob(closing(), job.id, always);
    expect(statesOf(job).every((state) => state === 'canceled')).toBe(true);
  });
});

describe('what the index of the tasks does not show yet', () => {
  /** Tasks as their index gives them while it is behind: none. */
  const blind = (): CloseDeps => ({
    ...closing(),
    tasks: { ...tasksIn(store), listOfJob: async () => ({ items: [] }) },
  });

  it('is looked for again by the sweep, each minute, until the counts show nothing that waits', async () => {
    const job = await expanded(1);
    await cancelJob(job);
    await closeJob(blind(), job.id, always);
    expect(statesOf(job)).toEqual(['queued']);

    const sweep = () => sweepTasks({ tasks: tasksIn(store), jobs: jobsIn(store), clock });
    clock.set(T0 + MINUTE - 1);
    expect(await sweep()).toBe(0);
    clock.set(T0 + MINUTE);
    const { version } = jobOf(job);
    expect(await sweep()).toBe(1);
    expect(jobOf(job)).toMatchObject({ version: version + 1, closingDueAt: T0 + 2 * MINUTE });

    await closeJob(closing(), job.id, always);
    expect(statesOf(job)).toEqual(['canceled']);
    await tallyEverything(store);
    await settleJob(closing(), job.id);
    clock.set(T0 + 9 * MINUTE);
    expect(await sweep()).toBe(0);
  });

  it('is canceled by its own record where an expansion made it after the job was canceled', async () => {
    const job = ordered(30);
    const jobs = jobsIn(store);
    const save: typeof jobs.save = async (before, after) => {
      if (jobOf(job).state === 'expanding') await cancelJob(job);
      await jobs.save(before, after);
    };
    await expandJob({ ...expansion(), jobs: { ...jobs, save } }, job.id, always);
    expect(jobOf(job)).toMatchObject({ state: 'canceling', expanded: 0, cutShort: true });
    expect(statesOf(job)).toEqual(Array(25).fill('queued'));
    // The closing may be over before the first of them is counted.
    await closeJob(blind(), job.id, always);
    expect(jobOf(job)).toMatchObject({ state: 'canceling', expanded: 25 });
    expect(jobOf(job)).not.toHaveProperty('cutShort');
    await tallyEverything(store);
    const now = (await settleJob(closing(), job.id)) ?? expect.fail('no job');
    await closeTasks(closing(), now, tasksOf(job));
    expect(statesOf(job)).toEqual(Array(25).fill('canceled'));
    await tallyEverything(store);
    expect((await settleJob(closing(), job.id))?.state).toBe('canceled');
    await expandJob(expansion(), job.id, always);
    expect(tasksOf(job)).toHaveLength(25);
  });
});

const closedInto = async (point: CrashPoint | undefined) => {
  store = emptyStore();
  const job = await expanded(28);
  const [one] = tasksOf(job) as [RestartTask];
  await save(one, acknowledge(one, BOOT_1, T0));
  await tallyEverything(store);
  await cancelJob(job);
  const { wrap, state } = crashingAt(point);
  const { jobs, tasks, entries, fleet } = closing();
  const crashing = { jobs: wrap(jobs), tasks: wrap(tasks), entries: wrap(entries), fleet: wrap(fleet), clock };
  const ended = await closeJob(crashing, job.id, always).catch((error: unknown) => error);
  await new Promise(setImmediate);
  return { job, ended, calls: state.calls };
};

describe('a closing that is killed', async () => {
  clock = settableClock();
  const { calls } = await closedInto(undefined);
  const points = crashPoints(calls);

  it.each(points)('$moment call $call ends the same when it is run again', async (point) => {
    const { job, ended } = await closedInto(point);
    expect(ended).toBeInstanceOf(Crash);
    await closeJob(closing(), job.id, always);
    expect(statesOf(job)).toEqual(['canceling', ...Array(27).fill('canceled')]);
    expect(tasksOf(job).filter(isOpen)).toHaveLength(1);
    expect(tasksOf(job).every(({ version }) => version <= 3)).toBe(true);
  });
});
