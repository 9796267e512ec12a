/**
 * Which events raise an alert, and which resolve one. An alert's id is made from its kind and subject, so that the
 * same event twice, or an event that overtakes another, concerns one and the same alert. What a later event of the
 * same device ends (it restarted after all; the person asked again) is found by its device and cause instead.
 */
import type { Severity } from '../api/alerts.ts';
import { DAY, fromIso, type Instant } from '../clock.ts';
import { type SharingReason, sharingLevel } from '../devices/sharing.ts';
import type { DomainEvent, EventDetail, EventType } from '../events/model.ts';
import { derivedId, type Id, timeOf } from '../ids.ts';
import { overtaken, type Resolution } from './alert.ts';
import type { Alert, AlertKind } from './model.ts';
import { dataOf, resolutionOf, titleOf } from './words.ts';

/** What a device's alert comes from, where a later event of the device ends it. */
export type Cause = 'restart' | 'assistance' | 'credential';

export const CAUSES: Partial<Record<AlertKind, Cause>> = {
  restartFailed: 'restart',
  restartTimedOut: 'restart',
  restartExpired: 'restart',
  assistanceExpired: 'assistance',
  credentialShared: 'credential',
};

/** There is nothing left to do about it, and after this nothing to look at. */
const RESOLVES_AFTER_MS: Partial<Record<AlertKind, number>> = { assistanceExpired: DAY, deviceReplaced: DAY };

type Rule = { raise?: AlertKind; resolve?: readonly AlertKind[]; clear?: readonly Cause[] };

const restartEnded: Record<string, Rule> = {
  failed: { raise: 'restartFailed' },
  timedOut: { raise: 'restartTimedOut' },
  expired: { raise: 'restartExpired' },
  succeeded: { clear: ['restart'] },
};

/** Only a request that has climbed has the second alert. */
const answered = ({ detail }: DomainEvent): Rule => ({
  resolve: ['assistanceRequested', ...(detail.level === undefined ? [] : (['assistanceUnanswered'] as const))],
});

const RULES: Partial<Record<EventType, (event: DomainEvent) => Rule>> = {
  AssistanceRequested: () => ({ raise: 'assistanceRequested', clear: ['assistance'] }),
  AssistanceUnanswered: () => ({ raise: 'assistanceUnanswered' }),
  AssistanceApproved: answered,
  AssistanceDeclined: answered,
  AssistanceWithdrawn: answered,
  AssistanceEnded: answered,
  AssistanceRequestExpired: (event) => ({ raise: 'assistanceExpired', ...answered(event) }),
  RestartTaskEnded: ({ detail }) => restartEnded[detail.state ?? ''] ?? {},
  DeviceBack: () => ({ resolve: ['restartTimedOut'] }),
  DeviceRetired: ({ detail }) => ({
    clear: ['restart', 'assistance', 'credential'],
    ...(detail.replacedBy !== undefined && { raise: 'deviceReplaced' }),
  }),
  DeviceCredentialShared: ({ detail }) =>
    detail.reason === undefined ? { resolve: ['credentialShared'] } : { raise: 'credentialShared' },
  ConnectorChanged: ({ detail: { problem, problemSince } }) => {
    if (problemSince === undefined) return {};
    return problem === undefined ? { resolve: ['connectorProblem'] } : { raise: 'connectorProblem' };
  },
};

export const ALERT_EVENT_TYPES = Object.keys(RULES) as EventType[];

const FIXED: Record<Exclude<AlertKind, 'assistanceUnanswered' | 'credentialShared'>, Severity> = {
  assistanceRequested: 'info',
  assistanceExpired: 'warning',
  restartFailed: 'warning',
  restartTimedOut: 'critical',
  restartExpired: 'info',
  connectorProblem: 'critical',
  deviceReplaced: 'info',
};

const CLIMBING: readonly Severity[] = ['info', 'warning', 'critical'];

/** Whoever has a dead credential can do nothing with it. Two who have a live one cannot be told apart. */
const SHARING: Record<SharingReason, Severity> = { alternating: 'warning', replaced: 'warning', retired: 'info' };

const severityOf = (kind: AlertKind, { level = 1, reason = 'alternating' }: EventDetail): Severity => {
  if (kind === 'credentialShared') return SHARING[reason];
  return kind === 'assistanceUnanswered' ? (CLIMBING[level - 1] ?? 'critical') : FIXED[kind];
};

/** How often it has climbed. What shows more of a shared credential is told once more, too. */
const levelOf = (kind: AlertKind, { level = 1, reason }: EventDetail): number | undefined => {
  if (kind === 'credentialShared') return reason && sharingLevel(reason);
  return kind === 'assistanceUnanswered' ? level : undefined;
};

const SUBJECTS: Record<string, string> = { req: 'assistanceRequest', tsk: 'restartTask', dev: 'device' };

/** A connector's alert is of one problem, from when it began, and so is that of a shared credential. */
const identityOf = (kind: AlertKind, { id, taskId, name, problemSince, sharedSince }: EventDetail) => {
  if (kind === 'credentialShared') {
    const began = fromIso(sharedSince ?? '');
    return { subject: { type: 'device', id }, began, seed: `${kind} ${id} ${began}` };
  }
  if (kind === 'connectorProblem') {
    const began = fromIso(problemSince ?? '');
    return { subject: { type: 'connector', id: name ?? id }, began, seed: `${kind} ${name ?? id} ${began}` };
  }
  const subjectId = taskId ?? id;
  return {
    subject: { type: SUBJECTS[subjectId.slice(0, 3)] ?? 'other', id: subjectId },
    began: timeOf(subjectId),
    seed: `${kind} ${subjectId}`,
  };
};

/** The alert of this kind that the event is about, as it is when it is raised. */
const alertOf = (kind: AlertKind, { detail }: DomainEvent): Alert => {
  const { subject, began, seed } = identityOf(kind, detail);
  const raisedAt = fromIso(detail.occurredAt);
  const resolvesAfter = RESOLVES_AFTER_MS[kind];
  const level = levelOf(kind, detail);
  return {
    id: derivedId('alr', began, seed),
    version: 1,
    kind,
    severity: severityOf(kind, detail),
    ...(level !== undefined && { level }),
    subject,
    ...(detail.deviceId !== undefined && { deviceId: detail.deviceId }),
    ...(detail.deviceName !== undefined && { deviceName: detail.deviceName }),
    title: titleOf(kind, detail),
    data: dataOf(kind, detail),
    state: 'active',
    raisedAt,
    changedAt: raisedAt,
    ...(resolvesAfter !== undefined && { resolvesAt: raisedAt + resolvesAfter }),
  };
};

export type Effects = {
  raise?: Alert;
  /** The alerts to resolve, each as it is kept where it was not raised yet. */
  resolve: readonly Alert[];
  /** The causes of the device's alerts that are gone at that time. */
  clear?: { readonly deviceId: Id; readonly causes: readonly Cause[]; readonly at: Instant };
  resolution: Resolution;
};

export const alertEffects = (event: DomainEvent): Effects => {
  const { raise, resolve = [], clear } = RULES[event.type]?.(event) ?? {};
  const { deviceId, occurredAt } = event.detail;
  const resolution: Resolution = { at: fromIso(occurredAt), words: resolutionOf(event) };
  return {
    ...(raise && { raise: alertOf(raise, event) }),
    resolve: resolve.map((kind) => overtaken(alertOf(kind, event), resolution)),
    ...(clear && deviceId !== undefined && { clear: { deviceId, causes: clear, at: resolution.at } }),
    resolution,
  };
};
