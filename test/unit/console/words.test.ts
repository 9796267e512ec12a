/** Sentences that the compiler cannot hold: those for the contract's own ids, and how languages count. */
import { describe, expect, it } from 'vitest';
import { alertTitle } from '../../../console/features/alerts/title-words.ts';
import { operationWords } from '../../../console/features/audit/operation-words.ts';
import { timelineTitle } from '../../../console/features/devices/timeline-words.ts';
import { counting, LANGUAGES } from '../../../console/messages/language.ts';
import { ALERT_KINDS, type Alert } from '../../../lib/api/alerts.ts';
import type { TimelineEntry } from '../../../lib/api/devices.ts';
import { operations } from '../../../lib/api/operations.ts';
import { TIMELINE_EVENT_TYPES } from '../../../lib/timeline/model.ts';

const OTHERS = LANGUAGES.filter((language) => language !== 'en');

describe.each(OTHERS)('in %s', (language) => {
  it('every change that is on record has words', () => {
    const changes = operations.filter(({ method }) => method !== 'GET').map(({ id }) => id);
    expect(changes.filter((id) => operationWords(language, id) === operationWords('en', id))).toEqual([]);
  });

  it('every kind of alert is worded from its facts', () => {
    const about = { id: 'alr_1', severity: 'info', state: 'active', raisedAt: '', subject: { type: 'x', id: 'y' } };
    const data = { requesterName: 'Ada', minutes: 60, errorCode: 'no_way', connector: 'teamviewer', reason: 'retired' };
    for (const kind of ALERT_KINDS) {
      const alert = { ...about, kind, data, title: 'the server’s', deviceName: 'pc-1' } as unknown as Alert;
      const title = alertTitle(language, alert);
      expect(title).toMatch(kind === 'connectorProblem' ? /teamviewer/ : /pc-1/);
      expect(title).not.toMatch(/undefined|the server’s|NaN/);
    }
  });

  it('everything that happens to a device has words', () => {
    const kinds = [...TIMELINE_EVENT_TYPES, 'AlertRaised', 'AlertAcknowledged', 'AlertResolved'];
    const unworded = kinds.filter((kind) => {
      const entry = {
        id: 'evt_1',
        occurredAt: '',
        kind,
        title: 'the server’s',
        data: {},
        subject: { type: '', id: '' },
      };
      return timelineTitle(language, entry satisfies TimelineEntry) === 'the server’s';
    });
    expect(unworded).toEqual([]);
  });
});

it('a kind that this console does not know is said as the server says it', () => {
  const entry = {
    id: 'e',
    occurredAt: '',
    kind: 'New',
    title: 'Something new',
    data: {},
    subject: { type: '', id: '' },
  };
  expect(timelineTitle('de', entry)).toBe('Something new');
});

it('counts as the language does, with its own separators', () => {
  expect([0, 1, 2].map((n) => counting('en')(n, '# device', '# devices'))).toEqual([
    '0 devices',
    '1 device',
    '2 devices',
  ]);
  expect([0, 1, 2].map((n) => counting('fr')(n, '# appareil', '# appareils'))).toEqual([
    '0 appareil',
    '1 appareil',
    '2 appareils',
  ]);
  expect(counting('de')(12_345, '#', '#')).toBe('12.345');
});
