/** The events that a committed change of an assistance request gives rise to. */
import { type DomainEvent, domainEvent, type EventType } from '../events/model.ts';
import { waitedMinutes } from './climb.ts';
import type { AssistanceRequest, AssistanceState } from './model.ts';

const TYPES: Record<AssistanceState, EventType> = {
  pending: 'AssistanceRequested',
  approved: 'AssistanceApproved',
  connected: 'AssistanceConnected',
  ended: 'AssistanceEnded',
  declined: 'AssistanceDeclined',
  withdrawn: 'AssistanceWithdrawn',
  refused: 'AssistanceRefused',
};

const publicFields = (request: AssistanceRequest) => ({
  deviceId: request.deviceId,
  deviceName: request.deviceName,
  requesterName: request.requester.name,
  ...(request.level !== undefined && { level: request.level }),
});

const actorOf = (request: AssistanceRequest): string | undefined =>
  request.state === 'approved' ? request.approvedBy : request.endedBy;

/** An amendment of a pending request is no news unless it climbed. */
const climbEvents = (before: AssistanceRequest, after: AssistanceRequest): DomainEvent[] =>
  (after.level ?? 0) > (before.level ?? 0)
    ? [
        domainEvent('AssistanceUnanswered', after, after.changedAt, {
          ...publicFields(after),
          state: after.state,
          waitedMinutes: waitedMinutes(after),
        }),
      ]
    : [];

/**
 * @param after absent where the request was deleted: a pending one has expired, whoever deleted it; another one had
 * been kept for as long as it should
 */
export const assistanceEvents = (
  before: AssistanceRequest | undefined,
  after: AssistanceRequest | undefined,
): DomainEvent[] => {
  if (after) {
    if (before?.state === after.state) return climbEvents(before, after);
    const actor = actorOf(after);
    return [
      domainEvent(TYPES[after.state], after, after.changedAt, {
        ...publicFields(after),
        state: after.state,
        ...(actor !== undefined && { actor }),
        ...(after.endReason !== undefined && { endReason: after.endReason }),
      }),
    ];
  }
  if (before?.state !== 'pending') return [];
  const gone = { id: before.id, version: before.version + 1 };
  return [domainEvent('AssistanceRequestExpired', gone, before.expiresAt ?? before.createdAt, publicFields(before))];
};
