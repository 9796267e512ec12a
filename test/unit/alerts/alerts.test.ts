import { beforeEach, describe, expect, it } from 'vitest';
import { CLAIM_MS } from '../../../lib/alerts/alert.ts';
import { acknowledgeAlert, handleAlertEvent } from '../../../lib/alerts/alerts.ts';
import type { Alert } from '../../../lib/alerts/model.ts';
import { alertView } from '../../../lib/alerts/model.ts';
import { ALERT_EVENT_TYPES, alertEffects } from '../../../lib/alerts/rules.ts';
import { sweepAlerts } from '../../../lib/alerts/sweep.ts';
import type { SharingReason } from '../../../lib/devices/sharing.ts';
import { type DomainEvent, domainEvent, EVENT_TYPES, type EventType } from '../../../lib/events/model.ts';
import { consequencesOf } from '../../../lib/relay.ts';
import { alertsIn, type NotingChannels, notingChannels, tellings } from '../support/alerts.ts';
import { Crash, crashingAt, crashPoints } from '../support/crash.ts';
import { REQUEST_TRANSITIONS, SECRETS, TASK_TRANSITIONS } from '../support/events.ts';
import { ANNA, anAlert, BEN, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { DAY, HOUR, MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;
let channels: NotingChannels;

const deps = () => ({ alerts: alertsIn(store), channels, clock });
const alerts = (): Alert[] => [...store.alerts.values()];
const states = () => alerts().map(({ kind, state }) => [kind, state]);

const REQUEST_ID = id('req', 'help');
const TASK_ID = id('tsk', 'reception');
const FIELDS = { deviceId: DEVICE_ID, deviceName: 'Reception', requesterName: 'Rita' };

const aboutRequest = (type: EventType, version = 1, fields: object = {}) =>
  domainEvent(type, { id: REQUEST_ID, version }, T0 + version * MINUTE, { ...FIELDS, ...fields });
const climbed = (level: number) =>
  aboutRequest('AssistanceUnanswered', level + 1, { level, waitedMinutes: [15, 60, 180][level - 1] });
const taskEnded = (state: string, errorCode?: string, at = T0, taskId = TASK_ID) =>
  domainEvent('RestartTaskEnded', { id: taskId, version: 4 }, at, {
    ...FIELDS,
    state,
    ...(errorCode !== undefined && { errorCode }),
  });
const succeededLater = (at = T0 + HOUR) => taskEnded('succeeded', undefined, at, id('tsk', 'again'));
const aboutDevice = (type: EventType, fields: object = {}) =>
  domainEvent(type, { id: DEVICE_ID, version: 9 }, T0 + MINUTE, { ...FIELDS, ...fields });
const deviceBack = () => aboutDevice('DeviceBack', { taskId: TASK_ID });
const connector = (problem: string | undefined, version: number, since = T0, state = 'onboarded') =>
  domainEvent('ConnectorChanged', { id: 'teamviewer', version }, T0 + version * MINUTE, {
    name: 'teamviewer',
    state,
    problemSince: new Date(since).toISOString(),
    ...(problem !== undefined && { problem }),
  });

const shared = (reason: SharingReason | undefined, version = 9, since = T0) =>
  domainEvent('DeviceCredentialShared', { id: DEVICE_ID, version }, T0 + version * MINUTE, {
    ...FIELDS,
    sharedSince: new Date(since).toISOString(),
    ...(reason && { reason }),
  });

const handle = (event: DomainEvent) => handleAlertEvent(deps(), event);

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  channels = notingChannels();
});

