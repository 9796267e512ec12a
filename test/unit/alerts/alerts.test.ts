import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeAlert, handleAlertEvent } from '../../../lib/alerts/alerts.ts';
import type { Alert } from '../../../lib/alerts/model.ts';
import { alertView } from '../../../lib/alerts/model.ts';
import { ALERT_EVENT_TYPES, alertEffects } from '../../../lib/alerts/rules.ts';
import { type DomainEvent, domainEvent, EVENT_TYPES, type EventType } from '../../../lib/events/model.ts';
import { consequencesOf } from '../../../lib/relay.ts';
import { alertsIn, notingNotifier } from '../support/alerts.ts';
import { Crash, crashingAt } from '../support/crash.ts';
import { REQUEST_TRANSITIONS, SECRETS, TASK_TRANSITIONS } from '../support/events.ts';
import { ANNA, anAlert, BEN, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;
let notifier: ReturnType<typeof notingNotifier>;

const deps = () => ({ alerts: alertsIn(store), notifier, clock });
const alerts = (): Alert[] => [...store.alerts.values()];

const REQUEST_ID = id('req', 'help');
const TASK_ID = id('tsk', 'reception');
const FIELDS = { deviceId: DEVICE_ID, deviceName: 'Reception', requesterName: 'Rita' };

const aboutRequest = (type: EventType, version = 1) =>
  domainEvent(type, { id: REQUEST_ID, version }, T0 + version * MINUTE, FIELDS);
const taskEnded = (state: string, errorCode?: string) =>
  domainEvent('RestartTaskEnded', { id: TASK_ID, version: 4 }, T0, {
    ...FIELDS,
    state,
    ...(errorCode !== undefined && { errorCode }),
  });
const deviceBack = () =>
  domainEvent('DeviceBack', { id: DEVICE_ID, version: 9 }, T0 + MINUTE, { ...FIELDS, taskId: TASK_ID });

const handle = (event: DomainEvent) => handleAlertEvent(deps(), event);

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  notifier = notingNotifier();
});

describe('which events raise and resolve what', () => {
  const of = (event: DomainEvent) => {
    const { raise, resolve } = alertEffects(event);
    return { raise: raise?.kind, resolve: resolve?.kind };
  };

  it.each([
    { type: 'AssistanceRequested', raise: 'assistanceRequested', resolve: undefined },
    { type: 'AssistanceApproved', raise: undefined, resolve: 'assistanceRequested' },
    { type: 'AssistanceDeclined', raise: undefined, resolve: 'assistanceRequested' },
    { type: 'AssistanceWithdrawn', raise: undefined, resolve: 'assistanceRequested' },
    { type: 'AssistanceEnded', raise: undefined, resolve: 'assistanceRequested' },
    { type: 'AssistanceRequestExpired', raise: 'assistanceExpired', resolve: 'assistanceRequested' },
    { type: 'AssistanceConnected', raise: undefined, resolve: undefined },
    { type: 'AssistanceRefused', raise: undefined, resolve: undefined },
  ] as const)('$type', ({ type, ...expected }) => {
    expect(of(aboutRequest(type))).toEqual(expected);
  });

  it.each([
    ['failed', 'restartFailed'],
    ['timedOut', 'restartTimedOut'],
    ['expired', 'restartExpired'],
    ['succeeded', undefined],
    ['canceled', undefined],
    ['rejected', undefined],
    ['removed', undefined],
  ])('a restart that ended as %s', (state, raise) => {
    expect(of(taskEnded(state))).toEqual({ raise, resolve: undefined });
  });

  it('DeviceBack resolves that it had not come back from that very task', async () => {
    expect(of(deviceBack())).toEqual({ raise: undefined, resolve: 'restartTimedOut' });
    expect(alertEffects(deviceBack()).resolve?.id).toBe(alertEffects(taskEnded('timedOut')).raise?.id);
  });

  it('is listed, so that the event rule lets exactly these through', () => {
    for (const type of EVENT_TYPES.filter((one) => !ALERT_EVENT_TYPES.includes(one))) {
      expect(of(aboutRequest(type))).toEqual({ raise: undefined, resolve: undefined });
    }
    expect(ALERT_EVENT_TYPES).toContain('RestartTaskEnded');
    expect(ALERT_EVENT_TYPES).not.toContain('RestartTaskQueued');
  });
});

