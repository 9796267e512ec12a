/** Takes over what the product does in its own time: jobs, the tasks of their expansion, and the ends of their tasks. */
import type { RestartTask } from '../../lib/restarts/model.ts';
import { differ, expectSame } from './difference.ts';
import type { RestartSpec, SpecTask } from './restart-spec.ts';
import type { System } from './restart-system.ts';

const MINUTE = 60_000;

const adoptNew = (spec: RestartSpec, task: RestartTask): void => {
  const isLost = spec.devices.get(task.deviceId)?.retired !== undefined;
  const open = isLost ? undefined : spec.openTaskOf(task.deviceId);
  if (open && open.state !== 'canceling') differ('a device got a second open task');
  const job = spec.jobs.get(task.jobId) ?? differ('a task is of no job that was ordered');
  const starts = task.notBefore ?? job.orderedAt;
  const ended = isLost ? 'removed' : open && 'failed';
  expectSame('the state of a new task', task.state, ended ?? (starts > spec.now ? 'scheduled' : 'queued'));
  const adopted: SpecTask = {
    id: task.id,
    job: task.jobId,
    device: task.deviceId,
    state: task.state,
    version: task.version,
    boot: undefined,
    acknowledgedAt: 0,
    notBefore: starts,
    acknowledgeBy: Math.max(task.notBefore ?? 0, job.orderedAt) + job.deliverMs,
    returnBy: 0,
    postponements: 0,
  };
  spec.tasks.set(task.id, adopted);
  spec.announce(adopted);
};

const adoptClosed = (spec: RestartSpec, system: System, known: SpecTask, task: RestartTask): void => {
  const job = system.store.jobs.get(known.job)?.state;
  const canceled = job === 'canceling' || job === 'canceled';
  const off = canceled ? 'canceled' : job === 'aborted' ? job : undefined;
  if (!spec.mayClose(known, task.state, off)) {
    differ(`a task went from ${known.state} to ${task.state} by itself`);
  }
  spec.move(known, task.state);
};

export const adopt = (spec: RestartSpec, system: System): void => {
  const { store } = system;
  for (const job of store.jobs.values()) {
    if (spec.jobs.has(job.id)) continue;
    spec.jobs.set(job.id, {
      orderedAt: job.createdAt,
      deliverMs: job.deliverWithinMinutes * MINUTE,
      returnMs: job.graceSeconds * 1000 + job.returnWithinMinutes * MINUTE,
      maxPostponements: job.maxPostponements,
      mayReject: job.mayReject,
      canceled: false,
      stop: undefined,
      abortAfterFailures: job.abortAfterFailures,
    });
  }
  for (const [id, stop] of store.stops) {
    const job = spec.jobs.get(id) ?? differ('what is stopped is no job that was ordered');
    job.stop = stop;
  }
  for (const task of store.tasks.values()) {
    const known = spec.tasks.get(task.id);
    if (!known) adoptNew(spec, task);
    else if (known.state !== task.state && known.version < task.version) adoptClosed(spec, system, known, task);
  }
};
