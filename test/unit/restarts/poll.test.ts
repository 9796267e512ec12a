import { beforeEach, describe, expect, it } from 'vitest';
import type { AssistanceState } from '../../../lib/api/assistance.ts';
import { TASK_STATES } from '../../../lib/api/restarts.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { renameDevice } from '../../../lib/devices/devices.ts';
import type { Device } from '../../../lib/devices/model.ts';
import type { Sighting } from '../../../lib/devices/sighting.ts';
import type { RestartTask } from '../../../lib/restarts/model.ts';
import { isWaiting, type PollDeps, poll } from '../../../lib/restarts/poll.ts';
import { parseReceipt } from '../../../lib/restarts/receipt.ts';
import { acknowledge, cancel } from '../../../lib/restarts/task.ts';
import { assistanceIn } from '../support/assistance.ts';
import { devicesIn } from '../support/devices.ts';
import { aDevice, BOOT_1, BOOT_2, DEVICE_ID, pendingRequest, requestIn, SESSION, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { LEASE_MS, type TestInbox, testInbox } from '../support/inbox.ts';
import { tasksIn } from '../support/restarts.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, MINUTE, SECOND, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;
let inbox: TestInbox;
/** Every call of a port but the inbox's, by name. */
let calls: string[];

const spy = <Port extends object>(name: string, port: Port): Port =>
  new Proxy(port, {
    get: (target, member) => {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        calls.push(`${name}.${String(member)}`);
        return Reflect.apply(value, target, args);
      };
    },
  });

const deps = (): PollDeps => ({
  devices: spy('devices', devicesIn(store)),
  tasks: spy('tasks', tasksIn(store)),
  requests: spy('requests', assistanceIn(store)),
  inbox: spy('inbox', inbox),
  clock,
  random: () => 0.5,
});

const SEEN: Sighting = { bootId: BOOT_1, bootedAt: T0 - 10 * MINUTE, agentVersion: '1.0.0' };

const device = (): Device => store.devices.get(DEVICE_ID) ?? expect.fail('no device');

const pollNow = (changes: Partial<Sighting> = {}, as = device()) => poll(deps(), as, { ...SEEN, ...changes });

const keep = (task: RestartTask): RestartTask => {
  store.tasks.set(task.id, task);
  store.devices.set(DEVICE_ID, aDevice({ openRestart: task }));
  return task;
};

const send = ({ id: taskId, version }: RestartTask) => inbox.send({ deviceId: DEVICE_ID, taskId, version });

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  inbox = testInbox(clock);
  calls = [];
  store.devices.set(DEVICE_ID, aDevice());
});

describe('an empty poll', () => {
  it('calls nothing at all, and has nothing to tell', async () => {
    const answer = await pollNow();
    expect(calls).toEqual([]);
    expect(answer).toEqual({ tasks: [], pollAfterSeconds: 60 });
    expect(isWaiting(answer)).toBe(false);
  });
});

describe('a sighting is written', () => {
  it.each([
    { what: 'ten minutes after the last one', ms: 10 * MINUTE, changes: {}, written: false },
    { what: 'a millisecond later than that', ms: 10 * MINUTE + 1, changes: {}, written: true },
    { what: 'when the clock was set back by more', ms: -10 * MINUTE - 1, changes: {}, written: true },
    { what: 'when the boot is another', ms: 0, changes: { bootId: BOOT_2 }, written: true },
    { what: 'when the agent is another', ms: 0, changes: { agentVersion: '1.0.1' }, written: true },
  ])('$what: $written', async ({ ms, changes, written }) => {
    clock.advance(ms);
    await pollNow(changes);
    expect(calls).toEqual(written ? ['devices.saveSighting'] : []);
    if (written) expect(device()).toMatchObject({ lastSeenAt: clock(), ...changes });
  });

  it('when the device was never seen', async () => {
    const { lastSeenAt: _, ...unseen } = aDevice();
    await pollNow({}, unseen);
    expect(calls).toEqual(['devices.saveSighting']);
  });

  it('when the device had been missing, which it no longer is', async () => {
    store.devices.set(DEVICE_ID, aDevice({ missingSinceTask: id('tsk', 'lost') }));
    await pollNow();
    expect(device()).not.toHaveProperty('missingSinceTask');
  });
});

