/**
 * The rules of an assistance request: each change as a pure function from the request before to the request after.
 * Unanswered for four hours it is gone, whether or not anything has deleted it yet.
 */

import type { Actor } from '../actor.ts';
import { invalidState, ProblemError } from '../api/problem.ts';
import { HOUR, type Instant, MINUTE } from '../clock.ts';
import { keepsSessions } from '../connectors/sessions.ts';
import type { Id } from '../ids.ts';
import {
  type AssistanceRequest,
  type AssistanceState,
  type EndReason,
  type Session,
  UNANSWERED_FOR_MS,
} from './model.ts';
import { withoutWaysIn } from './session.ts';

export type Call = {
  deviceId: Id;
  deviceName: string;
  message: string;
  requester: { name: string; email?: string | undefined };
  rustdeskId?: string | undefined;
  /** The request by which help is asked for. */
  correlationId?: string | undefined;
};

export const newRequest = (call: Call, id: Id, now: Instant): AssistanceRequest => ({
  id,
  version: 1,
  changedAt: now,
  deviceId: call.deviceId,
  deviceName: call.deviceName,
  message: call.message,
  requester: {
    name: call.requester.name,
    ...(call.requester.email !== undefined && { email: call.requester.email }),
  },
  ...(call.rustdeskId !== undefined && { rustdeskId: call.rustdeskId }),
  ...(call.correlationId !== undefined && { correlationId: call.correlationId }),
  state: 'pending',
  createdAt: now,
  expiresAt: now + UNANSWERED_FOR_MS,
});

export const isExpired = (request: AssistanceRequest, now: Instant): boolean =>
  request.state === 'pending' && request.expiresAt !== undefined && now >= request.expiresAt;

export const OPEN_STATES: readonly AssistanceState[] = ['pending', 'approved', 'connected'];

export const isOpen = (request: AssistanceRequest): boolean => OPEN_STATES.includes(request.state);

export const expired = (): ProblemError =>
  new ProblemError('expired', 'Nobody answered the request within 4 hours, so it is gone.');

/** @throws ProblemError `expired`, `invalid_state` */
export const assertIn = (
  request: AssistanceRequest,
  states: readonly AssistanceState[],
  doing: string,
  now: Instant,
): void => {
  if (isExpired(request, now)) throw expired();
  if (!states.includes(request.state)) {
    throw invalidState(`The request is ${request.state}, so it cannot be ${doing}.`, request.state);
  }
};

const change = (
  request: AssistanceRequest,
  from: readonly AssistanceState[],
  doing: string,
  now: Instant,
  changes: Partial<AssistanceRequest> & { state: AssistanceState },
): AssistanceRequest => {
  assertIn(request, from, doing, now);
  const { expiresAt: _, ...answered } = request;
  const after = { ...answered, ...changes, version: request.version + 1, changedAt: now };
  return isOpen(after) ? after : over(after, now);
};

/** The ways in are gone from it, and a session at a provider is to be closed. */
const over = ({ rustdeskId: _, session, ...request }: AssistanceRequest, now: Instant): AssistanceRequest => ({
  ...request,
  ...(session && { session: withoutWaysIn(session) }),
  ...(session && keepsSessions(session.connector) && { closeAt: now + CLOSE_AFTER_MS }),
});

/** An event has the session closed at once; if that fails, the sweep does it from then on. */
const CLOSE_AFTER_MS = MINUTE;

/** A session that its provider gives no end has this one, so that nothing shows as connected for ever. */
const SESSION_LIMIT_MS = 12 * HOUR;

/** The attempts without that of the connector whose session the request now has. */
const otherOpenings = (
  { opening = {} }: AssistanceRequest,
  { connector }: Session,
): Pick<AssistanceRequest, 'opening'> => {
  const { [connector]: _, ...others } = opening;
  return Object.keys(others).length > 0 ? { opening: others } : {};
};

/** Each of these throws ProblemError `expired` after the four hours, `invalid_state` where its state rules it out. */
export const approve = (request: AssistanceRequest, session: Session, by: Actor, now: Instant): AssistanceRequest => {
  const { opening: _, ...approved } = change(request, ['pending'], 'approved', now, {
    state: 'approved',
    approvedAt: now,
    approvedBy: by.name,
    approvedById: by.id,
    session: { validUntil: now + SESSION_LIMIT_MS, ...session },
  });
  return { ...approved, ...otherOpenings(request, session) };
};

export const decline = (request: AssistanceRequest, reason: string, by: Actor, now: Instant): AssistanceRequest =>
  change(request, ['pending'], 'declined', now, {
    state: 'declined',
    endedAt: now,
    endedBy: by.name,
    declineReason: reason,
  });

export const withdraw = (request: AssistanceRequest, now: Instant): AssistanceRequest =>
  change(request, ['pending'], 'withdrawn', now, { state: 'withdrawn', endedAt: now });

/** Accepting again changes nothing: the first answer may have been lost. */
export const consent = (request: AssistanceRequest, accepted: boolean, now: Instant): AssistanceRequest => {
  if (request.state === (accepted ? 'connected' : 'refused')) return request;
  return accepted
    ? change(request, ['approved'], 'consented to', now, { state: 'connected', connectedAt: now })
    : change(request, ['approved'], 'refused', now, { state: 'refused', endedAt: now });
};

export const end = (request: AssistanceRequest, reason: EndReason, now: Instant, by?: Actor): AssistanceRequest =>
  change(request, ['approved', 'connected'], 'ended', now, {
    state: 'ended',
    endedAt: now,
    endReason: reason,
    ...(by && { endedBy: by.name }),
  });

/** The provider has ended the session: there is nothing to close. */
export const endWithSession = (request: AssistanceRequest, now: Instant): AssistanceRequest => {
  const { closeAt: _, ...ended } = end(request, 'sessionExpired', now);
  return ended;
};

/** A provider does not end a session by itself for longer than it is valid, or than this. */
const CLOSE_FOR_MS = HOUR;

/** The session could not be closed: when to try again, ever more rarely, until it must be over by itself. */
export const closeLater = ({ closeAt: _, ...request }: AssistanceRequest, now: Instant): AssistanceRequest => {
  const { endedAt = request.changedAt, session } = request;
  const after = { ...request, version: request.version + 1, changedAt: now };
  if (now >= Math.max(session?.validUntil ?? 0, endedAt + CLOSE_FOR_MS)) return after;
  const pause = Math.min(Math.max((now - endedAt) / 2, MINUTE), 30 * MINUTE);
  return { ...after, closeAt: Math.round(now + pause) };
};

export const closed = ({ closeAt: _, ...request }: AssistanceRequest, now: Instant): AssistanceRequest => ({
  ...request,
  version: request.version + 1,
  changedAt: now,
});

export const endForRetirement = (request: AssistanceRequest, now: Instant): AssistanceRequest =>
  change(request, OPEN_STATES, 'ended', now, { state: 'ended', endedAt: now, endReason: 'deviceRetired' });