describe('which events raise and resolve what', () => {
  const of = (event: DomainEvent) => {
    const { raise, resolve, clear } = alertEffects(event);
    return [raise?.kind, resolve.map(({ kind }) => kind), clear?.causes];
  };

  it.each([
    ['AssistanceRequested', 'assistanceRequested', [], ['assistance']],
    ['AssistanceUnanswered', 'assistanceUnanswered', [], undefined],
    ['AssistanceApproved', undefined, ['assistanceRequested'], undefined],
    ['AssistanceDeclined', undefined, ['assistanceRequested'], undefined],
    ['AssistanceWithdrawn', undefined, ['assistanceRequested'], undefined],
    ['AssistanceEnded', undefined, ['assistanceRequested'], undefined],
    ['AssistanceRequestExpired', 'assistanceExpired', ['assistanceRequested'], undefined],
    ['AssistanceConnected', undefined, [], undefined],
    ['AssistanceRefused', undefined, [], undefined],
    ['DeviceRetired', undefined, [], ['restart', 'assistance', 'credential']],
    ['DeviceCredentialRotated', undefined, [], undefined],
  ] as const)('%s', (type, ...expected) => {
    expect(of(aboutRequest(type))).toEqual(expected);
  });

  it('an answer to a request that has climbed ends both of its alerts', () => {
    expect(of(aboutRequest('AssistanceApproved', 5, { level: 2 }))[1]).toEqual([
      'assistanceRequested',
      'assistanceUnanswered',
    ]);
    expect(of(aboutRequest('AssistanceRequestExpired', 5, { level: 3 }))[1]).toContain('assistanceUnanswered');
  });

  it.each([
    ['failed', 'restartFailed', undefined],
    ['timedOut', 'restartTimedOut', undefined],
    ['expired', 'restartExpired', undefined],
    ['succeeded', undefined, ['restart']],
    ['canceled', undefined, undefined],
    ['rejected', undefined, undefined],
    ['removed', undefined, undefined],
  ])('a restart that ended as %s', (state, raise, clear) => {
    expect(of(taskEnded(state))).toEqual([raise, [], clear]);
  });

  it('a shared credential is an alert of its own for each time that it begins', () => {
    expect(of(shared('alternating'))).toEqual(['credentialShared', [], undefined]);
    expect(of(shared(undefined))).toEqual([undefined, ['credentialShared'], undefined]);
    const ids = [shared('replaced'), shared('alternating'), shared('alternating', 9, T0 + DAY)].map(
      (event) => alertEffects(event).raise?.id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[1]);
    expect(alertEffects(shared(undefined)).resolve[0]?.id).toBe(ids[0]);
  });

  it('a device whose place another one took is told, and over after a day', () => {
    const retired = aboutDevice('DeviceRetired', { replacedBy: id('dev', 'successor') });
    expect(of(retired)).toEqual(['deviceReplaced', [], ['restart', 'assistance', 'credential']]);
    expect(alertEffects(retired).raise).toMatchObject({
      severity: 'info',
      subject: { type: 'device', id: DEVICE_ID },
      data: { replacedBy: id('dev', 'successor') },
      resolvesAt: T0 + MINUTE + DAY,
    });
  });

  it('DeviceBack resolves that it had not come back from that very task', async () => {
    expect(of(deviceBack())).toEqual([undefined, ['restartTimedOut'], undefined]);
    expect(alertEffects(deviceBack()).resolve[0]?.id).toBe(alertEffects(taskEnded('timedOut')).raise?.id);
  });

  it('a connector that changes is news where it has or had a problem', () => {
    expect(of(connector('the licence is over', 2))[0]).toBe('connectorProblem');
    expect(of(connector(undefined, 3))[1]).toEqual(['connectorProblem']);
    const { problemSince: _, ...detail } = connector(undefined, 3).detail;
    expect(of({ type: 'ConnectorChanged', detail })).toEqual([undefined, [], undefined]);
  });

  it('is listed, so that the event rule lets exactly these through', () => {
    for (const type of EVENT_TYPES.filter((one) => !ALERT_EVENT_TYPES.includes(one))) {
      expect(of(aboutRequest(type))).toEqual([undefined, [], undefined]);
    }
    expect(ALERT_EVENT_TYPES).toContain('RestartTaskEnded');
    expect(ALERT_EVENT_TYPES).not.toContain('RestartTaskQueued');
  });
});