describe('an alert', () => {
  it.each([
    [aboutRequest('AssistanceRequested'), 'Rita at Reception asks for help', 'info'],
    [aboutRequest('AssistanceRequestExpired'), 'Nobody answered Rita at Reception within 4 hours', 'warning'],
    [taskEnded('failed', 'denied'), 'The restart of Reception failed (denied)', 'warning'],
    [taskEnded('failed'), 'The restart of Reception failed', 'warning'],
    [taskEnded('timedOut'), 'Reception did not come back after its restart', 'critical'],
    [taskEnded('expired'), 'Reception did not take its restart in time', 'info'],
  ])('of $type: %#', (event, title, severity) => {
    expect(alertEffects(event).raise).toMatchObject({
      title,
      severity,
      state: 'active',
      deviceId: DEVICE_ID,
      deviceName: 'Reception',
      raisedAt: Date.parse(event.detail.occurredAt),
    });
  });

  it('names what it is about', () => {
    expect(alertEffects(aboutRequest('AssistanceRequested')).raise?.subject).toEqual({
      type: 'assistanceRequest',
      id: REQUEST_ID,
    });
    expect(alertEffects(taskEnded('failed')).raise?.subject).toEqual({ type: 'restartTask', id: TASK_ID });
  });

  it('is one for each kind and subject: of another, it is another', () => {
    const ids = [
      alertEffects(aboutRequest('AssistanceRequested')).raise?.id,
      alertEffects(aboutRequest('AssistanceRequestExpired')).raise?.id,
      alertEffects(taskEnded('failed')).raise?.id,
      alertEffects(taskEnded('timedOut')).raise?.id,
    ];
    expect(new Set(ids).size).toBe(4);
    for (const alertId of ids) expect(alertId).toMatch(/^alr_[0-9A-Z]{26}$/);
  });

  it('shows no link, code or text that a person wrote, and is shown without what is ours alone', () => {
    const changes = [
      ...REQUEST_TRANSITIONS.map((change) => consequencesOf({ kind: 'request', ...change })),
      ...TASK_TRANSITIONS.map((change) => consequencesOf({ kind: 'task', ...change })),
    ];
    const effects = changes.flatMap(({ events }) => events.map(alertEffects));
    const text = JSON.stringify(effects);
    expect(text).toContain('Rita');
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(alertView(anAlert({ notifiedAt: T0 }))).not.toHaveProperty('notifiedAt');
  });
});

describe('raising', () => {
  it('records the alert and tells the admins', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toMatchObject([{ kind: 'assistanceRequested', state: 'active', notifiedAt: T0 }]);
    expect(notifier.told).toHaveLength(1);
  });

  it('of the same event again raises and tells nothing', async () => {
    for (let i = 0; i < 3; i += 1) await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toHaveLength(1);
    expect(notifier.told).toHaveLength(1);
  });

  it('is not undone by a second delivery after an admin took it on', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await acknowledgeAlert(deps(), alerts()[0]?.id ?? '', ANNA);
    await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'anna' }]);
  });

  const crashes = [0, 1, 2, 3].flatMap((call) => (['before', 'after'] as const).map((moment) => ({ call, moment })));
  it.each(crashes)('killed $moment call $call and delivered again has told at least once', async (point) => {
    const { wrap } = crashingAt(point);
    const crashing = { alerts: wrap(alertsIn(store)), notifier: wrap(notifier), clock };
    const event = aboutRequest('AssistanceRequested');
    await expect(handleAlertEvent(crashing, event)).rejects.toThrow(Crash);
    await handle(event);
    await handle(event);
    expect(alerts()).toHaveLength(1);
    const toldBeforeTheCrash =
      (point.call === 2 && point.moment === 'after') || (point.call === 3 && point.moment === 'before');
    expect(notifier.told).toHaveLength(toldBeforeTheCrash ? 2 : 1);
  });

  it('that cannot tell fails, so that the event comes again', async () => {
    const failing = { ...deps(), notifier: { notify: async () => Promise.reject(new Error('no topic')) } };
    await expect(handleAlertEvent(failing, aboutRequest('AssistanceRequested'))).rejects.toThrow('no topic');
    await handle(aboutRequest('AssistanceRequested'));
    expect(notifier.told).toHaveLength(1);
  });
});

