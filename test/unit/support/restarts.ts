/** Restart jobs and tasks in memory: one task or join for each id, and the device's gate changes with its task. */
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { isInService } from '../../../lib/devices/model.ts';
import type { Id } from '../../../lib/ids.ts';
import { restartsAfter } from '../../../lib/restarts/budget.ts';
import { jobDueAt } from '../../../lib/restarts/job.ts';
import { type CountedState, type Counts, isOpen, type RestartTask } from '../../../lib/restarts/model.ts';
import type {
  ExpansionRepository,
  JobRepository,
  TallyRepository,
  TargetDevices,
  TaskRepository,
} from '../../../lib/restarts/ports.ts';
import { JobStopped, stopOf } from '../../../lib/restarts/stop.ts';
import { targetDeviceOf } from '../../../lib/restarts/target-device.ts';
import { dueAt, restartedWithFleetAt } from '../../../lib/restarts/task.ts';
import {
  assertKeyFree,
  assertVersion,
  inOrder,
  keepAnswer,
  pageOf,
  replaceVersion,
  type Store,
  touchDevice,
} from './store.ts';

const followTask = (store: Store, task: RestartTask): void => {
  const restarts = restartsAfter(task);
  const withFleetAt = restartedWithFleetAt(task);
  touchDevice(store, task.deviceId, ({ openRestart: _, ...rest }) => ({
    ...rest,
    ...(isOpen(task) && { openRestart: task }),
    ...(task.state === 'timedOut' && { missingSinceTask: task.id }),
    ...(restarts && { recentRestarts: restarts }),
    ...(withFleetAt !== undefined && { restartedWithFleetAt: withFleetAt }),
  }));
};

const saveTask = (store: Store, before: RestartTask, after: RestartTask): void => {
  assertVersion(store.tasks, before);
  if (store.devices.get(after.deviceId)?.openRestart?.id !== after.id) throw new ConcurrentChange('the gate');
  store.tasks.set(after.id, after);
  followTask(store, after);
};

export const tasksIn = (store: Store): TaskRepository => ({
  find: async (id) => store.tasks.get(id),
  save: async (before, after) => saveTask(store, before, after),
  acknowledge: async (before, after) => {
    if (store.stops.has(after.jobId)) throw new JobStopped('in memory');
    saveTask(store, before, after);
  },
  recheck: async ({ id, jobId }) => {
    const task = store.tasks.get(id);
    const stop = store.stops.get(jobId);
    return { ...(task && { task }), ...(stop && { stop }) };
  },
  listOpen: async (request) =>
    pageOf([...store.tasks.values()].filter(isOpen), request, (task) => task.id, 'descending'),
  listRecent: async (request, since) => {
    const recent = [...store.tasks.values()].filter((task) => isOpen(task) || (task.endedAt ?? 0) >= since);
    return pageOf(recent, request, (task) => `${task.endedAt ?? '~'}#${task.id}`, 'descending');
  },
  listOfDevice: async (deviceId, request) => {
    const own = [...store.tasks.values()].filter((task) => task.deviceId === deviceId);
    return pageOf(own, request, (task) => task.id, 'descending');
  },
  listOfJob: async (jobId, { state, ...page }) => {
    const own = [...store.tasks.values()]
      .filter((task) => task.jobId === jobId)
      .map((task) => ({ sort: `${task.state}#${task.id}`, task }));
    const joined = [...store.joins.values()]
      .filter((join) => join.jobId === jobId)
      .map((join) => ({ sort: `joined#${join.id}`, task: store.tasks.get(join.taskId) }));
    const wanted = [...own, ...joined].filter(({ sort }) => state === undefined || sort.startsWith(`${state}#`));
    const found = pageOf(wanted, page, ({ sort }) => sort, 'ascending');
    return { ...found, items: found.items.flatMap(({ task }) => task ?? []) };
  },
  due: async function* (now) {
    for await (const { id } of inOrder(store.tasks.values(), dueAt, now)) yield id;
    for await (const { id } of inOrder(store.jobs.values(), jobDueAt, now)) yield id;
  },
});

const countsOf = (store: Store, jobId: Id): Counts => {
  const counts: Partial<Record<CountedState, number>> = {};
  for (const counted of store.counted.values()) {
    if (counted.jobId === jobId) counts[counted.state] = (counts[counted.state] ?? 0) + 1;
  }
  return counts;
};

export const jobsIn = (store: Store): JobRepository => ({
  create: async (job, record) => {
    assertKeyFree(store, record);
    store.jobs.set(job.id, job);
    keepAnswer(store, record);
  },
  find: async (id) => {
    const job = store.jobs.get(id);
    return job && { job, counts: countsOf(store, id) };
  },
  list: async (request) => {
    const page = pageOf(store.jobs.values(), request, (job) => job.id, 'descending');
    return { ...page, items: page.items.map((job) => ({ job, counts: countsOf(store, job.id) })) };
  },
  save: async (before, after) => replaceVersion(store.jobs, before, after),
  stop: async (job) => void store.stops.set(job.id, stopOf(job)),
});

export const expansionIn = (store: Store): ExpansionRepository => {
  const exists = (id: Id): boolean => store.tasks.has(id) || store.joins.has(id);
  return {
    existing: async (ids) => new Set(ids.filter(exists)),
    addTask: async (task) => {
      const device = store.devices.get(task.deviceId);
      if (exists(task.id) || !device || !isInService(device) || device.openRestart) return false;
      store.tasks.set(task.id, task);
      followTask(store, task);
      return true;
    },
    addEnded: async (task) => {
      if (!exists(task.id)) store.tasks.set(task.id, task);
    },
    addJoined: async (joined) => {
      if (!exists(joined.id)) store.joins.set(joined.id, joined);
    },
  };
};

export const targetsIn = (store: Store): TargetDevices => ({
  findMany: async (ids) =>
    ids.flatMap((id) => {
      const device = store.devices.get(id);
      return device && isInService(device) ? targetDeviceOf(device) : [];
    }),
});

export const tallyIn = (store: Store): TallyRepository => ({
  count: async (jobId, entries) => {
    for (const { id, state, version } of entries) {
      if (version > (store.counted.get(id)?.version ?? 0)) store.counted.set(id, { jobId, state, version });
    }
  },
});

/** What the tables' stream tells the tally of everything that there is. */
export const tallyEverything = async (store: Store): Promise<void> => {
  const tally = tallyIn(store);
  for (const task of store.tasks.values()) await tally.count(task.jobId, [task]);
  for (const join of store.joins.values()) await tally.count(join.jobId, [{ ...join, state: 'joined', version: 1 }]);
};