describe('an alert', () => {
  it.each([
    [aboutRequest('AssistanceRequested'), 'Rita at Reception asks for help', 'info'],
    [climbed(1), 'Rita at Reception has waited for help for 15 minutes', 'info'],
    [climbed(2), 'Rita at Reception has waited for help for 1 hour', 'warning'],
    [climbed(3), 'Rita at Reception has waited for help for 3 hours', 'critical'],
    [climbed(4), 'Rita at Reception has waited for help for 0 minutes', 'critical'],
    [aboutRequest('AssistanceRequestExpired'), 'Nobody answered Rita at Reception within 4 hours', 'warning'],
    [taskEnded('failed', 'denied'), 'The restart of Reception failed (denied)', 'warning'],
    [taskEnded('failed'), 'The restart of Reception failed', 'warning'],
    [taskEnded('timedOut'), 'Reception did not come back after its restart', 'critical'],
    [taskEnded('expired'), 'Reception did not take its restart in time', 'info'],
    [connector('no licence', 2), 'The connector teamviewer needs attention: no licence', 'critical'],
  ])('of $type: %#', (event, title, severity) => {
    expect(alertEffects(event).raise).toMatchObject({
      title,
      severity,
      state: 'active',
      raisedAt: Date.parse(event.detail.occurredAt),
    });
  });

  it('names what it is about, and the device', () => {
    expect(alertEffects(aboutRequest('AssistanceRequested')).raise).toMatchObject({
      subject: { type: 'assistanceRequest', id: REQUEST_ID },
      deviceId: DEVICE_ID,
      deviceName: 'Reception',
    });
    expect(alertEffects(taskEnded('failed')).raise?.subject).toEqual({ type: 'restartTask', id: TASK_ID });
    expect(alertEffects(connector('x', 1)).raise?.subject).toEqual({ type: 'connector', id: 'teamviewer' });
  });

  it('is one for each kind and subject: of another, it is another', () => {
    const ids = [
      alertEffects(aboutRequest('AssistanceRequested')).raise?.id,
      alertEffects(aboutRequest('AssistanceRequestExpired')).raise?.id,
      alertEffects(climbed(1)).raise?.id,
      alertEffects(taskEnded('failed')).raise?.id,
      alertEffects(taskEnded('timedOut')).raise?.id,
      alertEffects(connector('x', 1)).raise?.id,
      alertEffects(connector('x', 1, T0 + HOUR)).raise?.id,
    ];
    expect(new Set(ids).size).toBe(7);
    for (const alertId of ids) expect(alertId).toMatch(/^alr_[0-9A-Z]{26}$/);
  });

  it('says it in one line, whatever a name has in it', () => {
    const forged = aboutRequest('AssistanceRequested', 1, { requesterName: 'R\u202e\r\n\u2028Device: other' });
    expect(alertEffects(forged).raise?.title).toBe('R Device: other at Reception asks for help');
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
    const notice = { version: 1, left: [], claimedUntil: T0 };
    expect(alertView(anAlert({ notifiedAt: T0, notice }))).toEqual(alertView(anAlert()));
  });
});

describe('raising', () => {
  it('records the alert and tells the admins by every channel', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toMatchObject([{ kind: 'assistanceRequested', state: 'active', notifiedAt: T0 }]);
    expect(alerts()[0]).not.toHaveProperty('notice');
    expect(tellings(channels)).toEqual([1, 1]);
  });

  it('of the same event again raises and tells nothing', async () => {
    for (let i = 0; i < 3; i += 1) await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toHaveLength(1);
    expect(tellings(channels)).toEqual([1, 1]);
  });

  it('by ten deliveries at once raises one and tells once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => handle(aboutRequest('AssistanceRequested'))));
    expect(alerts()).toHaveLength(1);
    expect(tellings(channels)).toEqual([1, 1]);
  });

  it('is not undone by a second delivery after an admin took it on', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await acknowledgeAlert(deps(), alerts()[0]?.id ?? '', ANNA);
    await handle(aboutRequest('AssistanceRequested'));
    expect(alerts()).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'anna' }]);
  });

  it.each(crashPoints(8))(
    'killed $moment call $call, delivered again and swept, has told at least once',
    async (point) => {
      const { wrap } = crashingAt(point);
      const crashing = {
        alerts: wrap(alertsIn(store)),
        channels: { topic: wrap(channels.topic), bus: wrap(channels.bus) },
        clock,
      };
      const event = climbed(1);
      await expect(handleAlertEvent(crashing, event)).rejects.toThrow(Crash);
      await handle(event);
      await sweepAlerts(deps());
      clock.advance(CLAIM_MS);
      await sweepAlerts(deps());
      await handle(event);
      await sweepAlerts(deps());
      expect(alerts()).toMatchObject([{ level: 1, notifiedAt: expect.any(Number) }]);
      // find, save; then for each channel notify, find, save.
      const isTold = (notify: number) =>
        (point.call === notify && point.moment === 'after') ||
        point.call === notify + 1 ||
        (point.call === notify + 2 && point.moment === 'before');
      expect(tellings(channels)).toEqual([isTold(2) ? 2 : 1, isTold(5) ? 2 : 1]);
    },
  );

  it('that cannot tell fails, so that the event comes again, and does not tell twice where it could', async () => {
    const bus = { notify: async () => Promise.reject(new Error('no bus')) };
    const failing = { ...deps(), channels: { ...channels, bus } };
    await expect(handleAlertEvent(failing, aboutRequest('AssistanceRequested'))).rejects.toThrow('no bus');
    await handle(aboutRequest('AssistanceRequested'));
    expect(tellings(channels)).toEqual([1, 1]);
  });

  it('while another delivery is telling leaves it to that one', async () => {
    const { promise: slow, resolve: goOn } = Promise.withResolvers<void>();
    const topic = { notify: (alert: Alert) => slow.then(() => channels.topic.notify(alert)) };
    const first = handleAlertEvent({ ...deps(), channels: { ...channels, topic } }, climbed(1));
    await handle(climbed(1));
    await sweepAlerts(deps());
    expect(tellings(channels)).toEqual([0, 0]);
    goOn();
    await first;
    expect(tellings(channels)).toEqual([1, 1]);
  });
});

