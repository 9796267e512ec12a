/** A worker that lost stream records for good: the sweep has it expand a job, and count its tasks, all the same. */
import { beforeEach, describe, expect, it } from 'vitest';
import { closeJob } from '../../../lib/restarts/close.ts';
import { expandJob, settleJob } from '../../../lib/restarts/expand.ts';
import { cancelJob, newJob } from '../../../lib/restarts/job.ts';
import type { RestartJob } from '../../../lib/restarts/model.ts';
import { recountJob } from '../../../lib/restarts/recount.ts';
import { sweepTasks } from '../../../lib/restarts/sweep.ts';
import { acknowledge, cancel, newTask, report } from '../../../lib/restarts/task.ts';
import { Crash, type CrashPoint, crashingAt, crashPoints } from '../support/crash.ts';
import { ANNA, aDevice, aJob, BOOT_1 } from '../support/fixtures.ts';
import { directoryIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { expansionIn, jobsIn, tallyEverything, tallyIn, targetsIn, tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { DAY, HOUR, MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;

const ports = () => ({
  jobs: jobsIn(store),
  tasks: tasksIn(store),
  devices: targetsIn(store),
  entries: expansionIn(store),
  fleet: directoryIn(store),
  tally: tallyIn(store),
  clock,
});
const always = () => true;
const never = () => false;

const ordered = (count: number): RestartJob => {
  const deviceIds = Array.from({ length: count }, (_, i) => id('dev', `device ${i}`));
  for (const deviceId of deviceIds) store.devices.set(deviceId, aDevice({ id: deviceId }));
  const { id: _, state: __, version: ___, expanded: ____, createdAt: _____, createdBy: ______, ...chosen } = aJob();
  const job = newJob(countingIds(), { ...chosen, deviceIds }, ANNA, T0, undefined);
  store.jobs.set(job.id, job);
  return job;
};

const now = ({ id: jobId }: RestartJob): RestartJob => store.jobs.get(jobId) ?? expect.fail('no job');
const countsOf = async ({ id: jobId }: RestartJob) => (await jobsIn(store).find(jobId))?.counts;
const sweep = (at: number) => {
  clock.set(at);
  return sweepTasks(ports());
};

/** Each of its tasks succeeds. */
const restartAll = async (job: RestartJob): Promise<void> => {
  for (const task of [...store.tasks.values()].filter(({ jobId }) => jobId === job.id)) {
    const acknowledged = acknowledge(task, BOOT_1, T0);
    await tasksIn(store).save(task, acknowledged);
    await tasksIn(store).save(
      acknowledged,
      report(acknowledged, { outcome: 'succeeded', bootId: 'another-boot' }, T0 + MINUTE),
    );
  }
};

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
});

describe('a job whose expansion was lost', () => {
  it('is expanded by the record of a write that the sweep makes, ten minutes later', async () => {
    const job = ordered(3);
    expect(await sweep(T0 + 10 * MINUTE - 1)).toBe(0);
    expect(await sweep(T0 + 10 * MINUTE)).toBe(1);
    expect(now(job)).toMatchObject({ state: 'expanding', version: 2, lookAgainAt: T0 + 20 * MINUTE });
    await expandJob(ports(), job.id, always);
    expect(now(job)).toMatchObject({ state: 'running', expanded: 3, lookAgainAt: T0 + DAY });
  });

  it('loses nothing by it where it only takes long', async () => {
    const job = ordered(60);
    const jobs = jobsIn(store);
    let swept = false;
    const save: typeof jobs.save = async (before, after) => {
      if (!swept) await sweep(T0 + 10 * MINUTE);
      swept = true;
      await jobs.save(before, after);
    };
    await expandJob({ ...ports(), jobs: { ...jobs, save } }, job.id, always);
    expect(now(job)).toMatchObject({ state: 'running', expanded: 60 });
    expect(store.tasks.size).toBe(60);
  });
});

describe('a job whose tasks were not counted', () => {
  it('is counted again after a day, and completed', async () => {
    const job = ordered(120);
    const elsewhere = id('dev', 'device 5');
    const other = newTask(aJob({ id: id('job', 'other') }), aDevice({ id: elsewhere }), id('tsk', 'other'), T0);
    await expansionIn(store).addTask(other);
    await expandJob(ports(), job.id, always);
    await restartAll(job);
    expect(await sweep(T0 + DAY - 1)).toBe(1); // the other job's task expires
    await settleJob(ports(), job.id);
    expect(now(job).state).toBe('running');

    expect(await sweep(T0 + DAY)).toBe(1);
    expect(now(job).recount).toEqual({});
    await recountJob(ports(), job.id, never);
    expect(now(job)).toMatchObject({ state: 'running', recount: { after: expect.any(String) } });
    await recountJob(ports(), job.id, never);
    expect(await countsOf(job)).toEqual({ succeeded: 119, joined: 1 });
    expect(now(job)).toMatchObject({ state: 'completed', endedAt: T0 + DAY });
    expect(now(job)).not.toHaveProperty('recount');
    expect(await sweep(T0 + 9 * DAY)).toBe(0);
  });

  it('is left as it is where they were, and looked at again each day while it runs', async () => {
    const job = ordered(2);
    store.jobs.set(job.id, { ...job, deliverWithinMinutes: 7 * 24 * 60 });
    await expandJob(ports(), job.id, always);
    await tallyEverything(store);
    await sweep(T0 + DAY);
    await recountJob(ports(), job.id, always);
    expect(await countsOf(job)).toEqual({ queued: 2 });
    expect(now(job)).toMatchObject({ state: 'running', lookAgainAt: T0 + 2 * DAY });
    expect(now(job)).not.toHaveProperty('recount');
    const { version } = now(job);
    await recountJob(ports(), job.id, always);
    expect(now(job).version).toBe(version);
  });

  it('is not counted again where there is none', async () => {
    await expect(recountJob(ports(), id('job', 'never'), always)).resolves.toBeUndefined();
  });
});

const countedInto = async (point: CrashPoint | undefined) => {
  store = emptyStore();
  clock = settableClock();
  const job = ordered(2);
  await expandJob(ports(), job.id, always);
  await restartAll(job);
  await sweep(T0 + DAY);
  const { wrap, state } = crashingAt(point);
  const { jobs, tasks, tally } = ports();
  const crashing = { jobs: wrap(jobs), tasks: wrap(tasks), tally: wrap(tally), clock };
  const outcome = await recountJob(crashing, job.id, always).catch((error: unknown) => error);
  return { job, outcome, calls: state.calls };
};

describe('a count that is killed', async () => {
  const { calls } = await countedInto(undefined);

  it.each(crashPoints(calls))('$moment call $call completes the job by the same record again', async (point) => {
    const { job, outcome } = await countedInto(point);
    expect(outcome).toBeInstanceOf(Crash);
    await recountJob(ports(), job.id, always);
    expect(await countsOf(job)).toEqual({ succeeded: 2 });
    expect(now(job).state).toBe('completed');
  });
});

describe('a canceled job whose canceled tasks were not counted', () => {
  it('is counted again ten minutes later, is canceled then, and is looked through no more', async () => {
    const job = ordered(3);
    await expandJob(ports(), job.id, always);
    await tallyEverything(store);
    await jobsIn(store).save(now(job), cancelJob(now(job), T0));
    for (const task of store.tasks.values()) await tasksIn(store).save(task, cancel(task, T0));
    await closeJob(ports(), job.id, always);
    await sweep(T0 + MINUTE);
    expect(now(job)).not.toHaveProperty('recount');
    await sweep(T0 + 10 * MINUTE);
    expect(now(job)).toMatchObject({ state: 'canceling', closingDueAt: T0 + 11 * MINUTE, recount: {} });
    await recountJob(ports(), job.id, always);
    expect(await countsOf(job)).toEqual({ canceled: 3 });
    expect(now(job)).toMatchObject({ state: 'canceled', endedAt: T0 + 10 * MINUTE });
    expect(now(job)).not.toHaveProperty('closingDueAt');
    expect(now(job)).not.toHaveProperty('lookAgainAt');
    expect(await sweep(T0 + 9 * DAY)).toBe(0);
  });

  it('is counted again each hour where the record of that count is lost', async () => {
    const job = ordered(1);
    await expandJob(ports(), job.id, always);
    await jobsIn(store).save(now(job), cancelJob(now(job), T0));
    await sweep(T0 + 10 * MINUTE);
    await recountJob(ports(), job.id, never);
    store.counted.clear();
    for (const [at, dueAt] of [
      [T0 + HOUR, T0 + 2 * HOUR],
      [T0 + 2 * HOUR, T0 + 3 * HOUR],
    ] as const) {
      await sweep(at);
      expect(now(job).closingDueAt).toBe(dueAt);
    }
    expect(now(job)).toMatchObject({ recount: {}, lookAgainAt: T0 + 3 * HOUR });
  });
});

describe('a canceled job of whose tasks nobody was told', () => {
  /** Canceled while it is expanded. The records of the tasks that are made beside it are lost, and so nothing is counted. */
  const canceledBeside = async (count: number): Promise<RestartJob> => {
    const job = ordered(count);
    store.jobs.set(job.id, { ...job, deliverWithinMinutes: 7 * 24 * 60 });
    const jobs = jobsIn(store);
    const save: typeof jobs.save = async (before, after) => {
      if (now(job).state === 'expanding') await jobs.save(now(job), cancelJob(now(job), T0));
      await jobs.save(before, after);
    };
    await expandJob({ ...ports(), jobs: { ...jobs, save } }, job.id, always);
    await closeJob(ports(), job.id, always);
    return job;
  };
  const statesOf = () => [...store.tasks.values()].map(({ state }) => state);

  it('has them canceled at once, and counted ten minutes later; until then it is canceling', async () => {
    const job = await canceledBeside(3);
    expect(statesOf()).toEqual(Array(3).fill('canceled'));
    expect(now(job)).toMatchObject({ state: 'canceling', expanded: 3, closingDueAt: T0 + MINUTE });
    await sweep(T0 + 10 * MINUTE);
    await recountJob(ports(), job.id, always);
    expect(await countsOf(job)).toEqual({ canceled: 3 });
    expect(now(job)).toMatchObject({ state: 'canceled', endedAt: T0 + 10 * MINUTE });
    for (const member of ['closingDueAt', 'lookAgainAt', 'recount', 'cutShort']) {
      expect(now(job)).not.toHaveProperty(member);
    }
    expect(await sweep(T0 + 9 * DAY)).toBe(0);
  });

  it('has those canceled by a later look that the index did not show', async () => {
    const job = await canceledBeside(2);
    const [first] = store.tasks.values();
    // A worker that was thought to be dead makes one more.
    const late = newTask(now(job), aDevice({ id: id('dev', 'late') }), id('tsk', 'late'), T0);
    store.devices.set(late.deviceId, aDevice({ id: late.deviceId, openRestart: late }));
    await tallyEverything(store);
    await settleJob(ports(), job.id);
    expect(now(job)).toMatchObject({ state: 'canceled', lookAgainAt: T0 + 10 * MINUTE });
    store.tasks.set(late.id, late);
    await sweep(T0 + 10 * MINUTE);
    await recountJob(ports(), job.id, always);
    expect(store.tasks.get(late.id)?.state).toBe('canceled');
    expect(first?.state).toBe('canceled');
    expect(now(job)).not.toHaveProperty('lookAgainAt');
  });

  it('is looked through from its beginning on where a count was under way when it was canceled', async () => {
    const job = ordered(120);
    store.jobs.set(job.id, { ...job, deliverWithinMinutes: 7 * 24 * 60 });
    await expandJob(ports(), job.id, always);
    await sweep(T0 + DAY);
    await recountJob(ports(), job.id, never);
    expect(now(job).recount).toHaveProperty('after');
    await jobsIn(store).save(now(job), cancelJob(now(job), T0 + DAY));
    expect(now(job)).not.toHaveProperty('recount');
    await recountJob(ports(), job.id, always);
    expect(now(job)).toMatchObject({ lookAgainAt: T0 + DAY + 10 * MINUTE });
  });
});
