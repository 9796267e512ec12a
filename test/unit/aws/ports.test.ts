/**
 * What the ports promise, asked of both their sides: the adapters on DynamoDB and the in-memory ones that the domain's
 * tests rely on.
 */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../lib/alerts/model.ts';
import { CauseGone } from '../../../lib/alerts/ports.ts';
import { approve, decline, newRequest } from '../../../lib/assistance/request.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import type { Device, EnrollmentToken } from '../../../lib/devices/model.ts';
import { sighted } from '../../../lib/devices/sighting.ts';
import {
  IdempotencyKeyTaken,
  type IdempotencyRecord,
  KEPT_FOR_MS,
  rememberFor,
} from '../../../lib/idempotency/model.ts';
import { derivedId } from '../../../lib/ids.ts';
import type { Page, PageRequest } from '../../../lib/page.ts';
import { accountedFor, cancelJob, expandedBy, settled } from '../../../lib/restarts/job.ts';
import type { CountedState, RestartTask, TallyEntry } from '../../../lib/restarts/model.ts';
import { JobStopped } from '../../../lib/restarts/stop.ts';
import { acknowledge, cancel, newTask, onTime, remove } from '../../../lib/restarts/task.ts';
import { ANNA, aDevice, aJob, anAlert, BOOT_1, BOOT_2, DEVICE_ID, SESSION } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { see } from '../support/sightings.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';
import { WORLDS, type World } from '../support/worlds.ts';

const OTHER_ID = id('dev', 'other');
const FOUR_HOURS = 4 * HOUR;

const record = (key: string, now = T0, body: unknown = key): IdempotencyRecord =>
  rememberFor({ caller: 'anna', operation: 'op', key, request: '{}' }, now)({ status: 200, body });

const requestAt = (now: number, name = 'help', deviceId = DEVICE_ID) =>
  newRequest({ deviceId, deviceName: 'Reception', message: 'Help', requester: { name: 'Rita' } }, id('req', name), now);

const taskOf = (name: string, deviceId = DEVICE_ID, job = aJob()): RestartTask =>
  newTask(job, { id: deviceId, name: 'Reception' }, id('tsk', name), T0);

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
};