describe('climbing', () => {
  it('raises the severity of the one alert, and tells again at each level', async () => {
    await handle(climbed(1));
    await acknowledgeAlert(deps(), alerts()[0]?.id ?? '', ANNA);
    await handle(climbed(2));
    expect(alerts()).toMatchObject([{ level: 2, severity: 'warning', state: 'active', raisedAt: T0 + 2 * MINUTE }]);
    expect(alerts()[0]).not.toHaveProperty('acknowledgedBy');
    await handle(climbed(3));
    expect(alerts()).toMatchObject([{ level: 3, severity: 'critical' }]);
    expect(channels.told.map(({ alert }) => alert.level)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('does not climb down with a level that comes late or twice', async () => {
    for (const level of [3, 1, 2, 3]) await handle(climbed(level));
    expect(alerts()).toMatchObject([{ level: 3 }]);
    expect(tellings(channels)).toEqual([1, 1]);
  });

  it('is over with the answer, which is told to those who heard that it was critical', async () => {
    await handle(climbed(3));
    await handle(aboutRequest('AssistanceApproved', 6, { level: 3, actor: 'anna' }));
    await handle(climbed(2));
    expect(alerts().find(({ kind }) => kind === 'assistanceUnanswered')).toMatchObject({
      state: 'resolved',
      resolution: 'anna approved the request',
    });
    expect(channels.told.map(({ alert }) => alert.state)).toEqual(['active', 'active', 'resolved', 'resolved']);
  });
});

describe('resolving', () => {
  it.each(['AssistanceApproved', 'AssistanceDeclined', 'AssistanceWithdrawn', 'AssistanceEnded'] as const)(
    'comes with %s',
    async (type) => {
      await handle(aboutRequest('AssistanceRequested'));
      await handle(aboutRequest(type, 2));
      expect(alerts()).toMatchObject([{ state: 'resolved', raisedAt: T0 + MINUTE, resolvedAt: T0 + 2 * MINUTE }]);
      expect(tellings(channels)).toEqual([1, 1]);
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
    expect(channels.told).toEqual([]);
  });

  it('twice is once', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await handle(aboutRequest('AssistanceApproved', 2));
    const [resolved] = alerts();
    clock.advance(MINUTE);
    await handle(aboutRequest('AssistanceApproved', 2));
    expect(alerts()).toEqual([resolved]);
  });

  it('of what nobody was told yet leaves nothing to tell, unless it was critical', async () => {
    const bus = { notify: async () => Promise.reject(new Error('no bus')) };
    const failing = { ...deps(), channels: { topic: bus, bus } };
    await expect(handleAlertEvent(failing, aboutRequest('AssistanceRequested'))).rejects.toThrow();
    await handle(aboutRequest('AssistanceApproved', 2));
    clock.advance(HOUR);
    expect(await sweepAlerts(deps())).toBe(0);
    expect(channels.told).toEqual([]);
  });

  it('of an unanswered request comes with the alert that it expired', async () => {
    await handle(aboutRequest('AssistanceRequested'));
    await handle(climbed(2));
    await handle(aboutRequest('AssistanceRequestExpired', 4, { level: 2 }));
    expect(states()).toEqual([
      ['assistanceRequested', 'resolved'],
      ['assistanceUnanswered', 'resolved'],
      ['assistanceExpired', 'active'],
    ]);
  });

  it('of a device that did not come back comes when it does, and is told', async () => {
    await handle(taskEnded('timedOut'));
    await handle(deviceBack());
    await handle(deviceBack());
    expect(alerts()).toMatchObject([{ state: 'resolved', resolution: 'Reception is back' }]);
    expect(channels.told.map(({ channel, alert }) => [channel, alert.state])).toEqual([
      ['topic', 'active'],
      ['bus', 'active'],
      ['topic', 'resolved'],
      ['bus', 'resolved'],
    ]);
  });

  it.each(['failed', 'timedOut', 'expired'])(
    'of a restart that %s comes with a later one that succeeds',
    async (how) => {
      await handle(taskEnded(how));
      await handle(taskEnded(how, undefined, T0 + 2 * HOUR, id('tsk', 'newest')));
      await handle(succeededLater());
      expect(alerts().map(({ state }) => state)).toEqual(['resolved', 'active']);
    },
  );

  it('by a later restart leaves alone what is not about restarts, and other devices', async () => {
    await handle(aboutRequest('AssistanceRequestExpired'));
    const other = taskEnded('failed', undefined, T0, id('tsk', 'other'));
    await handle({ ...other, detail: { ...other.detail, deviceId: id('dev', 'other') } });
    await handle(succeededLater());
    expect(states()).toContainEqual(['assistanceExpired', 'active']);
    expect(states()).toContainEqual(['restartFailed', 'active']);
  });

  it('by a later restart that overtakes the failure leaves the alert resolved, and tells nobody', async () => {
    await handle(succeededLater());
    await handle(taskEnded('failed'));
    await handle(taskEnded('failed'));
    expect(states()).toEqual([['restartFailed', 'resolved']]);
    expect(channels.told).toEqual([]);
  });

  it.each(crashPoints(6))(
    'by a later restart, killed $moment call $call and delivered again, is done',
    async (point) => {
      await handle(taskEnded('failed'));
      await handle(taskEnded('expired', undefined, T0 + 1, id('tsk', 'second')));
      const { wrap } = crashingAt(point);
      await handleAlertEvent({ ...deps(), alerts: wrap(alertsIn(store)) }, succeededLater()).catch(() => undefined);
      await handle(succeededLater());
      expect(states()).toEqual([
        ['restartFailed', 'resolved'],
        ['restartExpired', 'resolved'],
      ]);
    },
  );

  it('of an expired request comes when the person asks again, or after a day', async () => {
    await handle(aboutRequest('AssistanceRequestExpired'));
    const again = domainEvent('AssistanceRequested', { id: id('req', 'again'), version: 1 }, T0 + HOUR, FIELDS);
    await handle(again);
    expect(alerts()[1]).toMatchObject({ kind: 'assistanceExpired', state: 'resolved', resolution: 'Rita asked again' });

    store = emptyStore();
    await handle(aboutRequest('AssistanceRequestExpired'));
    clock.advance(24 * HOUR);
    expect(await sweepAlerts(deps())).toBe(0);
    clock.advance(MINUTE);
    expect(await sweepAlerts(deps())).toBe(1);
    expect(alerts().at(-1)).toMatchObject({ kind: 'assistanceExpired', state: 'resolved' });
    expect(await sweepAlerts(deps())).toBe(0);
  });

  it('of everything about a device comes when it is retired', async () => {
    await handle(taskEnded('failed'));
    await handle(aboutRequest('AssistanceRequestExpired'));
    await handle(aboutDevice('DeviceRetired'));
    expect(alerts().map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved']);
  });

  it('of a connector comes when its problem is gone; the next problem is another alert', async () => {
    await handle(connector('no licence', 2));
    await handle(connector('no licence', 3));
    await handle(connector(undefined, 4));
    await handle(connector('no licence', 2));
    await handle(connector('blocked', 6, T0 + HOUR));
    expect(alerts()).toMatchObject([
      { state: 'resolved', resolution: 'the connector teamviewer works again' },
      { state: 'active' },
    ]);
    expect(tellings(channels)).toEqual([3, 3]);
  });

  it('of a connector that is disconnected does not say that it works', async () => {
    await handle(connector('no licence', 2));
    await handle(connector(undefined, 3, T0, 'notOnboarded'));
    expect(alerts()).toMatchObject([{ state: 'resolved', resolution: 'the connector teamviewer is disconnected' }]);
  });
});

describe('acknowledging', () => {
  it('notes who took it on and when; again, by anybody, changes nothing', async () => {
    await alertsIn(store).save(undefined, anAlert());
    const first = await acknowledgeAlert(deps(), anAlert().id, ANNA);
    expect(first).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'anna', acknowledgedAt: T0 });
    clock.advance(MINUTE);
    expect(await acknowledgeAlert(deps(), anAlert().id, BEN)).toBe(first);
  });

  it('is 404 where there is none, and a conflict once it is resolved', async () => {
    expect((await problemFrom(acknowledgeAlert(deps(), id('alr', 'never'), ANNA))).code).toBe('not_found');
    await alertsIn(store).save(undefined, anAlert({ state: 'resolved', resolvedAt: T0 }));
    expect(await problemFrom(acknowledgeAlert(deps(), anAlert().id, ANNA))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'resolved' },
    });
  });

  it('twice at once is once', async () => {
    await alertsIn(store).save(undefined, anAlert());
    const both = await Promise.all([ANNA, BEN].map((actor) => acknowledgeAlert(deps(), anAlert().id, actor)));
    expect(both[0]).toEqual(both[1]);
  });
});

