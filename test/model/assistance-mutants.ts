/** Bugs in the rules of assistance, each of which the model must find. */
import type { Mutant } from './mutant.ts';

export const ASSISTANCE_MUTANTS: readonly Mutant[] = [
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
    find: '  ...(session && keepsSessions(session.connector) && { closeAt: now + CLOSE_AFTER_MS }),\n',
    put: '',
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
    file: 'lib/devices/retirement.ts',
    find: '    ...(request && isRequestOpen(request) && { request: { before: request, after: endForRetirement(request, now) } }),\n',
    put: '',
  },
  {
    name: 'a device asks once too often in an hour',
    file: 'lib/devices/allowance.ts',
    find: 'before.uses < perHour ?',
    put: 'before.uses <= perHour ?',
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
