/** Every change that the rules can make to an entity, for what follows from changes: events, messages, alerts. */
import type { AssistanceRequest } from '../../../lib/assistance/model.ts';
import { approve, consent, decline, end, endForRetirement, withdraw } from '../../../lib/assistance/request.ts';
import type { RestartTask } from '../../../lib/restarts/model.ts';
import { cancel, failUndelivered, onTime, postpone, remove, report, succeed } from '../../../lib/restarts/task.ts';
import { ANNA, BOOT_1, BOOT_2, pendingRequest, requestIn, SESSION, taskIn } from './fixtures.ts';
import { HOUR, MINUTE, T0 } from './time.ts';

export type Transition<T> = { name: string; before: T | undefined; after: T | undefined };

/** The moment of each change. */
export const CHANGED_AT = T0 + MINUTE;

const NOW = CHANGED_AT;

const step = <T>(name: string, before: T | undefined, after: T | undefined): Transition<T> => ({ name, before, after });

const pending = pendingRequest();
const approved = requestIn('approved');
const connected = requestIn('connected');

export const REQUEST_TRANSITIONS: Transition<AssistanceRequest>[] = [
  step('requested', undefined, pending),
  step('approved', pending, approve(pending, SESSION, ANNA, NOW)),
  step('declined', pending, decline(pending, 'the secret decline reason', ANNA, NOW)),
  step('withdrawn', pending, withdraw(pending, NOW)),
  step('consented', approved, consent(approved, true, NOW)),
  step('refused', approved, consent(approved, false, NOW)),
  step('ended by an admin', connected, end(connected, 'adminEnded', NOW, ANNA)),
  step('ended by the person', connected, end(connected, 'userEnded', NOW)),
  step('retired while pending', pending, endForRetirement(pending, NOW)),
  step('expired', pending, undefined),
  step('forgotten after its time', requestIn('ended'), undefined),
];

const queued = taskIn('queued');
const inProgress = taskIn('inProgress', { maxPostponements: 1, mayReject: true });
const canceling = taskIn('canceling');
const failure = { code: 'denied', message: 'the secret error message' };

export const TASK_TRANSITIONS: Transition<RestartTask>[] = [
  step('ordered for now', undefined, taskIn('queued', { version: 1 })),
  step('ordered for later', undefined, taskIn('scheduled', { version: 1 })),
  step('given to a device that was retired', undefined, taskIn('removed', { version: 2 })),
  step('its time came', taskIn('scheduled'), onTime(taskIn('scheduled'), T0 + HOUR)),
  step('acknowledged', queued, { ...taskIn('inProgress'), version: queued.version + 1, changedAt: NOW }),
  step('expired', queued, onTime(queued, queued.acknowledgeBy)),
  step('never acknowledged', queued, failUndelivered(queued, queued.version, NOW)),
  step('canceled while it waited', queued, cancel(queued, NOW)),
  step('postponed', inProgress, postpone(inProgress, 10, NOW)),
  step('succeeded', inProgress, succeed(inProgress, NOW)),
  step('failed', inProgress, report(inProgress, { outcome: 'failed', bootId: BOOT_1, error: failure }, NOW)),
  step('rejected', inProgress, report(inProgress, { outcome: 'rejected', bootId: BOOT_1 }, NOW)),
  step('to be canceled', inProgress, cancel(inProgress, NOW)),
  step('did not come back', inProgress, onTime(inProgress, inProgress.returnBy ?? 0)),
  step('canceled by its agent', canceling, report(canceling, { outcome: 'canceled', bootId: BOOT_1 }, NOW)),
  step('too late to cancel', canceling, report(canceling, { outcome: 'succeeded', bootId: BOOT_2 }, NOW)),
  step('removed', inProgress, remove(inProgress, NOW)),
  step('forgotten after its time', taskIn('succeeded'), undefined),
];

/** What no event may carry: links, codes, tokens, what people wrote. */
export const SECRETS = [
  SESSION.supporterLink,
  SESSION.endCustomerLink ?? '',
  SESSION.code ?? '',
  SESSION.note ?? '',
  'the secret message text',
  'the secret decline reason',
  'the secret error message',
  'rita@example.com',
  '987654321',
];
