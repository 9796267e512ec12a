/**
 * Plants bugs into the product's rules, one at a time, and has the model look for each: a model that finds none of them
 * would find no bug of ours either. `node test/model/mutants.ts` ends with 1 where one is not caught.
 */
import { registerHooks } from 'node:module';
import { explore, type Model } from './run.ts';

type Mutant = { readonly name: string; readonly file: string; readonly find: string; readonly put: string };

const RESTART_MUTANTS: readonly Mutant[] = [
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

const ASSISTANCE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a request is gone a millisecond too late',
    file: 'lib/assistance/request.ts',
    find: 'request.expiresAt !== undefined && now >= request.expiresAt;',
    put: 'request.expiresAt !== undefined && now > request.expiresAt;',
  },
  {
    name: 'an admin sees an expired request until it is deleted',
    file: 'lib/assistance/admin.ts',
    find: "if (!request || isExpired(request, clock())) throw notFound('assistance request');",
    put: "if (!request) throw notFound('assistance request');",
  },
  {
    name: 'another device learns of an expired request',
    file: 'lib/assistance/person.ts',
    find: "throw gone.deviceId === device.id ? expired() : anothers('assistance request');",
    put: 'throw expired();',
  },
  {
    name: 'a device changes the request of another',
    file: 'lib/assistance/person.ts',
    find: "  if (request.deviceId !== device.id) throw anothers('assistance request');\n",
    put: '',
  },
  {
    name: 'a device that never got an answer may not ask again',
    file: 'lib/devices/model.ts',
    find: 'return open && (open.expiresAt === undefined || now < open.expiresAt) ? open.requestId : undefined;',
    put: 'return open?.requestId;',
  },
  {
    name: 'two admins approve at once',
    file: 'lib/assistance/opening.ts',
    find: 'Object.values(opening).some((until) => now < until);',
    put: 'Object.values(opening).some((until) => now > until);',
  },
  {
    name: 'a session whose answer was lost is not looked for',
    file: 'lib/assistance/approve.ts',
    find: 'const mayExist = before.opening?.[connector.name] !== undefined;',
    put: 'const mayExist = false;',
  },
  {
    name: 'a provider that did not answer is taken to have done nothing',
    file: 'lib/assistance/approve.ts',
    find: "mayExist || !(error instanceof ConnectorFailure) || error.kind === 'unavailable';",
    put: 'mayExist || !(error instanceof ConnectorFailure);',
  },
  {
    name: 'a failed attempt keeps others from approving',
    file: 'lib/assistance/approve.ts',
    find: '    await release(deps, attempt, mayHaveLeft(error, attempt));\n',
    put: '',
  },
  {
    name: 'what another connector may have left is forgotten',
    file: 'lib/assistance/request.ts',
    find: '  return { ...approved, ...otherOpenings(request, session) };',
    put: '  return approved;',
  },
  {
    name: 'a session is not closed with its request',
    file: 'lib/assistance/request.ts',
    find: '  return isOpen(after) || !hasProviderSession(after) ? after : { ...after, closeAt: now + CLOSE_AFTER_MS };',
    put: '  return after;',
  },
  {
    name: 'a session that could not be closed is not closed later',
    file: 'lib/assistance/request.ts',
    find: '  return { ...after, closeAt: Math.round(now + pause) };',
    put: '  return after;',
  },
  {
    name: 'who is connected can still refuse',
    file: 'lib/assistance/request.ts',
    find: "change(request, ['approved'], 'refused', now",
    put: "change(request, ['approved', 'connected'], 'refused', now",
  },
  {
    name: 'an approved request can be withdrawn',
    file: 'lib/assistance/request.ts',
    find: "change(request, ['pending'], 'withdrawn', now",
    put: "change(request, ['pending', 'approved'], 'withdrawn', now",
  },
  {
    name: 'the same consent again is refused',
    file: 'lib/assistance/request.ts',
    find: "  if (request.state === (accepted ? 'connected' : 'refused')) return request;\n",
    put: '',
  },
  {
    name: 'retiring leaves the request of the device open',
    file: 'lib/devices/devices.ts',
    find: '    ...(request && isRequestOpen(request) && { request: { before: request, after: endForRetirement(request, now) } }),\n',
    put: '',
  },
  {
    name: 'a device asks once too often in an hour',
    file: 'lib/devices/allowance.ts',
    find: 'if (before.uses < perHour)',
    put: 'if (before.uses <= perHour)',
  },
  {
    name: 'a request climbs a moment too late',
    file: 'lib/assistance/climb.ts',
    find: '(request.climbsAt ?? []).filter((at) => at <= now).length;',
    put: '(request.climbsAt ?? []).filter((at) => at < now).length;',
  },
  {
    name: 'every change of a pending request is told as a climb',
    file: 'lib/assistance/events.ts',
    find: '(after.level ?? 0) > (before.level ?? 0)',
    put: '(after.level ?? 0) >= (before.level ?? 0)',
  },
  {
    name: 'what expired is not published',
    file: 'lib/assistance/events.ts',
    find: "  if (before?.state !== 'pending') return [];",
    put: "  if (before?.state !== 'approved') return [];",
  },
  {
    name: 'a session that its provider ended goes unnoticed for half an hour',
    file: 'lib/assistance/due.ts',
    find: 'export const FOLLOW_UP_MS = 3.5 * MINUTE;',
    put: 'export const FOLLOW_UP_MS = 35 * MINUTE;',
  },
  {
    name: 'a session that goes on is ended',
    file: 'lib/assistance/follow-up.ts',
    find: 'session.code !== undefined && over.has(session.code);',
    put: "session.code !== undefined || over.has('');",
  },
  {
    name: 'an alert is not resolved when its request is withdrawn',
    file: 'lib/alerts/rules.ts',
    find: '  AssistanceWithdrawn: answered,\n',
    put: '',
  },
  {
    name: 'an event that comes twice tells the admins twice',
    file: 'lib/alerts/alert.ts',
    find: '(alert.level ?? 0) <= (kept.level ?? 0)',
    put: '(alert.level ?? 0) < (kept.level ?? 0)',
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

/** @param file of the model that is to catch it */
const findDifference = async (planted: Mutant, file: string, index: number): Promise<string | undefined> => {
  mutant = planted;
  const { model } = (await import(`${file}?mutant=${index}`)) as { model: Model<unknown> };
  return (await explore(model, { commands: COMMANDS, seed: 1, shrink: false })).difference;
};

const ALL = [
  ...RESTART_MUTANTS.map((planted) => ({ planted, file: './restart-model.ts' })),
  ...ASSISTANCE_MUTANTS.map((planted) => ({ planted, file: './assistance-model.ts' })),
];

let missed = 0;
for (const [index, { planted, file }] of ALL.entries()) {
  const difference = await findDifference(planted, file, index);
  if (difference === undefined) missed += 1;
  const [reason = ''] = difference?.split('\n') ?? ['NOT CAUGHT'];
  process.stdout.write(`${planted.name}: ${reason}\n`);
}
process.stdout.write(`${ALL.length - missed} of ${ALL.length} planted bugs caught\n`);
process.exit(missed === 0 ? 0 : 1);
