import { describe, expect, it } from 'vitest';
import type { AssistanceRequest } from '../../../lib/assistance/model.ts';
import type { Sharing } from '../../../lib/devices/sharing.ts';
import { EVENT_TYPES, type EventType, eventId } from '../../../lib/events/model.ts';
import { consequencesOf, type EntityChange } from '../../../lib/relay.ts';
import { expandedBy } from '../../../lib/restarts/job.ts';
import type { RestartJob, RestartTask } from '../../../lib/restarts/model.ts';
import { CHANGED_AT, REQUEST_TRANSITIONS, SECRETS, TASK_TRANSITIONS, type Transition } from '../support/events.ts';
import { aDevice, aJob, DEVICE_ID, deviceCredential, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { MINUTE, T0 } from '../support/time.ts';

const ofRequest = ({ before, after }: Transition<AssistanceRequest>) =>
  consequencesOf({ kind: 'request', before, after });
const ofTask = ({ before, after }: Transition<RestartTask>) => consequencesOf({ kind: 'task', before, after });

describe('a change of an assistance request', () => {
  const EVENTS: Record<string, { type: EventType; fields?: object }> = {
    requested: { type: 'AssistanceRequested', fields: { state: 'pending', requesterName: 'Rita' } },
    approved: { type: 'AssistanceApproved', fields: { state: 'approved', actor: 'anna' } },
    declined: { type: 'AssistanceDeclined', fields: { state: 'declined', actor: 'anna' } },
    withdrawn: { type: 'AssistanceWithdrawn' },
    consented: { type: 'AssistanceConnected' },
    refused: { type: 'AssistanceRefused' },
    'ended by an admin': { type: 'AssistanceEnded', fields: { endReason: 'adminEnded', actor: 'anna' } },
    'ended by the person': { type: 'AssistanceEnded', fields: { endReason: 'userEnded' } },
    'retired while pending': { type: 'AssistanceEnded', fields: { endReason: 'deviceRetired' } },
    expired: { type: 'AssistanceRequestExpired' },
  };

  it.each(REQUEST_TRANSITIONS)('$name: its event, and nothing else', (transition) => {
    const { events, ...rest } = ofRequest(transition);
    expect(rest).toEqual({ messages: [] });
    const expected = EVENTS[transition.name];
    expect(events.map(({ type }) => type)).toEqual(expected ? [expected.type] : []);
    if (!expected) return;
    expect(events[0]?.detail).toMatchObject({
      id: (transition.after ?? transition.before)?.id,
      version: transition.after?.version ?? (transition.before?.version ?? 0) + 1,
      deviceId: DEVICE_ID,
      deviceName: 'Reception',
      ...expected.fields,
    });
    if (expected.fields && !('actor' in expected.fields)) expect(events[0]?.detail).not.toHaveProperty('actor');
  });

  it('has the time of the change; an expired request the end of its four hours, however late it was deleted', () => {
    const timeOf = (name: string) => {
      const transition = REQUEST_TRANSITIONS.find((one) => one.name === name) ?? expect.fail(name);
      return ofRequest(transition).events[0]?.detail.occurredAt;
    };
    expect(timeOf('approved')).toBe(new Date(CHANGED_AT).toISOString());
    expect(timeOf('expired')).toBe('2026-01-31T16:00:00.000Z');
  });

  it('that leaves the state as it is has no event', () => {
    const request = REQUEST_TRANSITIONS[0]?.after;
    expect(ofRequest({ name: '', before: request, after: request }).events).toEqual([]);
  });
});

describe('a change of a restart task', () => {
  const EVENTS: Record<string, EventType | undefined> = {
    'ordered for now': 'RestartTaskQueued',
    'ordered for later': undefined,
    'its time came': 'RestartTaskQueued',
    acknowledged: 'RestartTaskAcknowledged',
    postponed: undefined,
    'to be canceled': undefined,
    'forgotten after its time': undefined,
  };

  it.each(TASK_TRANSITIONS)('$name: its event, and a message exactly where it comes to be queued', (transition) => {
    const { events, messages } = ofTask(transition);
    const type = transition.name in EVENTS ? EVENTS[transition.name] : 'RestartTaskEnded';
    expect(events.map((event) => event.type)).toEqual(type ? [type] : []);
    const { after } = transition;
    if (type) {
      expect(events[0]?.detail).toMatchObject({
        id: after?.id,
        version: after?.version,
        jobId: after?.jobId,
        deviceId: DEVICE_ID,
        state: after?.state,
        occurredAt: new Date(after?.changedAt ?? 0).toISOString(),
      });
      expect(events[0]?.detail.errorCode).toBe(after?.error?.code);
    }
    expect(messages).toEqual(
      type === 'RestartTaskQueued' ? [{ deviceId: DEVICE_ID, taskId: after?.id, version: after?.version }] : [],
    );
  });
});

describe('a change of a job', () => {
  const running = expandedBy(aJob(), 1);
  const completed: RestartJob = {
    ...running,
    state: 'completed',
    version: running.version + 1,
    endedAt: T0 + MINUTE,
  };
  const ofJob = (before: RestartJob | undefined, after: RestartJob | undefined) =>
    consequencesOf({ kind: 'job', before, after }).events;

  it('is told of when it ends, and only then', () => {
    expect(ofJob(undefined, running)).toEqual([]);
    expect(ofJob(running, running)).toEqual([]);
    expect(ofJob(running, completed)).toMatchObject([
      {
        type: 'RestartJobEnded',
        detail: {
          id: completed.id,
          version: completed.version,
          state: 'completed',
          occurredAt: '2026-01-31T12:01:00.000Z',
        },
      },
    ]);
    expect(ofJob(completed, completed)).toEqual([]);
    expect(ofJob(completed, undefined)).toEqual([]);
  });
});

describe('a change of a device', () => {
  const ofDevice = (before: ReturnType<typeof aDevice> | undefined, after: ReturnType<typeof aDevice> | undefined) =>
    consequencesOf({ kind: 'device', before, after });

  it('that is new makes its inbox', () => {
    const consequences = ofDevice(undefined, aDevice());
    expect(consequences).toMatchObject({ createInbox: DEVICE_ID, events: [{ type: 'DeviceEnrolled' }] });
    expect(consequences).not.toHaveProperty('deleteInbox');
  });

  it('that is retired deletes its inbox, once', () => {
    const retired = aDevice({ version: 2, retiredAt: T0 });
    const consequences = ofDevice(aDevice(), retired);
    expect(consequences).toMatchObject({ deleteInbox: DEVICE_ID, events: [{ type: 'DeviceRetired' }] });
    expect(consequences).not.toHaveProperty('createInbox');
    expect(ofDevice(retired, { ...retired, version: 3 })).toEqual({ events: [], messages: [] });
  });

  it('that was missing and is heard of tells that it is back, and after which task', () => {
    const missing = aDevice({ missingSinceTask: id('tsk', 'lost') });
    const { missingSinceTask: _, ...back } = { ...missing, version: 2, lastSeenAt: T0 + MINUTE };
    expect(ofDevice(missing, back).events).toMatchObject([
      {
        type: 'DeviceBack',
        detail: { id: DEVICE_ID, taskId: id('tsk', 'lost'), occurredAt: '2026-01-31T12:01:00.000Z' },
      },
    ]);
    expect(ofDevice(aDevice(), missing).events).toEqual([]);
  });

  it('whose credential was rotated tells it when the new one is first used', () => {
    const next = { secretHash: 'next', issuedAt: T0 };
    const waiting = aDevice({ nextCredential: next });
    expect(ofDevice(aDevice(), waiting).events).toEqual([]);
    const { nextCredential: _, ...rest } = waiting;
    const rotated = { ...rest, version: 2, credentialHash: 'next', rotatedAt: T0 + MINUTE };
    expect(ofDevice(waiting, rotated).events).toMatchObject([
      { type: 'DeviceCredentialRotated', detail: { id: DEVICE_ID, occurredAt: '2026-01-31T12:01:00.000Z' } },
    ]);
  });

  it('whose credential two have tells it when it begins, when more is known, and when it is over', () => {
    const told = (before: Sharing | undefined, after: Sharing) =>
      ofDevice(aDevice({ ...(before && { sharing: before }) }), aDevice({ version: 2, sharing: after })).events.map(
        ({ type, detail: { reason, sharedSince, occurredAt } }) => ({ type, reason, sharedSince, occurredAt }),
      );
    const type = 'DeviceCredentialShared';
    const first: Sharing = { since: T0, seenAt: T0, reason: 'alternating' };
    const sharedSince = '2026-01-31T12:00:00.000Z';
    const later = T0 + MINUTE;
    const occurredAt = '2026-01-31T12:01:00.000Z';
    expect(told(undefined, first)).toEqual([{ type, reason: 'alternating', sharedSince, occurredAt: sharedSince }]);
    expect(told(first, { ...first, seenAt: later })).toEqual([]);
    expect(told(first, { ...first, seenAt: later, reason: 'replaced' })).toEqual([
      { type, reason: 'replaced', sharedSince, occurredAt },
    ]);
    expect(told(first, { ...first, endedAt: later })).toEqual([{ type, reason: undefined, sharedSince, occurredAt }]);
  });

  it('that is only seen, renamed, or gone at last has nothing follow', () => {
    const nothing = { events: [], messages: [] };
    expect(ofDevice(aDevice(), aDevice({ version: 2, lastSeenAt: T0 + MINUTE }))).toEqual(nothing);
    expect(ofDevice(aDevice(), aDevice({ version: 2, name: 'Front desk' }))).toEqual(nothing);
    expect(ofDevice(aDevice({ retiredAt: T0 }), undefined)).toEqual(nothing);
  });
});

const EVERY_CHANGE: EntityChange[] = [
  ...REQUEST_TRANSITIONS.map(({ before, after }): EntityChange => ({ kind: 'request', before, after })),
  ...TASK_TRANSITIONS.map(({ before, after }): EntityChange => ({ kind: 'task', before, after })),
  { kind: 'device', before: undefined, after: aDevice() },
  { kind: 'device', before: aDevice(), after: aDevice({ retiredAt: T0, openRestart: taskIn('queued') }) },
  {
    kind: 'device',
    before: aDevice({ credentialHash: 'former', nextCredential: { ...deviceCredential, issuedAt: T0 } }),
    after: aDevice({ replacedCredentialHash: 'former', rotatedAt: T0 }),
  },
  { kind: 'device', before: aDevice(), after: aDevice({ sharing: { since: T0, seenAt: T0, reason: 'replaced' } }) },
  { kind: 'job', before: aJob(), after: aJob({ state: 'completed', endedAt: T0 }) },
];

describe('every event', () => {
  const events = EVERY_CHANGE.flatMap((change) => consequencesOf(change).events);

  it('is of a type that the contract names', () => {
    for (const { type } of events) expect(EVENT_TYPES).toContain(type);
  });

  it('carries no link, code, token or text that a person wrote', () => {
    const text = JSON.stringify(events);
    for (const secret of [...SECRETS, deviceCredential.secretHash, deviceCredential.token]) {
      expect(text).not.toContain(secret);
    }
  });

  it('and every message is the same when its change is handled again', () => {
    for (const change of EVERY_CHANGE) expect(consequencesOf(change)).toEqual(consequencesOf(change));
  });

  it('has an id of its own', () => {
    const requests = REQUEST_TRANSITIONS.filter(({ name }) => ['requested', 'approved', 'expired'].includes(name));
    const ids = requests.flatMap((transition) => ofRequest(transition).events.map(eventId));
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(`AssistanceRequested:${requests[0]?.after?.id}#1`);
  });
});

describe('every message', () => {
  it('says which task at which version, and nothing else', () => {
    const messages = EVERY_CHANGE.flatMap((change) => consequencesOf(change).messages);
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(Object.keys(message).sort()).toEqual(['deviceId', 'taskId', 'version']);
  });
});
