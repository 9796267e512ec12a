/** A device's timeline: what happened to it, one entry for each event that concerns it. */
import type * as api from '../api/devices.ts';
import { fromIso } from '../clock.ts';
import { type DomainEvent, EVENT_TYPES, type EventType, eventId } from '../events/model.ts';
import { derivedId, type Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import { dataOf } from './data.ts';

export type TimelineEntry = api.TimelineEntry & { readonly deviceId: Id };

export type TimelineRepository = {
  /** The same entry again changes nothing. */
  add(entry: TimelineEntry): Promise<void>;
  /** Newest first. */
  list(deviceId: Id, request: PageRequest): Promise<Page<api.TimelineEntry>>;
};

/** Of no device; of a shared credential the timeline has the alert. */
const LEFT_OUT: readonly EventType[] = ['RestartJobEnded', 'ConnectorChanged', 'DeviceCredentialShared'];

export const TIMELINE_EVENT_TYPES: EventType[] = EVENT_TYPES.filter((type) => !LEFT_OUT.includes(type));

const END_REASONS: Record<string, string> = {
  adminEnded: 'by the admin',
  userEnded: 'by the person at the PC',
  sessionExpired: 'as it was closed at the provider or its time was over',
  deviceRetired: 'as the device was retired',
};

const title = ({ type, detail }: DomainEvent): string => {
  const { requesterName = 'Somebody', actor = 'An admin', endReason = '', state = '', errorCode } = detail;
  switch (type) {
    case 'AssistanceRequested':
      return `${requesterName} asked for help`;
    case 'AssistanceUnanswered':
      return `${requesterName} has waited for help for ${detail.waitedMinutes ?? 0} minutes`;
    case 'AssistanceApproved':
      return `${actor} approved the request for help`;
    case 'AssistanceConnected':
      return `${requesterName} consented; the session began`;
    case 'AssistanceEnded':
      return `The session ended${END_REASONS[endReason] ? `, ${END_REASONS[endReason]}` : ''}`;
    case 'AssistanceDeclined':
      return `${actor} declined the request for help`;
    case 'AssistanceRefused':
      return `${requesterName} did not consent`;
    case 'AssistanceWithdrawn':
      return `${requesterName} withdrew the request for help`;
    case 'AssistanceRequestExpired':
      return 'Nobody answered the request for help within 4 hours';
    case 'RestartTaskQueued':
      return `A restart that ${detail.actor ?? 'an admin'} ordered was sent to the device`;
    case 'RestartTaskAcknowledged':
      return 'The device took the restart on';
    case 'RestartTaskEnded':
      return `The restart ended: ${state}${errorCode === undefined ? '' : ` (${errorCode})`}`;
    case 'DeviceEnrolled':
      return 'The device was enrolled';
    case 'DeviceRetired':
      if (detail.replacedBy !== undefined) return 'Another device enrolled in its place, with its serial number';
      return detail.actor ? `${detail.actor} retired the device` : 'The device was retired';
    case 'DeviceBack':
      return 'The device is back online';
    case 'DeviceCredentialRotated':
      return 'The device uses a new credential; the one before is dead';
    default:
      return type;
  }
};

/** What the person at the PC does, where no admin is named. */
const BY_THE_PERSON: readonly EventType[] = [
  'AssistanceRequested',
  'AssistanceConnected',
  'AssistanceRefused',
  'AssistanceWithdrawn',
];

const actorOf = ({ type, detail }: DomainEvent): string | undefined => {
  const isPersons = BY_THE_PERSON.includes(type) || (type === 'AssistanceEnded' && detail.endReason === 'userEnded');
  return detail.actor ?? (isPersons ? detail.requesterName : undefined);
};

const SUBJECTS: Record<string, string> = { req: 'assistanceRequest', tsk: 'restartTask', dev: 'device' };

/** @returns `undefined` for an event that concerns no device */
export const timelineEntry = (event: DomainEvent): TimelineEntry | undefined => {
  const { id, deviceId, occurredAt } = event.detail;
  if (deviceId === undefined) return undefined;
  const at = fromIso(occurredAt);
  const actor = actorOf(event);
  return {
    id: derivedId('evt', at, eventId(event)),
    deviceId,
    occurredAt,
    kind: event.type,
    title: title(event),
    data: dataOf(event.type, event.detail),
    ...(actor !== undefined && { actor }),
    subject: { type: SUBJECTS[id.slice(0, 3)] ?? 'other', id },
  };
};
