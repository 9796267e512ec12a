import { describe, expect, it } from 'vitest';
import { acknowledge, raise, resolve } from '../../../lib/alerts/alert.ts';
import type { Alert } from '../../../lib/alerts/model.ts';
import { alertEntry } from '../../../lib/timeline/alerts.ts';
import { ANNA, anAlert, DEVICE_ID } from '../support/fixtures.ts';
import { MINUTE, T0 } from '../support/time.ts';

const AT = T0 + MINUTE;
const over = (alert: Alert) => resolve(alert, { at: AT, words: 'anna approved it' }, AT) ?? expect.fail('not resolved');

describe('an alert in its device’s timeline', () => {
  it('was raised', () => {
    expect(alertEntry(undefined, anAlert())).toMatchObject({
      deviceId: DEVICE_ID,
      occurredAt: '2026-01-31T12:00:00.000Z',
      kind: 'AlertRaised',
      title: 'Alert (info): Rita at Reception asks for help',
      data: { alertKind: 'assistanceRequested', severity: 'info' },
      subject: { type: 'alert', id: anAlert().id },
    });
  });

  it('climbed', () => {
    const first = anAlert({ kind: 'assistanceUnanswered', level: 1 });
    const higher = raise(first, { ...first, level: 3, severity: 'critical', changedAt: AT }, AT);
    expect(higher && alertEntry(first, higher)?.title).toBe('Alert (critical): Rita at Reception asks for help');
  });

  it('was taken on by somebody', () => {
    const entry = alertEntry(anAlert(), acknowledge(anAlert(), ANNA, AT));
    expect(entry).toMatchObject({ kind: 'AlertAcknowledged', actor: 'anna', occurredAt: '2026-01-31T12:01:00.000Z' });
    expect(entry?.title).toBe('anna took the alert on: Rita at Reception asks for help');
  });

  it('was resolved by what happened', () => {
    const acknowledged = acknowledge(anAlert(), ANNA, AT);
    const entry = alertEntry(acknowledged, over(acknowledged));
    expect(entry?.title).toBe('Alert resolved, anna approved it: Rita at Reception asks for help');
    expect(entry?.data).toMatchObject({ severity: 'info', resolution: 'anna approved it' });
    expect(entry).not.toHaveProperty('actor');
  });

  it('has one entry for each of these, the same for the same change', () => {
    const changes: [Alert | undefined, Alert][] = [
      [undefined, anAlert()],
      [anAlert(), acknowledge(anAlert(), ANNA, AT)],
      [anAlert(), over(anAlert())],
    ];
    const ids = changes.map(([before, after]) => alertEntry(before, after)?.id);
    expect(new Set(ids).size).toBe(3);
    expect(changes.map(([before, after]) => alertEntry(before, after)?.id)).toEqual(ids);
  });

  it('has none where nothing happened to the device', () => {
    const { deviceId: _, ...connector } = anAlert();
    expect(alertEntry(undefined, connector)).toBeUndefined();
    expect(alertEntry(undefined, anAlert({ state: 'resolved' }))).toBeUndefined();
    expect(alertEntry(anAlert(), { ...anAlert({ version: 2 }), notifiedAt: T0 })).toBeUndefined();
    const acknowledged = acknowledge(anAlert(), ANNA, AT);
    expect(alertEntry(acknowledged, { ...acknowledged, notifiedAt: T0 })).toBeUndefined();
    expect(alertEntry(over(anAlert()), { ...over(anAlert()), notifiedAt: T0 })).toBeUndefined();
  });
});
