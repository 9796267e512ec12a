/** Bugs in the rules of restarts, each of which the model must find. */
import type { Mutant } from './mutant.ts';

export const RESTART_MUTANTS: readonly Mutant[] = [
  {
    name: 'a task is acknowledged after its deadline',
    file: 'lib/restarts/task.ts',
    find: "const late = task.state === 'queued' && now >= task.acknowledgeBy;",
    put: 'const late = false;',
  },
  {
    name: 'another boot may acknowledge again',
    file: 'lib/restarts/task.ts',
    find: "if (task.state === 'inProgress' && task.acknowledgedBootId === bootId) return task;",
    put: "if (task.state === 'inProgress') return task;",
  },
  {
    name: 'any poll proves a restart',
    file: 'lib/restarts/task.ts',
    find: 'acknowledgedAt === undefined || acknowledgedBootId === bootId',
    put: 'acknowledgedAt === undefined',
  },
  {
    name: 'a boot that was seen before proves a restart',
    file: 'lib/restarts/task.ts',
    find: 'if (firstSeenAt !== undefined && firstSeenAt < acknowledgedAt)',
    put: 'if (firstSeenAt !== undefined && firstSeenAt < 0)',
  },
  {
    name: 'a boot that has run since before proves a restart',
    file: 'lib/restarts/task.ts',
    find: 'return startedAt < acknowledgedAt - UPTIME_TOLERANCE_MS',
    put: 'return startedAt < 0',
  },
  {
    name: 'a copy of the device is asked to give its task up',
    file: 'lib/restarts/poll.ts',
    find: "task.state === 'canceling' && task.acknowledgedBootId === sighting.bootId",
    put: "task.state === 'canceling'",
  },
  {
    name: 'one postponement too many',
    file: 'lib/restarts/task.ts',
    find: 'if (task.postponements >= task.maxPostponements) {',
    put: 'if (task.postponements > task.maxPostponements) {',
  },
  {
    name: 'a task under way is canceled without its agent',
    file: 'lib/restarts/task.ts',
    find: "if (task.state === 'inProgress') return changed(task, now, { state: 'canceling' });",
    put: "if (task.state === 'inProgress') return ended(task, now, 'canceled');",
  },
  {
    name: 'an old receipt acknowledges',
    file: 'lib/restarts/agent.ts',
    find: 'if (parsed.version !== before.version) {',
    put: 'if (parsed.version > before.version) {',
  },
  {
    name: 'a dead letter of an earlier delivery fails the task',
    file: 'lib/restarts/task.ts',
    find: "task.state === 'queued' && task.version === version",
    put: "task.state === 'queued' && task.version >= version",
  },
  {
    name: 'a postponed task is announced only once',
    file: 'lib/restarts/events.ts',
    find: "  if (after.state === 'queued') {",
    put: "  if (after.state === 'queued' && after.postponements === 0) {",
  },
  {
    name: 'a job is completed one task too early',
    file: 'lib/restarts/job.ts',
    find: 'endedCount(counts) >= deviceCount(job)',
    put: 'endedCount(counts) >= deviceCount(job) - 1',
  },
  {
    name: 'the budget counts no restart that was not proved',
    file: 'lib/restarts/budget.ts',
    find: "const restarted = state === 'succeeded' || state === 'timedOut';",
    put: "const restarted = state === 'succeeded';",
  },
  {
    name: 'an abortion stops what is under way',
    file: 'lib/restarts/job.ts',
    find: "aborted: ['scheduled', 'queued'],",
    put: "aborted: ['scheduled', 'queued', 'inProgress'],",
  },
  {
    name: 'a canceled job forgets the tasks that are made meanwhile',
    file: 'lib/restarts/job.ts',
    find: '    closingDueAt: now + CLOSE_AGAIN_AFTER_MS,\n    lookAgainAt',
    put: '    lookAgainAt',
  },
  {
    name: 'an acknowledgement does not look at its job',
    file: 'lib/restarts/agent.ts',
    find: 'await tasks.acknowledge(before, after);',
    put: 'await tasks.save(before, after);',
  },
  {
    name: 'a cancellation is answered before its job is stopped',
    file: 'lib/restarts/cancel.ts',
    find: 'await jobs.stop(canceled.job);',
    put: 'void setTimeout(() => jobs.stop(canceled.job));',
  },
  {
    name: 'a repeated acknowledgement does not look at its job',
    file: 'lib/restarts/agent.ts',
    find: ".stop === 'canceled') throw",
    put: ".stop === 'aborted') throw",
  },
  {
    name: 'a poll does not look at the job of what it hands out',
    file: 'lib/restarts/poll.ts',
    find: 'if (stop === undefined && ',
    put: 'if (',
  },
  {
    name: 'a job is aborted before it is stopped',
    file: 'lib/restarts/expand.ts',
    find: 'if (after.stoppedAt !== undefined && after.state !== found.job.state) await jobs.stop(after);',
    put: '',
  },
  {
    name: 'a job is canceled before its tasks have followed',
    file: 'lib/restarts/job.ts',
    find: 'statesToClose(job).every((state) => (counts[state] ?? 0) === 0);',
    put: 'statesToClose(job).length > 0;',
  },
];
