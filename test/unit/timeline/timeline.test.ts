import { describe, expect, it } from 'vitest';
import { type DomainEvent, domainEvent, EVENT_TYPES, type EventType } from '../../../lib/events/model.ts';
import { consequencesOf } from '../../../lib/relay.ts';
import { TIMELINE_EVENT_TYPES, timelineEntry } from '../../../lib/timeline/model.ts';
import { REQUEST_TRANSITIONS, SECRETS, TASK_TRANSITIONS } from '../support/events.ts';
import { DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';

const SUBJECTS: Record<string, string> = { A: id('req', 'a'), R: id('tsk', 'a'), D: DEVICE_ID };

const event = (type: EventType, fields: object = {}): DomainEvent =>
  domainEvent(type, { id: SUBJECTS[type.slice(0, 1)] ?? 'other', version: 2 }, T0, {
    deviceId: DEVICE_ID,
    deviceName: 'Reception',
    requesterName: 'Rita',
    ...fields,
  });

const entryOf = (type: EventType, fields: object = {}) =>
  timelineEntry(event(type, fields)) ?? expect.fail('there should be an entry');

describe('an entry says what happened', () => {
  it.each<[EventType, object, string]>([
    ['AssistanceRequested', {}, 'Rita asked for help'],
    ['AssistanceUnanswered', { waitedMinutes: 60 }, 'Rita has waited for help for 60 minutes'],
    ['AssistanceApproved', { actor: 'anna' }, 'anna approved the request for help'],
    ['AssistanceApproved', {}, 'An admin approved the request for help'],
    ['AssistanceConnected', {}, 'Rita consented; the session began'],
    ['AssistanceEnded', { endReason: 'adminEnded' }, 'The session ended, by the admin'],
    ['AssistanceEnded', { endReason: 'userEnded' }, 'The session ended, by the person at the PC'],
    ['AssistanceEnded', { endReason: 'deviceRetired' }, 'The session ended, as the device was retired'],
    [
      'AssistanceEnded',
      { endReason: 'sessionExpired' },
      'The session ended, as it was closed at the provider or its time was over',
    ],
    ['AssistanceEnded', {}, 'The session ended'],
    ['AssistanceDeclined', { actor: 'anna' }, 'anna declined the request for help'],
    ['AssistanceRefused', {}, 'Rita did not consent'],
    ['AssistanceWithdrawn', {}, 'Rita withdrew the request for help'],
    ['AssistanceRequestExpired', {}, 'Nobody answered the request for help within 4 hours'],
    ['RestartTaskQueued', { actor: 'olga' }, 'A restart that olga ordered was sent to the device'],
    ['RestartTaskQueued', {}, 'A restart that an admin ordered was sent to the device'],
    ['RestartTaskAcknowledged', {}, 'The device took the restart on'],
    ['RestartTaskEnded', { state: 'succeeded' }, 'The restart ended: succeeded'],
    ['RestartTaskEnded', { state: 'failed', errorCode: 'denied' }, 'The restart ended: failed (denied)'],
    ['DeviceEnrolled', {}, 'The device was enrolled'],
    ['DeviceRetired', { actor: 'grace' }, 'grace retired the device'],
    ['DeviceRetired', {}, 'The device was retired'],
    ['DeviceBack', {}, 'The device is back online'],
  ])('%s %j', (type, fields, title) => {
    expect(entryOf(type, fields).title).toBe(title);
  });

  it('for every event that concerns a device, in words of its own', () => {
    const titles = TIMELINE_EVENT_TYPES.map((type) => entryOf(type).title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(EVENT_TYPES).not.toContain(title);
  });

  it('and nothing for an event that concerns no device', () => {
    const { deviceId: _, ...detail } = event('RestartJobEnded').detail;
    expect(timelineEntry({ type: 'RestartJobEnded', detail })).toBeUndefined();
    expect(TIMELINE_EVENT_TYPES).not.toContain('RestartJobEnded');
    expect(TIMELINE_EVENT_TYPES).not.toContain('ConnectorChanged');
  });
});

describe('an entry', () => {
  it('names its subject, who did it, and when', () => {
    expect(entryOf('AssistanceApproved', { actor: 'anna' })).toMatchObject({
      deviceId: DEVICE_ID,
      occurredAt: '2026-01-31T12:00:00.000Z',
      kind: 'AssistanceApproved',
      actor: 'anna',
      subject: { type: 'assistanceRequest', id: SUBJECTS['A'] },
    });
    expect(entryOf('AssistanceRequested').actor).toBe('Rita');
    expect(entryOf('AssistanceEnded', { endReason: 'userEnded' }).actor).toBe('Rita');
    expect(entryOf('AssistanceEnded', { endReason: 'adminEnded', actor: 'anna' }).actor).toBe('anna');
    expect(entryOf('AssistanceRequestExpired')).not.toHaveProperty('actor');
    expect(entryOf('RestartTaskQueued').subject.type).toBe('restartTask');
    expect(entryOf('DeviceBack').subject.type).toBe('device');
  });

  it('has the facts that its title words', () => {
    const dataOf = (...args: Parameters<typeof entryOf>) => entryOf(...args).data;
    expect(dataOf('AssistanceRequested')).toEqual({ requesterName: 'Rita' });
    expect(dataOf('AssistanceUnanswered', { waitedMinutes: 60 })).toEqual({ requesterName: 'Rita', minutes: 60 });
    expect(dataOf('AssistanceEnded', { endReason: 'userEnded' })).toMatchObject({ endReason: 'userEnded' });
    expect(dataOf('RestartTaskEnded', { state: 'failed', errorCode: 'busy' })).toMatchObject({
      state: 'failed',
      errorCode: 'busy',
    });
    expect(dataOf('AssistanceApproved', { state: 'approved' })).not.toHaveProperty('state');
  });

  it('is the same for the same event, and another for each other event', () => {
    expect(entryOf('AssistanceApproved')).toEqual(entryOf('AssistanceApproved'));
    const ids = TIMELINE_EVENT_TYPES.map((type) => entryOf(type).id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const entryId of ids) expect(entryId).toMatch(/^evt_[0-9A-Z]{26}$/);
  });

  it('sorts by the time of what happened, not of when it was heard of', () => {
    const at = (time: number) =>
      timelineEntry(domainEvent('DeviceBack', { id: DEVICE_ID, version: 2 }, time, { deviceId: DEVICE_ID }))?.id ?? '';
    expect([at(T0 + 1), at(T0), at(T0 + 2)].sort()).toEqual([at(T0), at(T0 + 1), at(T0 + 2)]);
  });

  it('carries no link, code or text that a person wrote', () => {
    const changes = [
      ...REQUEST_TRANSITIONS.map((change) => consequencesOf({ kind: 'request', ...change })),
      ...TASK_TRANSITIONS.map((change) => consequencesOf({ kind: 'task', ...change })),
    ];
    const text = JSON.stringify(changes.flatMap(({ events }) => events.map(timelineEntry)));
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });
});