describe('the sightings of a device', () => {
  const seenTimes = async (times: number, everyMs: number) => {
    let written = 0;
    for (let time = 1; time <= times; time += 1) {
      calls = [];
      await pollNow({ bootId: `boot-${clock()}-${time}` });
      written += calls.length;
      clock.advance(everyMs);
    }
    return written;
  };

  it('are written thirty times an hour, whatever it says of itself, and again in the next', async () => {
    expect(await seenTimes(100, SECOND)).toBe(30);
    clock.advance(HOUR);
    expect(await seenTimes(100, SECOND)).toBe(30);
    clock.advance(HOUR);
    expect(await seenTimes(100, 10 * MINUTE)).toBe(100);
  });

  it('are not written where another poll has spent what this one would', async () => {
    const before = aDevice();
    await pollNow({ bootId: BOOT_2 }, before);
    await pollNow({ bootId: 'boot-0003' }, before);
    expect(device()).toMatchObject({ bootId: BOOT_2, sightingsSpent: { startedAt: T0, uses: 1 } });
  });

  it('beyond that still say that it is back', async () => {
    await seenTimes(31, SECOND);
    store.devices.set(DEVICE_ID, { ...device(), missingSinceTask: id('tsk', 'lost') });
    await pollNow({ bootId: 'boot-back' });
    expect(device()).not.toHaveProperty('missingSinceTask');
    expect(device()).toMatchObject({ bootId: 'boot-back', sightingsSpent: { uses: 30 } });
  });
});

describe('a queued task', () => {
  it('is delivered with a receipt that names its version and its message', async () => {
    const task = keep(taskIn('queued'));
    send(task);
    const answer = await pollNow();
    expect(answer.tasks).toMatchObject([{ id: task.id, state: 'queued' }]);
    expect(isWaiting(answer)).toBe(true);
    expect(parseReceipt(answer.tasks[0]?.receipt ?? '')).toEqual({ version: task.version, handle: 'handle-1' });
    expect(calls).toEqual(['inbox.receive', 'tasks.recheck']);
  });

  it('is leased: not delivered again until the lease is over, and then with a new receipt', async () => {
    send(keep(taskIn('queued')));
    const first = await pollNow();
    expect((await pollNow()).tasks).toEqual([]);
    clock.advance(LEASE_MS);
    const second = await pollNow();
    expect(second.tasks).toHaveLength(1);
    expect(second.tasks[0]?.receipt).not.toBe(first.tasks[0]?.receipt);
  });

  it.each(['canceled', 'aborted'] as const)(
    'is not delivered once its job is %s, and its message is removed',
    async (stop) => {
      const task = keep(taskIn('queued'));
      send(task);
      store.stops.set(task.jobId, stop);
      expect((await pollNow()).tasks).toEqual([]);
      expect(inbox.held(DEVICE_ID)).toEqual([]);
    },
  );

  it('is not delivered where it was canceled after the record was read, and its message is removed', async () => {
    const task = keep(taskIn('queued'));
    send(task);
    const read = device();
    await tasksIn(store).save(task, cancel(task, T0));
    expect((await pollNow({}, read)).tasks).toEqual([]);
    expect(inbox.held(DEVICE_ID)).toEqual([]);
  });

  it('is delivered once where its message came twice; the second is removed', async () => {
    const task = keep(taskIn('queued'));
    send(task);
    send(task);
    expect((await pollNow()).tasks).toHaveLength(1);
    expect(inbox.held(DEVICE_ID)).toHaveLength(1);
  });

  it('is not delivered by the message of an earlier version, which is removed', async () => {
    const task = keep(taskIn('queued'));
    send({ ...task, version: task.version - 1 });
    expect((await pollNow()).tasks).toEqual([]);
    expect(inbox.held(DEVICE_ID)).toEqual([]);
  });

  it('keeps the message of a newer version than the record that was read', async () => {
    const task = keep(taskIn('queued'));
    send({ ...task, version: task.version + 2 });
    expect((await pollNow()).tasks).toEqual([]);
    expect(inbox.held(DEVICE_ID)).toHaveLength(1);
  });

  it('makes way for nothing: the message of a task that has ended is removed', async () => {
    const task = keep(taskIn('queued'));
    const ended = taskIn('canceled', { id: id('tsk', 'ended') });
    store.tasks.set(ended.id, ended);
    send({ ...ended, version: ended.version - 1 });
    send(task);
    expect((await pollNow()).tasks.map((one) => one.id)).toEqual([task.id]);
    expect(inbox.held(DEVICE_ID)).toEqual([{ taskId: task.id, version: task.version }]);
  });

  it('leaves alone what was queued after the record was read: the next task, ordered when this one was canceled', async () => {
    const task = keep(taskIn('queued'));
    const readBefore = device();
    await tasksIn(store).save(task, cancel(task, T0));
    const next = keep(taskIn('queued', { id: id('tsk', 'next'), version: 1 }));
    send(next);
    expect((await pollNow({}, readBefore)).tasks).toEqual([]);
    expect(inbox.held(DEVICE_ID)).toEqual([{ taskId: next.id, version: 1 }]);
  });

  it('removes an unreadable message, which is of no task, without looking for one', async () => {
    send(keep(taskIn('queued')));
    inbox.send({ deviceId: DEVICE_ID, taskId: '', version: 0 });
    expect((await pollNow()).tasks).toHaveLength(1);
    expect(inbox.held(DEVICE_ID)).toHaveLength(1);
    expect(calls).not.toContain('tasks.find');
  });

  it('past its deadline is not asked for any more', async () => {
    const task = keep(taskIn('queued'));
    send(task);
    clock.set(task.acknowledgeBy - 1);
    expect((await pollNow()).tasks).toHaveLength(1);
    clock.set(task.acknowledgeBy + LEASE_MS);
    inbox.calls = 0;
    expect((await pollNow()).tasks).toEqual([]);
    expect(inbox.calls).toBe(0);
  });
});

