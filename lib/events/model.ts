/**
 * The events that the stack publishes. They are made from committed changes only, and carry the subject's id and
 * version, by which a consumer knows one that it has seen. Never in an event: links, tokens, messages' text.
 */
import type { Cause } from '../cause.ts';
import { type Instant, iso } from '../clock.ts';
import type { SharingReason } from '../devices/sharing.ts';

export const EVENT_TYPES = [
  'AssistanceRequested',
  'AssistanceUnanswered',
  'AssistanceApproved',
  'AssistanceConnected',
  'AssistanceEnded',
  'AssistanceDeclined',
  'AssistanceRefused',
  'AssistanceWithdrawn',
  'AssistanceRequestExpired',
  'RestartTaskQueued',
  'RestartTaskAcknowledged',
  'RestartTaskEnded',
  'RestartJobEnded',
  'DeviceEnrolled',
  'DeviceRetired',
  'DeviceBack',
  'DeviceCredentialRotated',
  'DeviceCredentialShared',
  'ConnectorChanged',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_SOURCE = 'remote-assist';

/** `id` and `version` are the subject's; the rest are its public fields, and which request the change follows from. */
export type EventDetail = Cause & {
  id: string;
  version: number;
  occurredAt: string;
  deviceId?: string;
  deviceName?: string;
  state?: string;
  jobId?: string;
  taskId?: string;
  requesterName?: string;
  actor?: string;
  endReason?: string;
  errorCode?: string;
  /** How often an unanswered request has climbed; absent while it has not. */
  level?: number;
  /** For how long nobody had answered when it climbed to this level. */
  waitedMinutes?: number;
  /** What shows that two have a device's credential; absent where nothing has for a day. */
  reason?: SharingReason;
  /** When that was first seen. */
  sharedSince?: string;
  /** The device that took the place of this one. */
  replacedBy?: string;
  /** Of a connector, as are the three below. */
  name?: string;
  default?: boolean;
  /** What is wrong with it, for people; absent where all is well. */
  problem?: string;
  /** When its problem began; without `problem`, when the one began that is gone now. */
  problemSince?: string;
};

export type DomainEvent = { type: EventType; detail: EventDetail };

/** What a consumer drops a second delivery by. */
export const eventId = ({ type, detail }: DomainEvent): string => `${type}:${detail.id}#${detail.version}`;

export const domainEvent = (
  type: EventType,
  subject: { id: string; version: number },
  occurredAt: Instant,
  fields: Omit<EventDetail, 'id' | 'version' | 'occurredAt'>,
): DomainEvent => ({
  type,
  detail: { id: subject.id, version: subject.version, occurredAt: iso(occurredAt), ...fields },
});
