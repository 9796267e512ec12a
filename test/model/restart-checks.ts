/** What must be the same in the product and the specification: after each step, and at the end of all. */
import type { Id } from '../../lib/ids.ts';
import { differ, expectSame } from './difference.ts';
import { isOpen, type RestartSpec } from './restart-spec.ts';
import type { System } from './restart-system.ts';

export const compare = (spec: RestartSpec, system: System): void => {
  const { store } = system;
  for (const task of spec.tasks.values()) {
    const stored = store.tasks.get(task.id);
    expectSame(`the state of ${task.id}`, stored?.state, task.state);
    expectSame(`the version of ${task.id}`, stored?.version, task.version);
    if (task.state === 'queued') expectSame('acknowledgeBy', stored?.acknowledgeBy, task.acknowledgeBy);
    if (task.state === 'inProgress') expectSame('returnBy', stored?.returnBy, task.returnBy);
  }
  for (const device of spec.devices.values()) {
    const gate = store.devices.get(device.id)?.openRestart;
    expectSame(`the gate of ${device.id}`, gate?.id, spec.openTaskOf(device.id)?.id);
  }
};

export const jobsAreOver = (system: System): boolean =>
  [...system.store.jobs.values()].every(
    ({ endedAt, closingDueAt, lookAgainAt }) =>
      endedAt !== undefined && closingDueAt === undefined && lookAgainAt === undefined,
  );

/** Minutes after its job was stopped, no task waits any more, and a canceled job says so. */
export const checkStopped = (spec: RestartSpec, system: System): void => {
  for (const { id, state } of system.store.jobs.values()) {
    if (state === 'canceling') differ('a job is canceling for ever');
    if (state !== 'canceled' && state !== 'aborted') continue;
    if (!system.store.stops.has(id)) differ(`a job is ${state}, and has no stop mark`);
    const left = [...spec.tasks.values()].find(
      (task) =>
        task.job === id && spec.mayClose(task, state === 'canceled' && task.boot ? 'canceling' : 'canceled', state),
    );
    if (left) differ(`a job is ${state}, and its task ${left.state}`);
  }
};

const checkJob = (spec: RestartSpec, system: System, id: Id): void => {
  const { store } = system;
  const tasks = [...store.tasks.values()].filter(({ jobId }) => jobId === id);
  const joins = [...store.joins.values()].filter(({ jobId }) => jobId === id);
  const devices = [...tasks, ...joins].map(({ deviceId }) => deviceId);
  if (new Set(devices).size !== devices.length) differ('a device has two entries in one job');
  const job = store.jobs.get(id);
  const counted = [...store.counted.values()].filter(({ jobId }) => jobId === id).map(({ state }) => state);
  const actual = [...tasks.map(({ state }) => state), ...joins.map(() => 'joined')];
  expectSame('the counts of a job', counted.sort().join(), actual.sort().join());
  const failures = tasks.filter(({ state }) => state === 'failed' || state === 'timedOut').length;
  const { canceled, abortAfterFailures } = spec.jobs.get(id) ?? differ('an unknown job');
  const mustAbort = abortAfterFailures !== undefined && failures >= abortAfterFailures;
  const end = canceled ? 'canceled' : mustAbort ? 'aborted' : 'completed';
  expectSame('how a job ended', job?.state, end);
  if (end === 'completed' && job?.retryOf === undefined) {
    expectSame('the devices of a job', devices.sort().join(), [...(job?.deviceIds ?? [])].sort().join());
  }
};

export const checkEnd = (spec: RestartSpec, system: System): void => {
  const { store, published } = system;
  if ([...spec.tasks.values()].some(isOpen)) differ('a task never ends');
  if (!jobsAreOver(system)) differ('a job never ends');
  const events = [...published.keys()].filter((id) => id.startsWith('RestartTask')).sort();
  const expected = [...spec.events].sort();
  const lost = expected.filter((id) => !published.has(id));
  const invented = events.filter((id) => !spec.events.has(id));
  if (lost.length + invented.length > 0) differ(`events lost: ${lost.join()}; invented: ${invented.join()}`);
  for (const job of store.jobs.values()) checkJob(spec, system, job.id);
};