describe('the gate', () => {
  it.each(TASK_STATES)('lets a poll ask the inbox only for what is queued: %s', async (state) => {
    keep(taskIn(state));
    await pollNow();
    expect(inbox.calls).toBe(state === 'queued' ? 1 : 0);
  });

  it('closed, keeps a poll from the inbox even where something lies in it', async () => {
    send(taskIn('queued'));
    expect((await pollNow()).tasks).toEqual([]);
    expect(inbox.calls).toBe(0);
  });
});

describe('a task that was acknowledged', () => {
  it('is over once the device has another boot', async () => {
    const task = keep(taskIn('inProgress'));
    clock.advance(MINUTE);
    expect((await pollNow({ bootId: BOOT_2 })).tasks).toEqual([]);
    expect(store.tasks.get(task.id)).toMatchObject({ state: 'succeeded', endedAt: clock() });
    expect(device()).toMatchObject({ bootId: BOOT_2 });
    expect(device()).not.toHaveProperty('openRestart');
  });

  it('is over then although it was to be canceled: it was too late', async () => {
    const task = keep(taskIn('canceling'));
    await pollNow({ bootId: BOOT_2 });
    expect(store.tasks.get(task.id)?.state).toBe('succeeded');
  });

  it('goes on while the boot is the same', async () => {
    const task = keep(taskIn('inProgress'));
    expect((await pollNow()).tasks).toEqual([]);
    expect(store.tasks.get(task.id)).toBe(task);
  });

  it('is looked at itself: a record that is a second old proves nothing', async () => {
    const task = keep(taskIn('inProgress'));
    const readBefore = device();
    // Meanwhile it was postponed, queued again, and acknowledged by the boot that now polls.
    const again = acknowledge(taskIn('queued', { version: task.version + 2 }), BOOT_2, T0);
    keep(again);
    await pollNow({ bootId: BOOT_2 }, readBefore);
    expect(store.tasks.get(task.id)).toBe(again);
  });

  it('that somebody ends at this very moment ends as they say', async () => {
    const task = keep(taskIn('inProgress'));
    const tasks = tasksIn(store);
    const overtaken = {
      ...deps(),
      tasks: {
        ...tasks,
        find: async (taskId: string) => {
          const found = await tasks.find(taskId);
          store.tasks.set(task.id, { ...task, state: 'timedOut', version: task.version + 1, endedAt: T0 });
          return found;
        },
      },
    };
    await poll(overtaken, device(), { ...SEEN, bootId: BOOT_2 });
    expect(store.tasks.get(task.id)?.state).toBe('timedOut');
  });

  it('is shown while it is being canceled, so that the agent gives it up', async () => {
    const task = keep(taskIn('canceling'));
    const answer = await pollNow();
    expect(answer.tasks).toMatchObject([{ id: task.id, state: 'canceling' }]);
    expect(answer.tasks[0]?.receipt).not.toBe('');
    expect(inbox.calls).toBe(0);
  });
});

