/**
 * When the sweep must look at a request next: the one place that says so. What waits for time alone is in one lane, what
 * may need a call to a connector in another, so that a provider that hangs keeps no deadline waiting.
 */
import { type Instant, MINUTE } from '../clock.ts';
import { keepsSessions } from '../connectors/sessions.ts';
import { nextClimbAt } from './climb.ts';
import type { AssistanceRequest, ExpiredRequest, Openings } from './model.ts';
import { isOpen } from './request.ts';

/** `time`: nothing but the clock decides. `sessions`: a connector is asked. */
export type DueLane = 'time' | 'sessions';

export type Due = { readonly at: Instant; readonly lane: DueLane };

/** How long a session goes unwatched: what its provider ended is seen within five minutes, the sweep's own one included. */
export const FOLLOW_UP_MS = 3.5 * MINUTE;

/** For looking at an open session again: when it is asked after, or over. */
export const followUpAt = ({ session }: AssistanceRequest, now: Instant): Instant =>
  Math.min(
    session && keepsSessions(session.connector) ? now + FOLLOW_UP_MS : Number.POSITIVE_INFINITY,
    session?.validUntil ?? Number.POSITIVE_INFINITY,
  );

const lostSessions = (opening: Openings = {}): Instant => Math.min(...Object.values(opening));

const inLane = (lane: DueLane, at: Instant): Due | undefined => (Number.isFinite(at) ? { at, lane } : undefined);

/** While a request is pending, an attempt that was lost is left to the next approval, which finds its session. */
export const dueOf = (request: AssistanceRequest): Due | undefined =>
  request.state === 'pending'
    ? inLane(
        'time',
        Math.min(nextClimbAt(request) ?? Number.POSITIVE_INFINITY, request.expiresAt ?? Number.POSITIVE_INFINITY),
      )
    : inLane(
        'sessions',
        Math.min(
          isOpen(request) ? followUpAt(request, request.changedAt) : (request.closeAt ?? Number.POSITIVE_INFINITY),
          lostSessions(request.opening),
        ),
      );

export const dueOfExpired = ({ opening }: ExpiredRequest): Due | undefined => inLane('sessions', lostSessions(opening));