/** Reads a list to its end, in pages of this size. */
const readAll = async <T>(limit: number, list: (request: PageRequest) => Promise<Page<T>>): Promise<T[]> => {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await list({ limit, ...(after !== undefined && { after }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
};

describe.each(WORLDS)('%s', (_, make) => {
  let world: World;

  const device = async (deviceId = DEVICE_ID) => (await world.devices.find(deviceId)) ?? expect.fail('no device');

  beforeEach(async () => {
    world = make();
    for (const deviceId of [DEVICE_ID, OTHER_ID]) await world.putDevice(aDevice({ id: deviceId }));
  });

  describe('assistance requests', () => {
    it('are created with their device, once at a time', async () => {
      const first = requestAt(T0);
      expect(await world.requests.create(first)).toBe(true);
      expect(await world.requests.find(first.id)).toEqual(first);
      expect(await device()).toMatchObject({
        version: 2,
        openAssistance: { requestId: first.id, expiresAt: T0 + FOUR_HOURS },
      });
      const second = requestAt(T0 + FOUR_HOURS - 1, 'second');
      expect(await world.requests.create(second)).toBe(false);
      expect(await world.requests.find(second.id)).toBeUndefined();
    });

    it('are created again from the millisecond on that the first is over', async () => {
      await world.requests.create(requestAt(T0));
      const second = requestAt(T0 + FOUR_HOURS, 'second');
      expect(await world.requests.create(second)).toBe(true);
      expect((await device()).openAssistance?.requestId).toBe(second.id);
    });

    it('count what their device has spent, and are not created where it has spent more meanwhile', async () => {
      const first = { startedAt: T0, uses: 1 };
      const second = { startedAt: T0, uses: 2 };
      const create = (name: string, before: typeof first | undefined, after: typeof first) =>
        world.requests.create(requestAt(T0, name), undefined, { before, after });
      expect(await create('a', first, second)).toBe(false);
      expect(await create('a', undefined, first)).toBe(true);
      expect((await device()).requestsSpent).toEqual(first);
      await world.requests.save(requestAt(T0, 'a'), decline(requestAt(T0, 'a'), 'no', ANNA, T0));
      expect(await create('b', undefined, first)).toBe(false);
      expect(await create('b', second, { ...second, uses: 3 })).toBe(false);
      expect(await create('b', first, second)).toBe(true);
      expect((await device()).requestsSpent).toEqual(second);
    });

    it('are listed by device newest first, and in several states oldest first', async () => {
      const first = requestAt(T0);
      await world.requests.create(first);
      const second = { ...requestAt(T0 + FOUR_HOURS, 'second') };
      await world.requests.create(second);
      const approved = approve(second, SESSION, ANNA, T0 + FOUR_HOURS);
      await world.requests.save(second, approved);
      const all: string[] = [];
      let after: string | undefined;
      do {
        const page = await world.requests.listOfDevice(DEVICE_ID, { limit: 1, ...(after !== undefined && { after }) });
        all.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(all).toEqual([second.id, first.id]);
      expect((await world.requests.listOfDevice(id('dev', 'never'), { limit: 9 })).items).toEqual([]);
      const page = await world.requests.listIn(['pending', 'approved'], { limit: 1 });
      expect(page).toEqual({ items: [first], next: expect.any(String) });
      const rest = await world.requests.listIn(['pending', 'approved'], { limit: 9, after: page.next ?? '' });
      expect(rest).toEqual({ items: [approved] });
      expect(await world.requests.listIn(['ended'], { limit: 9 })).toEqual({ items: [] });
    });

    it('are not created for a device that is retired or never was', async () => {
      await world.putDevice(aDevice({ retiredAt: T0 }));
      expect(await world.requests.create(requestAt(T0))).toBe(false);
      expect(await world.requests.create(requestAt(T0, 'x', id('dev', 'never')))).toBe(false);
    });

    it('are saved with what they do to their device, if they are what they were', async () => {
      const request = requestAt(T0);
      await world.requests.create(request);
      const approved = approve(request, SESSION, ANNA, T0 + 1);
      await world.requests.save(request, approved);
      expect(await world.requests.find(request.id)).toEqual(approved);
      expect((await device()).openAssistance).toEqual({ requestId: request.id, state: 'approved' });
      await expect(world.requests.save(request, decline(request, 'no', ANNA, T0 + 1))).rejects.toThrow(
        ConcurrentChange,
      );
      expect(await world.requests.find(request.id)).toEqual(approved);
    });

    it('make room for the next one when they are answered', async () => {
      const request = requestAt(T0);
      await world.requests.create(request);
      await world.requests.save(request, decline(request, 'no', ANNA, T0 + 1));
      expect(await device()).not.toHaveProperty('openAssistance');
      expect(await world.requests.create(requestAt(T0 + 2, 'next'))).toBe(true);
    });

    it('are not saved once their device has another one open', async () => {
      const first = requestAt(T0);
      await world.requests.create(first);
      const second = requestAt(T0 + FOUR_HOURS, 'second');
      await world.requests.create(second);
      for (const after of [approve(first, SESSION, ANNA, T0), decline(first, 'no', ANNA, T0)]) {
        await expect(world.requests.save(first, after)).rejects.toThrow(ConcurrentChange);
      }
      expect(await world.requests.find(first.id)).toEqual(first);
      expect((await device()).openAssistance?.requestId).toBe(second.id);
    });

    it('keep the first answer in the same write, and no second one under its key', async () => {
      const kept = record('key');
      await world.requests.create(requestAt(T0), kept);
      expect(await world.answers.find(kept.id)).toEqual(kept);
      const other = requestAt(T0, 'other', OTHER_ID);
      await expect(world.requests.create(other, record('key'))).rejects.toThrow(IdempotencyKeyTaken);
      expect(await world.requests.find(other.id)).toBeUndefined();
      // Known as answered already, even though the device has a request open.
      await expect(world.requests.create(requestAt(T0, 'again'), record('key'))).rejects.toThrow(IdempotencyKeyTaken);
    });

    it('may take the place of an answer whose 24 hours are over, and of no younger one', async () => {
      await world.requests.create(requestAt(T0), record('key'));
      const late = requestAt(T0 + KEPT_FOR_MS, 'late', OTHER_ID);
      const early = record('key', T0 + KEPT_FOR_MS - 1);
      await expect(world.requests.create(late, early)).rejects.toThrow(IdempotencyKeyTaken);
      expect(await world.requests.create(late, record('key', T0 + KEPT_FOR_MS))).toBe(true);
    });

    it('keep no answer where nothing was written', async () => {
      const request = requestAt(T0);
      await world.requests.create(request);
      const approved = approve(request, SESSION, ANNA, T0);
      await world.requests.save(request, approved);
      const kept = record('key');
      await expect(world.requests.save(request, approved, kept)).rejects.toThrow(ConcurrentChange);
      expect(await world.answers.find(kept.id)).toBeUndefined();
    });

    it('are due when their four hours are over, not before, and not once they are answered', async () => {
      const [one, two] = [requestAt(T0, 'one'), requestAt(T0 + 1, 'two', OTHER_ID)];
      await world.requests.create(one);
      await world.requests.create(two);
      expect(await all(world.requests.due(T0 + FOUR_HOURS - 1, 'time'))).toEqual([]);
      expect(await all(world.requests.due(T0 + FOUR_HOURS, 'time'))).toEqual([one.id]);
      expect((await all(world.requests.due(T0 + FOUR_HOURS + 1, 'time'))).sort()).toEqual([one.id, two.id].sort());
      await world.requests.save(one, decline(one, 'no', ANNA, T0));
      expect(await all(world.requests.due(T0 + FOUR_HOURS, 'time'))).toEqual([]);
    });

    it('leave behind what their device may ask about when they expire', async () => {
      const request = requestAt(T0);
      await world.requests.create(request);
      await world.requests.expire(request, T0 + FOUR_HOURS);
      expect(await world.requests.find(request.id)).toBeUndefined();
      expect(await world.requests.findExpired(request.id)).toEqual({
        id: request.id,
        deviceId: DEVICE_ID,
        expiredAt: T0 + FOUR_HOURS,
      });
    });

    it('do not expire where they were answered meanwhile', async () => {
      const request = requestAt(T0);
      await world.requests.create(request);
      const approved = approve(request, SESSION, ANNA, T0);
      await world.requests.save(request, approved);
      await world.requests.expire(request, T0 + FOUR_HOURS);
      expect(await world.requests.find(request.id)).toEqual(approved);
      expect(await world.requests.findExpired(request.id)).toBeUndefined();
    });

    it('are listed newest first, all or those of one state, in pages of any size', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 12; i += 1) {
        const deviceId = id('dev', `lister ${i}`);
        await world.putDevice(aDevice({ id: deviceId }));
        const now = T0 + i;
        const request = { ...requestAt(now, `${i}`, deviceId), id: derivedId('req', now, `${i}`) };
        await world.requests.create(request);
        if (i % 3 === 0) await world.requests.save(request, approve(request, SESSION, ANNA, now));
        ids.unshift(request.id);
      }
      for (const limit of [1, 4, 12, 100]) {
        const listed = await readAll(limit, (page) => world.requests.list(page));
        expect(listed.map((request) => request.id)).toEqual(ids);
        const approved = await readAll(limit, (page) => world.requests.list({ ...page, state: 'approved' }));
        expect(approved).toHaveLength(4);
      }
    });
  });

  describe('restart tasks', () => {
    const add = async (task: RestartTask) => {
      expect(await world.entries.addTask(task)).toBe(true);
      return task;
    };

    it('are added with their device, which takes one at a time', async () => {
      const task = await add(taskOf('one'));
      expect(await world.tasks.find(task.id)).toEqual(task);
      expect((await device()).openRestart).toEqual(task);
      expect(await world.entries.addTask(taskOf('two'))).toBe(false);
      expect(await world.entries.addTask(task)).toBe(false);
      expect(await world.tasks.find(taskOf('two').id)).toBeUndefined();
    });

    it('are not added to a device that is retired or never was', async () => {
      await world.putDevice(aDevice({ retiredAt: T0 }));
      expect(await world.entries.addTask(taskOf('one'))).toBe(false);
      expect(await world.entries.addTask(taskOf('one', id('dev', 'never')))).toBe(false);
    });

    it('are saved with the gate of their device, if they are what they were', async () => {
      const task = await add(taskOf('one'));
      const acknowledged = acknowledge(task, BOOT_1, T0 + 1);
      await world.tasks.save(task, acknowledged);
      expect(await world.tasks.find(task.id)).toEqual(acknowledged);
      expect((await device()).openRestart).toEqual(acknowledged);
      await expect(world.tasks.save(task, cancel(task, T0))).rejects.toThrow(ConcurrentChange);
      expect((await device()).openRestart).toEqual(acknowledged);
    });

    it('close the gate when they end, so that the device can get the next one', async () => {
      const task = await add(taskOf('one'));
      await world.tasks.save(task, cancel(task, T0));
      expect(await device()).not.toHaveProperty('openRestart');
      expect(await device()).not.toHaveProperty('missingSinceTask');
      await add(taskOf('two'));
    });

    it('are not saved where their device has another one open, or none', async () => {
      const task = await add(taskOf('one'));
      const { openRestart: _, ...closed } = await device();
      for (const gate of [closed, { ...closed, openRestart: taskOf('two') }]) {
        await world.putDevice(gate);
        await expect(world.tasks.save(task, acknowledge(task, BOOT_1, T0))).rejects.toThrow(ConcurrentChange);
        await expect(world.tasks.save(task, cancel(task, T0))).rejects.toThrow(ConcurrentChange);
        expect(await world.tasks.find(task.id)).toEqual(task);
        expect(await device()).toEqual(gate);
      }
    });

    it('note that their device is missing where it did not come back, until it is seen', async () => {
      const task = acknowledge(await add(taskOf('one')), BOOT_1, T0);
      await world.tasks.save(taskOf('one'), task);
      const lost = onTime(task, task.returnBy ?? 0) ?? expect.fail('not due');
      await world.tasks.save(task, lost);
      expect(await device()).toMatchObject({ missingSinceTask: task.id });
      const missing = (await device()) ?? expect.fail('no device');
      await see(world.devices, missing, { bootId: BOOT_2, bootedAt: T0, agentVersion: '2' }, T0 + HOUR);
      expect(await device()).not.toHaveProperty('missingSinceTask');
    });

    it('that ended may be added, and joins noted, and neither takes the place of what is there', async () => {
      const removed = remove(taskOf('removed', id('dev', 'gone')), T0);
      await world.entries.addEnded(removed);
      await world.entries.addEnded({ ...removed, state: 'failed' });
      expect(await world.tasks.find(removed.id)).toEqual(removed);
      const open = await add(taskOf('open'));
      const join = { id: id('tsk', 'join'), jobId: id('job', 'second'), deviceId: DEVICE_ID, taskId: open.id };
      await world.entries.addJoined(join);
      await world.entries.addJoined({ ...join, id: open.id });
      expect(await world.tasks.find(join.id)).toBeUndefined();
      expect(await world.tasks.find(open.id)).toEqual(open);
      const ids = [removed.id, open.id, join.id, id('tsk', 'never')];
      expect(await world.entries.existing(ids)).toEqual(new Set(ids.slice(0, 3)));
      expect(await world.entries.existing([])).toEqual(new Set());
    });

    it('are not acknowledged, and known to be stopped, once their job is stopped', async () => {
      for (const state of ['canceling', 'aborted'] as const) {
        world = make();
        await world.putDevice(aDevice());
        // So many that the job has several marks.
        const job = aJob({ expectedDevices: 1000 });
        const task = await add(newTask(job, { id: DEVICE_ID, name: 'Reception' }, id('tsk', 'one'), T0));
        const acknowledged = acknowledge(task, BOOT_1, T0);
        expect(await world.tasks.recheck(task)).toEqual({ task });
        await world.jobs.stop({ ...job, state, stoppedAt: T0 });
        await world.jobs.stop({ ...job, state, stoppedAt: T0 });
        await expect(world.tasks.acknowledge(task, acknowledged)).rejects.toThrow(JobStopped);
        expect(await world.tasks.recheck(task)).toEqual({ task, stop: state === 'aborted' ? 'aborted' : 'canceled' });
        const other = { ...task, jobId: id('job', 'other') };
        await world.tasks.save(task, { ...other, version: 2 });
        await world.tasks.acknowledge({ ...other, version: 2 }, { ...acknowledged, jobId: other.jobId, version: 3 });
        expect(await device()).toMatchObject({ openRestart: { state: 'inProgress', version: 3 } });
        await expect(world.tasks.acknowledge(task, acknowledged)).rejects.toThrow();
      }
    });

    it('are due when time changes them', async () => {
      const task = await add(taskOf('one'));
      expect(await all(world.tasks.due(task.acknowledgeBy - 1))).toEqual([]);
      expect(await all(world.tasks.due(task.acknowledgeBy))).toEqual([task.id]);
      await world.tasks.save(task, cancel(task, T0));
      expect(await all(world.tasks.due(task.acknowledgeBy))).toEqual([]);
    });

    it('are listed while they are open, and those of a job with the ones it joined', async () => {
      const other = await add(taskOf('other', OTHER_ID, aJob({ id: id('job', 'other') })));
      const mine = await add(taskOf('mine'));
      const join = { id: id('tsk', 'join'), jobId: mine.jobId, deviceId: OTHER_ID, taskId: other.id };
      await world.entries.addJoined(join);
      const listed = (page: PageRequest) => world.tasks.listOfJob(mine.jobId, page);
      for (const limit of [1, 2, 50]) {
        expect((await readAll(limit, listed)).map((task) => task.id).sort()).toEqual([mine.id, other.id].sort());
        const open = await readAll(limit, (page) => world.tasks.listOpen(page));
        expect(open.map((task) => task.id)).toEqual([mine.id, other.id].sort().reverse());
      }
      const inState = (state: RestartTask['state']) => world.tasks.listOfJob(mine.jobId, { limit: 10, state });
      expect((await inState('queued')).items.map((task) => task.id)).toEqual([mine.id]);
      await world.tasks.save(mine, cancel(mine, T0));
      expect((await inState('queued')).items).toEqual([]);
      expect((await inState('canceled')).items.map((task) => task.id)).toEqual([mine.id]);
      expect((await world.tasks.listOpen({ limit: 10 })).items.map((task) => task.id)).toEqual([other.id]);
    });

    it('find their devices by ids, without those that are retired or never were', async () => {
      const task = await add(taskOf('one'));
      await world.putDevice(aDevice({ id: id('dev', 'retired'), retiredAt: T0 }));
      const found = await world.targets.findMany([DEVICE_ID, OTHER_ID, id('dev', 'retired'), id('dev', 'never')]);
      expect(found.sort((a, b) => (a.id === DEVICE_ID ? -1 : 1) - (b.id === DEVICE_ID ? -1 : 1))).toEqual([
        {
          id: DEVICE_ID,
          name: 'Reception',
          groupIds: [],
          openTask: { id: task.id, state: task.state },
          lastSeenAt: T0,
        },
        { id: OTHER_ID, name: 'Reception', groupIds: [], lastSeenAt: T0 },
      ]);
    });

    it('are listed by device, ended ones too, and those of an hour with the open ones before them', async () => {
      const at = (minutes: number, name: string) => ({ id: derivedId('tsk', T0 + minutes, name), name });
      const ended: RestartTask[] = [];
      for (const [i, { id: taskId }] of [at(1, 'first'), at(2, 'second'), at(3, 'third')].entries()) {
        const task = await add({ ...taskOf('any'), id: taskId });
        const over = cancel(task, T0 + i * HOUR);
        await world.tasks.save(task, over);
        ended.push(over);
      }
      const open = await add({ ...taskOf('any'), id: derivedId('tsk', T0 + 4, 'open') });
      const elsewhere = await add(taskOf('elsewhere', OTHER_ID));
      const idsOf = (tasks: RestartTask[]) => tasks.map((task) => task.id);
      const [first, second, third] = idsOf(ended);
      for (const limit of [1, 2, 3, 4, 50]) {
        const own = await readAll(limit, (page) => world.tasks.listOfDevice(DEVICE_ID, page));
        expect(idsOf(own)).toEqual([open.id, third, second, first]);
        const recent = await readAll(limit, (page) => world.tasks.listRecent(page, T0 + HOUR));
        expect(idsOf(recent)).toEqual([...[open.id, elsewhere.id].sort().reverse(), third, second]);
      }
      expect(await world.tasks.listOfDevice(id('dev', 'nobody'), { limit: 5 })).toEqual({ items: [] });
    });
  });

  describe('restart jobs', () => {
    it('are found as they were made, with no counts at first', async () => {
      const kept = record('key');
      await world.jobs.create(aJob(), kept);
      expect(await world.jobs.find(aJob().id)).toEqual({ job: aJob(), counts: {} });
      expect(await world.answers.find(kept.id)).toEqual(kept);
      await expect(world.jobs.create(aJob({ id: id('job', 'b') }), record('key'))).rejects.toThrow(IdempotencyKeyTaken);
      expect(await world.jobs.find(id('job', 'b'))).toBeUndefined();
    });

    it('are saved if they are what they were', async () => {
      await world.jobs.create(aJob());
      const running = expandedBy(aJob(), 1);
      await world.jobs.save(aJob(), running);
      await expect(world.jobs.save(aJob(), running)).rejects.toThrow(ConcurrentChange);
      expect((await world.jobs.find(aJob().id))?.job).toEqual(running);
    });

    it('are due while they are to be looked through', async () => {
      await world.jobs.create(aJob());
      const canceled = cancelJob(aJob(), T0);
      await world.jobs.save(aJob(), canceled);
      expect(await all(world.tasks.due(T0 + MINUTE - 1))).toEqual([]);
      expect(await all(world.tasks.due(T0 + MINUTE))).toEqual([canceled.id]);
      const closed = settled(accountedFor(canceled, 1), { canceled: 1 }, T0);
      await world.jobs.save(canceled, closed);
      expect(await all(world.tasks.due(T0 + MINUTE))).toEqual([]);
      expect((await world.jobs.find(closed.id))?.job).toEqual(closed);
    });

    it('are listed newest first with their counts', async () => {
      const ids = ['a', 'b', 'c'].map((name) => id('job', name));
      for (const jobId of ids) await world.jobs.create(aJob({ id: jobId }));
      const [first = ''] = ids;
      await world.tally.count(first, [{ id: id('tsk', 'a'), jobId: first, state: 'queued', version: 1 }]);
      const listed = await readAll(2, world.jobs.list);
      expect(listed.map(({ job }) => job.id)).toEqual([...ids].sort().reverse());
      expect(listed.find(({ job }) => job.id === first)?.counts).toEqual({ queued: 1 });
    });
  });

  describe('the tally', () => {
    const JOB = aJob();
    const PATHS: readonly (readonly CountedState[])[] = [
      ['queued', 'inProgress', 'succeeded'],
      ['scheduled', 'queued', 'expired'],
      ['queued', 'inProgress', 'scheduled', 'queued', 'inProgress', 'canceling', 'canceled'],
      ['joined'],
      ['removed'],
      ['queued'],
    ];
    const entriesOf = (path: readonly CountedState[], index: number): TallyEntry[] =>
      path.map((state, step) => ({ id: id('tsk', `counted ${index}`), jobId: JOB.id, state, version: step + 1 }));

    it('of records that come twice, in any order and in any batches, is the truth', async () => {
      const histories = fc.array(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 8 });
      const records = histories.chain((paths) => {
        const entries = paths.flatMap(entriesOf);
        const disorder = fc.shuffledSubarray([...entries, ...entries], {
          minLength: entries.length * 2,
          maxLength: entries.length * 2,
        });
        return fc.record({
          paths: fc.constant(paths),
          delivered: disorder,
          batch: fc.integer({ min: 1, max: 10 }),
        });
      });
      await fc.assert(
        fc.asyncProperty(records, async ({ paths, delivered, batch }) => {
          world = make();
          await world.jobs.create(JOB);
          for (let at = 0; at < delivered.length; at += batch) {
            await world.tally.count(JOB.id, delivered.slice(at, at + batch));
          }
          const truth: Partial<Record<CountedState, number>> = {};
          for (const path of paths) {
            const state = path.at(-1) ?? 'queued';
            truth[state] = (truth[state] ?? 0) + 1;
          }
          expect((await world.jobs.find(JOB.id))?.counts).toEqual(truth);
        }),
        { numRuns: 60 },
      );
    });

    it('takes any number of entries at once, and of two consumers at once counts each once', async () => {
      await world.jobs.create(JOB);
      const entries = Array.from({ length: 250 }, (_, i) => entriesOf(['queued'], i)).flat();
      await Promise.all([world.tally.count(JOB.id, entries), world.tally.count(JOB.id, entries.slice(100))]);
      expect((await world.jobs.find(JOB.id))?.counts).toEqual({ queued: 250 });
    });

    it('of nothing is nothing', async () => {
      await world.jobs.create(JOB);
      await world.tally.count(JOB.id, []);
      expect((await world.jobs.find(JOB.id))?.counts).toEqual({});
    });
  });

  describe('devices', () => {
    it('are listed by name whatever the case, without the retired, by prefix, in pages of any size', async () => {
      world = make();
      const names = ['alpha', 'Alpine', 'beta', 'Beta', 'BETAMAX', 'gamma', 'ålesund', 'zeta', '12', '🖥 kiosk'];
      for (const name of names) await world.putDevice(aDevice({ id: id('dev', name), name }));
      await world.putDevice(aDevice({ id: id('dev', 'gone'), name: 'beta gone', retiredAt: T0 }));
      const inOrder = (await readAll(100, (page) => world.devices.list(page))).map(({ name }) => name);
      expect(inOrder.map((name) => name.toLowerCase())).toEqual(
        names.map((name) => name.toLowerCase()).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      for (const limit of [1, 2, 3, 9, 10, 11]) {
        expect((await readAll(limit, (page) => world.devices.list(page))).map(({ name }) => name)).toEqual(inOrder);
        const beta = await readAll(limit, (page) => world.devices.list({ ...page, namePrefix: 'bEtA' }));
        expect(beta.map(({ name }) => name.toLowerCase())).toEqual(['beta', 'beta', 'betamax']);
      }
      expect(await world.devices.list({ limit: 5, namePrefix: 'nothing' })).toEqual({ items: [] });
    });

    it('may have any name that the contract takes, however long it is when it is made to sort', async () => {
      // Each is 18 letters when it is normalized.
      const name = '\ufdfa'.repeat(128);
      const renamed = await world.devices.rename(await device(), name);
      expect((await world.devices.list({ limit: 2, namePrefix: '\ufdfa' })).items).toEqual([renamed]);
      expect((await world.devices.list({ limit: 2, namePrefix: name })).items).toEqual([renamed]);
    });

    it('are renamed if they are what they were, and move in the list', async () => {
      const before = await device();
      const renamed = await world.devices.rename(before, 'Aula');
      expect(await device()).toEqual(renamed);
      expect(renamed).toMatchObject({ name: 'Aula', version: before.version + 1 });
      await expect(world.devices.rename(before, 'Bar')).rejects.toThrow(ConcurrentChange);
      const { items } = await world.devices.list({ limit: 1 });
      expect(items.map(({ name }) => name)).toEqual(['Aula']);
    });

    it('are noted as seen, unless they are retired or never were', async () => {
      const sighting = { bootId: BOOT_2, bootedAt: T0 + 1, agentVersion: '2.0.0' };
      await see(world.devices, aDevice(), sighting, T0 + MINUTE);
      expect(await device()).toEqual(sighted(aDevice(), sighting, T0 + MINUTE));
      const retired = aDevice({ retiredAt: T0 });
      await world.putDevice(retired);
      await see(world.devices, aDevice(), sighting, T0 + MINUTE);
      expect(await device()).toEqual(retired);
      await see(world.devices, aDevice({ id: id('dev', 'never') }), sighting, T0);
      expect(await world.devices.find(id('dev', 'never'))).toBeUndefined();
    });

    it('are retired with their task and their request, all or nothing', async () => {
      const task = taskOf('one');
      await world.entries.addTask(task);
      const request = requestAt(T0);
      await world.requests.create(request);
      const before = await device();
      const { openRestart: _, openAssistance: __, ...rest } = before;
      const retirement = {
        device: { before, after: { ...rest, version: before.version + 1, retiredAt: T0 } },
        task: { before: task, after: remove(task, T0) },
        request: { before: request, after: decline(request, 'gone', ANNA, T0) },
      };
      const stale = { ...retirement, task: { ...retirement.task, before: { ...task, version: 7 } } };
      await expect(world.devices.retire(stale)).rejects.toThrow(ConcurrentChange);
      expect(await device()).toEqual(before);
      expect(await world.requests.find(request.id)).toEqual(request);

      await world.devices.retire(retirement);
      expect(await device()).toEqual(retirement.device.after);
      expect((await world.tasks.find(task.id))?.state).toBe('removed');
      expect((await world.requests.find(request.id))?.state).toBe('declined');
    });
  });

  describe('enrolment tokens', () => {
    const token: EnrollmentToken = {
      id: id('enr', 'a'),
      secretHash: 'hash',
      maxUses: 2,
      uses: 0,
      createdAt: T0,
      createdBy: ANNA.name,
      expiresAt: T0 + HOUR,
    };
    const newDevice = (name: string, enrolledAt = T0) => aDevice({ id: id('dev', name), enrolledAt });

    it('are used as often as they allow, and a device is made each time', async () => {
      await world.tokens.create(token);
      for (const name of ['1', '2']) {
        expect(await world.tokens.enroll(token.id, newDevice(name))).toBe(true);
        expect(await device(id('dev', name))).toEqual(newDevice(name));
      }
      expect(await world.tokens.enroll(token.id, newDevice('3'))).toBe(false);
      expect(await world.devices.find(id('dev', '3'))).toBeUndefined();
      expect(await world.tokens.find(token.id)).toEqual({ ...token, uses: 2 });
    });

    it('are used to the last millisecond', async () => {
      await world.tokens.create(token);
      expect(await world.tokens.enroll(token.id, newDevice('1', T0 + HOUR - 1))).toBe(true);
      expect(await world.tokens.enroll(token.id, newDevice('2', T0 + HOUR))).toBe(false);
    });

    it('are revoked, once, and are of no use then', async () => {
      await world.tokens.create(token);
      expect(await world.tokens.revoke(token.id)).toBe(true);
      expect(await world.tokens.revoke(token.id)).toBe(false);
      expect(await world.tokens.find(token.id)).toBeUndefined();
      expect(await world.tokens.enroll(token.id, newDevice('1'))).toBe(false);
    });

    it('keep the first answer with the device, even where it spent them', async () => {
      await world.tokens.create({ ...token, maxUses: 1 }, record('made'));
      await world.tokens.enroll(token.id, newDevice('1'), { record: record('enrolled') });
      await expect(world.tokens.enroll(token.id, newDevice('2'), { record: record('enrolled') })).rejects.toThrow(
        IdempotencyKeyTaken,
      );
      await expect(world.tokens.create({ ...token, id: id('enr', 'b') }, record('made'))).rejects.toThrow(
        IdempotencyKeyTaken,
      );
    });

    const SERIAL = 'PF-1';
    const withSerial = (name: string, changes: Partial<Device> = {}) => ({
      ...newDevice(name),
      serialNumber: SERIAL,
      ...changes,
    });
    const retirement = (former: Device, now = T0) => {
      const { groupIds: _, ...rest } = former;
      return { device: { before: former, after: { ...rest, version: former.version + 1, retiredAt: now } } };
    };

    it('give a serial number to one device in service, whatever its case, and again once that is retired', async () => {
      await world.tokens.create({ ...token, maxUses: 9 });
      const first = withSerial('1');
      await world.tokens.enroll(token.id, first);
      expect(await world.tokens.findSerialHolder(' pf-1 ')).toBe(first.id);
      await expect(world.tokens.enroll(token.id, withSerial('2'))).rejects.toThrow(ConcurrentChange);
      expect(await world.devices.find(id('dev', '2'))).toBeUndefined();
      expect((await world.tokens.find(token.id))?.uses).toBe(1);
      await world.devices.retire(retirement(first));
      expect(await world.tokens.findSerialHolder(SERIAL)).toBeUndefined();
      expect(await world.tokens.enroll(token.id, withSerial('3'))).toBe(true);
    });

    it('give a placeholder to as many devices as have it', async () => {
      await world.tokens.create(token);
      for (const name of ['1', '2']) {
        expect(await world.tokens.enroll(token.id, withSerial(name, { serialNumber: 'Default string' }))).toBe(true);
      }
      expect(await world.tokens.findSerialHolder('Default string')).toBeUndefined();
    });

    // Every shard that a device may be counted by, the former's among them.
    it.each(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])('put a device in the place of a former one: %s', async (name) => {
      await world.tokens.create({ ...token, maxUses: 9 });
      const [kept, left, new_] = ['kept', 'left', 'new'].map((group) => id('grp', group));
      for (const groupId of [kept, left, new_]) {
        await world.groups.create({ id: groupId ?? '', name: 'Lab', deviceCount: 0, createdAt: T0 });
      }
      const former = withSerial('former', { groupIds: [kept ?? '', left ?? ''] });
      await world.tokens.enroll(token.id, former);
      const before = await world.groups.find('all');
      const next = withSerial(name, { groupIds: [kept ?? '', new_ ?? ''] });
      const stale = retirement({ ...former, version: 7 });
      await expect(world.tokens.enroll(token.id, next, { former: stale })).rejects.toThrow(ConcurrentChange);
      expect(await world.tokens.enroll(token.id, next, { former: retirement(former) })).toBe(true);
      expect(await world.tokens.findSerialHolder(SERIAL)).toBe(next.id);
      expect((await world.devices.find(former.id))?.retiredAt).toBe(T0);
      expect(await world.devices.find(next.id)).toEqual(next);
      const counts = [kept, left, new_].map(async (groupId) => (await world.groups.find(groupId ?? ''))?.deviceCount);
      expect(await Promise.all(counts)).toEqual([1, 0, 1]);
      expect((await world.groups.find('all'))?.deviceCount).toBe(before?.deviceCount);
      for (const groupId of [kept, new_]) {
        const { items } = await world.devices.list({ limit: 9, groupId: groupId ?? '' });
        expect(items.map((one) => one.id)).toEqual([next.id]);
      }
    });

    it('are listed newest first', async () => {
      const ids = ['a', 'b', 'c'].map((name) => id('enr', name));
      for (const tokenId of ids) await world.tokens.create({ ...token, id: tokenId });
      expect((await readAll(2, world.tokens.list)).map((one) => one.id)).toEqual([...ids].sort().reverse());
    });
  });

  describe('alerts', () => {
    const failed = (name: string, raisedAt: number) =>
      anAlert({ id: id('alr', name), kind: 'restartFailed', raisedAt, changedAt: raisedAt });
    const resolved = (alert: Alert): Alert => ({
      ...alert,
      version: alert.version + 1,
      state: 'resolved',
      resolvedAt: T0,
    });

    it('are created once', async () => {
      await world.alerts.save(undefined, anAlert());
      await expect(world.alerts.save(undefined, anAlert({ state: 'resolved' }))).rejects.toThrow(ConcurrentChange);
      expect(await world.alerts.find(anAlert().id)).toEqual(anAlert());
    });

    it('are saved if they are what they were', async () => {
      await world.alerts.save(undefined, anAlert());
      const told = anAlert({ version: 2, notifiedAt: T0 });
      await world.alerts.save(anAlert(), told);
      await expect(world.alerts.save(anAlert(), resolved(anAlert()))).rejects.toThrow(ConcurrentChange);
      expect(await world.alerts.find(told.id)).toEqual(told);
    });

    it('are their device’s until they are resolved, where a later event of it may end them', async () => {
      const [first, second] = [failed('a', T0), failed('b', T0 + 1)];
      for (const alert of [first, second, anAlert({ id: id('alr', 'c') })]) await world.alerts.save(undefined, alert);
      expect((await world.alerts.unresolved(DEVICE_ID)).sort()).toEqual([first.id, second.id].sort());
      expect(await world.alerts.unresolved(id('dev', 'other'))).toEqual([]);
      await world.alerts.save(first, { ...first, version: 2, state: 'acknowledged' });
      await world.alerts.save({ ...first, version: 2 }, resolved({ ...first, version: 2 }));
      expect(await world.alerts.unresolved(DEVICE_ID)).toEqual([second.id]);
    });

    it('are not new where their cause was gone later, and are kept as resolved', async () => {
      await world.alerts.clear(DEVICE_ID, 'restart', T0 + 5);
      await world.alerts.clear(DEVICE_ID, 'restart', T0);
      for (const raisedAt of [T0, T0 + 5]) {
        await expect(world.alerts.save(undefined, failed('a', raisedAt))).rejects.toThrow(CauseGone);
      }
      await world.alerts.save(undefined, failed('b', T0 + 6));
      await world.alerts.save(undefined, anAlert({ id: id('alr', 'c'), kind: 'assistanceExpired' }));
      await world.alerts.save(undefined, { ...failed('a', T0), state: 'resolved' });
      expect(await world.alerts.unresolved(DEVICE_ID)).toHaveLength(2);
    });

    it('are due when a claim is over or their own time is, and not once they are resolved', async () => {
      const notice = { version: 1, left: ['topic'] as const, claimedUntil: T0 + 10 };
      await world.alerts.save(undefined, anAlert({ id: id('alr', 'a'), notice }));
      const timed = anAlert({ id: id('alr', 'b'), resolvesAt: T0 + 20 });
      await world.alerts.save(undefined, timed);
      const due = async (now: number) => {
        const found: string[] = [];
        for await (const alertId of world.alerts.due(now)) found.push(alertId);
        return found.sort();
      };
      expect(await due(T0 + 9)).toEqual([]);
      expect(await due(T0 + 10)).toEqual([id('alr', 'a')]);
      expect(await due(T0 + 20)).toEqual([id('alr', 'a'), timed.id].sort());
      await world.alerts.save(timed, resolved(timed));
      expect(await due(T0 + 20)).toEqual([id('alr', 'a')]);
    });

    it('are listed newest first, all or those of one state', async () => {
      const alerts = ['a', 'b', 'c'].map((name, i) => anAlert({ id: id('alr', name), raisedAt: T0 + i }));
      for (const alert of alerts) await world.alerts.save(undefined, alert);
      const [oldest = anAlert()] = alerts;
      await world.alerts.save(oldest, { ...oldest, version: 2, state: 'acknowledged' });
      const ids = async (state?: 'active' | 'acknowledged') =>
        (await readAll(2, (page) => world.alerts.list({ ...page, state }))).map((alert) => alert.id);
      expect(await ids()).toEqual(alerts.map((alert) => alert.id).reverse());
      expect(await ids('acknowledged')).toEqual([oldest.id]);
      expect(await ids('active')).toHaveLength(2);
    });
  });
});