describe('a shared credential', () => {
  const open = () => [...store.alerts.values()].filter(({ state }) => state !== 'resolved');

  it('is one open alert, which says more when more is known, and is told again then', async () => {
    await handle(shared('alternating', 2));
    await handle(shared('alternating', 2));
    expect(open()).toMatchObject([
      { kind: 'credentialShared', severity: 'warning', data: { reason: 'alternating' }, deviceId: DEVICE_ID },
    ]);
    await handle(shared('replaced', 3));
    expect(open()).toMatchObject([{ data: { reason: 'replaced' }, title: expect.stringContaining('replaced') }]);
    await handle(shared('alternating', 2));
    expect(open()).toMatchObject([{ data: { reason: 'replaced' } }]);
    expect(channels.told.filter(({ channel }) => channel === 'topic')).toHaveLength(2);
  });

  it('is resolved when it is over, and when the device is retired; what comes after that is another one', async () => {
    await handle(shared('alternating', 2));
    await handle(shared(undefined, 3));
    expect(open()).toEqual([]);
    await handle(shared('alternating', 4, T0 + 4 * MINUTE));
    expect(open()).toHaveLength(1);
    await handle(domainEvent('DeviceRetired', { id: DEVICE_ID, version: 5 }, T0 + 5 * MINUTE, FIELDS));
    expect(open()).toEqual([]);
    await handle(shared('retired', 6, T0 + 5 * MINUTE + 1));
    expect(open()).toMatchObject([{ severity: 'info', data: { reason: 'retired' } }]);
  });

  it('is resolved too where the events come the other way round', async () => {
    await handle(shared(undefined, 3));
    await handle(shared('alternating', 2));
    expect(open()).toEqual([]);
  });
});

describe('what a title words', () => {
  it('is there as data, for clients that word it themselves', () => {
    const dataOf = (event: DomainEvent) => alertEffects(event).raise?.data;
    expect(dataOf(aboutRequest('AssistanceRequested'))).toEqual({ requesterName: FIELDS.requesterName });
    expect(dataOf(aboutRequest('AssistanceUnanswered', 5, { level: 1, waitedMinutes: 15 }))).toEqual({
      requesterName: FIELDS.requesterName,
      minutes: 15,
    });
    expect(dataOf(taskEnded('failed', 'denied'))).toEqual({ errorCode: 'denied' });
    expect(dataOf(connector('the\nlicence is over', 2))).toEqual({
      connector: 'teamviewer',
      problem: 'the licence is over',
    });
  });
});
