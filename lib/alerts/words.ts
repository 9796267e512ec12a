/** What alerts say to people. Names come from devices and persons: whatever could forge another line is taken out. */
import type { DomainEvent, EventDetail } from '../events/model.ts';
import { oneLine } from '../one-line.ts';
import type { Alert, AlertData, AlertKind } from './model.ts';

const wait = (minutes = 0): string =>
  minutes % 60 === 0 && minutes > 0
    ? `${minutes / 60} ${minutes === 60 ? 'hour' : 'hours'}`
    : `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;

const sharedTitle = (device: string, reason: EventDetail['reason']): string => {
  if (reason === 'replaced')
    return `A credential of ${device} that was replaced is still used: by a copy or a restored PC`;
  if (reason === 'retired') return `${device} was retired, and its credential is still used`;
  return `Two machines use the credential of ${device}`;
};

const title = (kind: AlertKind, detail: EventDetail): string => {
  const { deviceName = 'A device', requesterName = 'Somebody', errorCode, name = 'A connector', problem } = detail;
  switch (kind) {
    case 'assistanceRequested':
      return `${requesterName} at ${deviceName} asks for help`;
    case 'assistanceUnanswered':
      return `${requesterName} at ${deviceName} has waited for help for ${wait(detail.waitedMinutes)}`;
    case 'assistanceExpired':
      return `Nobody answered ${requesterName} at ${deviceName} within 4 hours`;
    case 'restartFailed':
      return `The restart of ${deviceName} failed${errorCode === undefined ? '' : ` (${errorCode})`}`;
    case 'restartTimedOut':
      return `${deviceName} did not come back after its restart`;
    case 'restartExpired':
      return `${deviceName} did not take its restart in time`;
    case 'connectorProblem':
      return `The connector ${name} needs attention${problem === undefined ? '' : `: ${problem}`}`;
    case 'credentialShared':
      return sharedTitle(deviceName, detail.reason);
    case 'deviceReplaced':
      return `Another device enrolled in the place of ${deviceName}, with its serial number`;
  }
};

/** What of an event each kind's title words, by the name that clients know it by. */
const FACTS: Record<AlertKind, Readonly<Record<string, keyof EventDetail>>> = {
  assistanceRequested: { requesterName: 'requesterName' },
  assistanceUnanswered: { requesterName: 'requesterName', minutes: 'waitedMinutes' },
  assistanceExpired: { requesterName: 'requesterName' },
  restartFailed: { errorCode: 'errorCode' },
  restartTimedOut: {},
  restartExpired: {},
  connectorProblem: { connector: 'name', problem: 'problem' },
  credentialShared: { reason: 'reason' },
  deviceReplaced: { replacedBy: 'replacedBy' },
};

const factOf = (value: unknown): string | number | undefined =>
  typeof value === 'string' ? oneLine(value) : typeof value === 'number' ? value : undefined;

/** The facts that the title words, for clients that word them themselves. */
export const dataOf = (kind: AlertKind, detail: EventDetail): AlertData => {
  const data: Record<string, string | number> = {};
  for (const [fact, member] of Object.entries(FACTS[kind])) {
    const value = factOf(detail[member]);
    if (value !== undefined) data[fact] = value;
  }
  return data;
};

export const titleOf = (kind: AlertKind, detail: EventDetail): string => oneLine(title(kind, detail));

const resolution = ({ type, detail }: DomainEvent): string => {
  const { deviceName = 'The device', requesterName = 'Somebody', actor = 'An admin', name = '' } = detail;
  switch (type) {
    case 'AssistanceApproved':
      return `${actor} approved the request`;
    case 'AssistanceDeclined':
      return `${actor} declined the request`;
    case 'AssistanceWithdrawn':
      return `${requesterName} withdrew the request`;
    case 'AssistanceRequestExpired':
      return 'the request is gone after 4 hours';
    case 'AssistanceRequested':
      return `${requesterName} asked again`;
    case 'RestartTaskEnded':
      return `${deviceName} has restarted`;
    case 'DeviceBack':
      return `${deviceName} is back`;
    case 'DeviceRetired':
      return `${deviceName} was retired`;
    case 'DeviceCredentialShared':
      return 'nobody has used it for a day';
    case 'ConnectorChanged':
      return detail.state === 'onboarded'
        ? `the connector ${name} works again`
        : `the connector ${name} is disconnected`;
    default:
      return 'the request is over';
  }
};

export const resolutionOf = (event: DomainEvent): string => oneLine(resolution(event));

/** One line that says it all, for a subject or a message's beginning. */
export const headlineOf = ({ state, severity, title: text, resolution: words }: Alert): string =>
  state === 'resolved'
    ? `Resolved: ${text} (${words ?? 'its cause is gone'})`
    : `${severity === 'info' ? '' : `${severity.toUpperCase()}: `}${text}`;
