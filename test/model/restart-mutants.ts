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
    find: 'task.acknowledgedBootId !== undefined && task.acknowledgedBootId !== bootId;',
    put: 'task.acknowledgedBootId !== undefined || bootId === undefined;',
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
    find: "return state === 'aborted' ? ['scheduled', 'queued'] : [];",
    put: "return state === 'aborted' ? ['scheduled', 'queued', 'inProgress'] : [];",
  },
  {
    name: 'a canceled job forgets the tasks that are made meanwhile',
    file: 'lib/restarts/job.ts',
    find: 'change(job, { state, endedAt: now, closingDueAt: now + CLOSE_AGAIN_AFTER_MS, lookAgainAt });',
    put: 'change(job, { state, endedAt: now, lookAgainAt });',
  },
];