describe('two machines with one credential', () => {
  const COPY = 'boot-of-a-copy';

  it('prove nothing to each other by boots that were seen before the acknowledgement', async () => {
    for (const bootId of [BOOT_1, COPY, BOOT_1]) {
      await pollNow({ bootId });
      clock.advance(MINUTE);
    }
    const task = acknowledge(taskIn('queued'), BOOT_1, clock());
    store.tasks.set(task.id, task);
    store.devices.set(DEVICE_ID, { ...device(), openRestart: task });
    for (const bootId of [COPY, BOOT_1, COPY]) {
      clock.advance(MINUTE);
      await pollNow({ bootId });
    }
    expect(store.tasks.get(task.id)).toBe(task);
    await pollNow({ bootId: BOOT_2, uptimeSeconds: 20 });
    expect(store.tasks.get(task.id)?.state).toBe('succeeded');
  });

  it('prove nothing by a boot that is new here, and has run since before the acknowledgement', async () => {
    const task = keep(taskIn('inProgress'));
    clock.advance(5 * MINUTE);
    for (let times = 0; times < 3; times += 1) await pollNow({ bootId: COPY, uptimeSeconds: 10 * 3600 });
    expect(store.tasks.get(task.id)).toBe(task);
    // From its record alone: nothing more is read for it.
    expect(calls).not.toContain('tasks.find');
  });

  it('are decided on by the record as it is now, and not as a poll has read it a second ago', async () => {
    await pollNow({ bootId: BOOT_1 });
    const readBefore = device();
    await pollNow({ bootId: COPY });
    clock.advance(1);
    const task = acknowledge(taskIn('queued'), BOOT_1, clock());
    store.tasks.set(task.id, task);
    store.devices.set(DEVICE_ID, { ...device(), openRestart: task });
    await pollNow({ bootId: COPY }, { ...readBefore, openRestart: task });
    expect(store.tasks.get(task.id)).toBe(task);
  });

  it('are not both asked to give up a restart: only the one that has acknowledged it', async () => {
    keep(taskIn('canceling'));
    clock.advance(MINUTE);
    expect((await pollNow({ bootId: COPY, uptimeSeconds: 10 * 3600 })).tasks).toEqual([]);
    expect((await pollNow()).tasks).toHaveLength(1);
  });
});

describe('a restart that is proved', () => {
  it('is proved by the next poll where somebody changed the task at the moment of the first', async () => {
    const task = keep(taskIn('inProgress'));
    const busy = {
      ...deps(),
      tasks: { ...tasksIn(store), save: () => Promise.reject(new ConcurrentChange('in the test')) },
    };
    clock.advance(MINUTE);
    await poll(busy, device(), { ...SEEN, bootId: BOOT_2, uptimeSeconds: 30 });
    expect(store.tasks.get(task.id)).toBe(task);
    clock.advance(4 * SECOND);
    await pollNow({ bootId: BOOT_2, uptimeSeconds: 34 });
    expect(store.tasks.get(task.id)?.state).toBe('succeeded');
  });

  it.each([
    { what: 'years behind', bootedAt: 0 },
    { what: 'years ahead', bootedAt: T0 + 5 * 365 * 24 * HOUR },
  ])('may have a clock that is $what', async ({ bootedAt }) => {
    const task = keep(taskIn('inProgress'));
    clock.advance(10 * MINUTE);
    await pollNow({ bootId: BOOT_2, bootedAt, uptimeSeconds: 40 });
    expect(store.tasks.get(task.id)?.state).toBe('succeeded');
  });

  it('of an older agent is proved by a boot id that is new', async () => {
    const task = keep(taskIn('inProgress'));
    await pollNow({ bootId: BOOT_2 });
    expect(store.tasks.get(task.id)?.state).toBe('succeeded');
  });
});