describe('resolving', () => {
  it.each(['AssistanceApproved', 'AssistanceDeclined', 'AssistanceWithdrawn', 'AssistanceEnded'] as const)(
    'comes with %s',
    async (type) => {
      await handle(aboutRequest('AssistanceRequested'));
      await handle(aboutRequest(type, 2));
      expect(alerts()).toMatchObject([{ state: 'resolved', raisedAt: T0 + MINUTE, resolvedAt: T0 + 2 * MINUTE }]);
    },
  );

  it('keeps who took it on', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await acknowledgeAlert(deps(), alerts()[0]?.id ?? '', ANNA);
    await handle(aboutRequest('AssistanceApproved', 2));
    expect(alerts()).toMatchObject([{ state: 'resolved', acknowledgedBy: 'anna' }]);
  });

  it('that overtakes the raising leaves the alert resolved, and tells nobody', async () => {
    await handle(aboutRequest('AssistanceApproved', 2));
    await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toMatchObject([{ kind: 'assistanceRequested', state: 'resolved' }]);
    expect(notifier.told).toEqual([]);
  });

  it('twice is once', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await handle(aboutRequest('AssistanceApproved', 2));
    const [resolved] = alerts();
    clock.advance(MINUTE);
    await handle(aboutRequest('AssistanceApproved', 2));
    expect(alerts()).toEqual([resolved]);
  });

  it('does not take away what admins were told in between', async () => {
    await alertsIn(store).create({
      ...anAlert(),
      id: alertEffects(aboutRequest('AssistanceRequested')).raise?.id ?? '',
    });
    const kept = alertsIn(store);
    let overtaken = false;
    const find: typeof kept.find = async (alertId) => {
      const found = await kept.find(alertId);
      if (!overtaken) await kept.markNotified(alertId, T0);
      overtaken = true;
      return found;
    };
    await handleAlertEvent({ ...deps(), alerts: { ...kept, find } }, aboutRequest('AssistanceApproved', 2));
    expect(alerts()).toMatchObject([{ state: 'resolved', notifiedAt: T0 }]);
  });

  it('of an unanswered request comes with the alert that it expired', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await handle(aboutRequest('AssistanceRequestExpired', 2));
    expect(alerts().map(({ kind, state }) => [kind, state])).toEqual([
      ['assistanceRequested', 'resolved'],
      ['assistanceExpired', 'active'],
    ]);
  });

  it('of a device that did not come back comes when it does', async () => {
    await handle(taskEnded('timedOut'));
    await handle(deviceBack());
    expect(alerts()).toMatchObject([{ kind: 'restartTimedOut', state: 'resolved' }]);
  });
});

describe('acknowledging', () => {
  it('notes who took it on and when; again, by anybody, changes nothing', async () => {
    await alertsIn(store).create(anAlert());
    const first = await acknowledgeAlert(deps(), anAlert().id, ANNA);
    expect(first).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'anna', acknowledgedAt: T0 });
    clock.advance(MINUTE);
    expect(await acknowledgeAlert(deps(), anAlert().id, BEN)).toBe(first);
  });

  it('is 404 where there is none, and a conflict once it is resolved', async () => {
    expect((await problemFrom(acknowledgeAlert(deps(), id('alr', 'never'), ANNA))).code).toBe('not_found');
    await alertsIn(store).create(anAlert({ state: 'resolved', resolvedAt: T0 }));
    expect(await problemFrom(acknowledgeAlert(deps(), anAlert().id, ANNA))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'resolved' },
    });
  });

  it('twice at once is once', async () => {
    await alertsIn(store).create(anAlert());
    const both = await Promise.all([ANNA, BEN].map((actor) => acknowledgeAlert(deps(), anAlert().id, actor)));
    expect(both[0]).toEqual(both[1]);
  });
});
