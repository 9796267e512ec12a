/**
 * Plants bugs into the product's rules, one at a time, and has the model look for each: a model that finds none of them
 * would find no bug of ours either. `node test/model/mutants.ts` ends with 1 where one is not caught.
 */
import { registerHooks } from 'node:module';

type Mutant = { readonly name: string; readonly file: string; readonly find: string; readonly put: string };

const MUTANTS: readonly Mutant[] = [
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
    find: 'change(job, { state, endedAt: now, closingDueAt: now + CLOSE_AGAIN_AFTER_MS });',
    put: 'change(job, { state, endedAt: now });',
  },
];

/** How long the model looks for one. */
const COMMANDS = 30_000;

let mutant: Mutant | undefined;

const QUERY = /\?mutant=\d+$/;

registerHooks({
  // A mutant has its own copy of every module of the project, so that each copy is of one mind.
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    const query = QUERY.exec(context.parentURL ?? '')?.[0];
    return query !== undefined && specifier.startsWith('.') ? { ...resolved, url: resolved.url + query } : resolved;
  },
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!mutant || !QUERY.test(url) || !url.replace(QUERY, '').endsWith(mutant.file)) return loaded;
    const source = String(loaded.source);
    if (source.split(mutant.find).length !== 2) throw new Error(`${mutant.file} has not once: ${mutant.find}`);
    return { ...loaded, source: source.replace(mutant.find, () => mutant?.put ?? '') };
  },
});

let missed = 0;
for (const [index, planted] of MUTANTS.entries()) {
  mutant = planted;
  const { findDifference } = (await import(`./run.ts?mutant=${index}`)) as typeof import('./run.ts');
  const difference = await findDifference({ commands: COMMANDS, seed: 1, shrink: false });
  if (difference === undefined) missed += 1;
  const [reason = ''] = difference?.split('\n') ?? ['NOT CAUGHT'];
  process.stdout.write(`${planted.name}: ${reason}\n`);
}
process.stdout.write(`${MUTANTS.length - missed} of ${MUTANTS.length} planted bugs caught\n`);
process.exit(missed === 0 ? 0 : 1);