describe('a PC that was renamed', () => {
  const named = (changes: Partial<Device>) => store.devices.set(DEVICE_ID, aDevice({ name: 'DESKTOP-1', ...changes }));

  it('is shown by its new name, at the poll that tells it', async () => {
    named({ hasOwnName: true });
    await pollNow({ name: 'FINANCE-07' });
    expect(device()).toMatchObject({ name: 'FINANCE-07', hasOwnName: true });
    calls = [];
    await pollNow({ name: 'FINANCE-07' });
    expect(calls).toEqual([]);
  });

  it('keeps the name that an admin gave it, or that nobody knows the origin of', async () => {
    named({ hasOwnName: true });
    await renameDevice(devicesIn(store), DEVICE_ID, 'Reception');
    await pollNow({ name: 'FINANCE-07' });
    expect(device().name).toBe('Reception');
    named({});
    await pollNow({ name: 'FINANCE-07' });
    expect(device().name).toBe('DESKTOP-1');
  });

  it('keeps its name where the agent sends none', async () => {
    named({ hasOwnName: true });
    await pollNow({ bootId: BOOT_2 });
    expect(device()).toMatchObject({ name: 'DESKTOP-1', hasOwnName: true });
  });

  it('changes it no more often than it may be seen', async () => {
    named({ hasOwnName: true });
    for (let times = 0; times < 100; times += 1) await pollNow({ name: `PC-${times}` });
    expect(device().name).toBe('PC-29');
  });
});

describe('the open assistance request', () => {
  const open = (state: AssistanceState) => {
    const request = requestIn(state);
    store.requests.set(request.id, request);
    const { expiresAt } = request;
    store.devices.set(
      DEVICE_ID,
      aDevice({ openAssistance: { requestId: request.id, ...(expiresAt !== undefined && { expiresAt }) } }),
    );
    return request;
  };

  it.each(['pending', 'approved', 'connected'] as const)('is shown while it is %s', async (state) => {
    const request = open(state);
    const answer = await pollNow();
    expect(answer.assistanceRequest).toMatchObject({ id: request.id, state });
    expect(isWaiting(answer)).toBe(true);
  });

  it("never shows the supporter's link or note", async () => {
    open('approved');
    const text = JSON.stringify(await pollNow());
    expect(text).toContain(SESSION.endCustomerLink);
    expect(text).not.toContain(SESSION.supporterLink);
    expect(text).not.toContain(SESSION.note);
  });

  it.each(['ended', 'declined', 'withdrawn', 'refused'] as const)('is not shown once it is %s', async (state) => {
    open(state);
    expect(await pollNow()).not.toHaveProperty('assistanceRequest');
  });

  it('is shown to its last millisecond, and not read after that', async () => {
    const { expiresAt = 0 } = open('pending');
    clock.set(expiresAt - 1);
    expect(await pollNow()).toHaveProperty('assistanceRequest');
    clock.set(expiresAt);
    calls = [];
    const answer = await pollNow();
    expect(answer).not.toHaveProperty('assistanceRequest');
    expect(answer.pollAfterSeconds).toBeGreaterThan(5);
    expect(calls).not.toContain('requests.find');
  });

  it('that has vanished is no fault', async () => {
    const { id: requestId } = pendingRequest();
    store.devices.set(DEVICE_ID, aDevice({ openAssistance: { requestId } }));
    expect(await pollNow()).not.toHaveProperty('assistanceRequest');
  });
});
