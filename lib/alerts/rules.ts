/**
 * Which events raise an alert, and which resolve one. An alert's id is made from its kind and subject, so that the
 * same event twice, or an event that overtakes another, concerns one and the same alert.
 */
import { fromIso } from '../clock.ts';
import type { DomainEvent, EventType } from '../events/model.ts';
import { derivedId, timeOf } from '../ids.ts';
import type { Alert, AlertKind } from './model.ts';

type Effect = { kind: AlertKind; subjectId: string };

type Rule = { raise?: AlertKind; resolve?: AlertKind };

const restartEnded: Record<string, AlertKind> = {
  failed: 'restartFailed',
  timedOut: 'restartTimedOut',
  expired: 'restartExpired',
};

const RULES: Partial<Record<EventType, (event: DomainEvent) => Rule>> = {
  AssistanceRequested: () => ({ raise: 'assistanceRequested' }),
  AssistanceApproved: () => ({ resolve: 'assistanceRequested' }),
  AssistanceDeclined: () => ({ resolve: 'assistanceRequested' }),
  AssistanceWithdrawn: () => ({ resolve: 'assistanceRequested' }),
  AssistanceEnded: () => ({ resolve: 'assistanceRequested' }),
  AssistanceRequestExpired: () => ({ raise: 'assistanceExpired', resolve: 'assistanceRequested' }),
  RestartTaskEnded: ({ detail }) => {
    const raise = restartEnded[detail.state ?? ''];
    return raise ? { raise } : {};
  },
  DeviceBack: () => ({ resolve: 'restartTimedOut' }),
};

export const ALERT_EVENT_TYPES = Object.keys(RULES) as EventType[];

const SEVERITIES: Record<AlertKind, Alert['severity']> = {
  assistanceRequested: 'info',
  assistanceUnanswered: 'warning',
  assistanceExpired: 'warning',
  restartFailed: 'warning',
  restartTimedOut: 'critical',
  restartExpired: 'info',
  connectorProblem: 'critical',
};

const title = (
  kind: AlertKind,
  { deviceName = 'A device', requesterName = 'Somebody', errorCode }: DomainEvent['detail'],
): string => {
  switch (kind) {
    case 'assistanceRequested':
      return `${requesterName} at ${deviceName} asks for help`;
    case 'assistanceUnanswered':
      return `${requesterName} at ${deviceName} still waits for help`;
    case 'assistanceExpired':
      return `Nobody answered ${requesterName} at ${deviceName} within 4 hours`;
    case 'restartFailed':
      return `The restart of ${deviceName} failed${errorCode === undefined ? '' : ` (${errorCode})`}`;
    case 'restartTimedOut':
      return `${deviceName} did not come back after its restart`;
    case 'restartExpired':
      return `${deviceName} did not take its restart in time`;
    case 'connectorProblem':
      return 'A connector needs attention';
  }
};

/** The alert of this kind that the event is about, as it is when it is raised. */
const alertOf = ({ kind, subjectId }: Effect, { detail }: DomainEvent): Alert => ({
  id: derivedId('alr', timeOf(subjectId), `${kind} ${subjectId}`),
  kind,
  severity: SEVERITIES[kind],
  subject: { type: subjectId.startsWith('req_') ? 'assistanceRequest' : 'restartTask', id: subjectId },
  ...(detail.deviceId !== undefined && { deviceId: detail.deviceId }),
  ...(detail.deviceName !== undefined && { deviceName: detail.deviceName }),
  title: title(kind, detail),
  state: 'active',
  raisedAt: fromIso(detail.occurredAt),
});

/** @returns the alert to raise and the one to resolve, where the event has any */
export const alertEffects = (event: DomainEvent): { raise?: Alert; resolve?: Alert } => {
  const { raise, resolve } = RULES[event.type]?.(event) ?? {};
  const subjectId = event.detail.taskId ?? event.detail.id;
  return {
    ...(raise && { raise: alertOf({ kind: raise, subjectId }, event) }),
    ...(resolve && { resolve: alertOf({ kind: resolve, subjectId }, event) }),
  };
};
