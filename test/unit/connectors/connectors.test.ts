import { beforeEach, describe, expect, it } from 'vitest';
import { iso } from '../../../lib/clock.ts';
import { ConnectorSettings, connectorsOf, initialRegistry } from '../../../lib/connectors/connectors.ts';
import { connectorEvents } from '../../../lib/connectors/events.ts';
import type { ConnectorState } from '../../../lib/connectors/model.ts';
import {
  type Connector,
  ConnectorFailure,
  type FailureKind,
  type SessionOrder,
} from '../../../lib/connectors/ports.ts';
import { changeRegistry } from '../../../lib/connectors/records.ts';
import { onboard } from '../../../lib/connectors/registry.ts';
import { rustDesk } from '../../../lib/connectors/rustdesk.ts';
import { connectorViews } from '../../../lib/connectors/view.ts';
import { eventId } from '../../../lib/events/model.ts';
import { type TestProvider, testProvider } from '../support/assistance.ts';
import { recordsIn, type TestRecords } from '../support/connectors.ts';
import { id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

const order: SessionOrder = {
  requestId: id('req', 'a'),
  requestedAt: 0,
  deviceName: 'PC-1',
  message: 'Help',
  requester: { name: 'Rita' },
  mayExist: false,
};

const factories = (teamviewer: Connector) => ({
  teamviewer: () => teamviewer,
  rustdesk: ({ relay = {} }: ConnectorState) => rustDesk(relay),
});

describe('the connectors of a stage', () => {
  let records: TestRecords;
  let clock: SettableClock;
  let provider: TestProvider;
  let unnoted: unknown[];

  const connectors = () =>
    connectorsOf(factories(provider), { records, clock, onUnnoted: (_, error) => unnoted.push(error) });
  const onboardTeamViewer = () =>
    changeRegistry(records, (registry) => onboard(registry, 'teamviewer', { by: 'anna', now: clock() }));
  const teamViewer = async () => (await connectors().find('teamviewer')) ?? expect.fail('not onboarded');
  const state = () => records.current.connectors.teamviewer;
  const failWith = (kind: FailureKind, text: string = kind) =>
    provider.faults.push({ error: new ConnectorFailure(kind, text), moment: 'before' });
  const ask = async () => (await teamViewer()).endedSessions([]);

  beforeEach(() => {
    records = recordsIn();
    clock = settableClock();
    provider = testProvider();
    unnoted = [];
  });

  it('are those that its configuration names, until something is changed', async () => {
    expect((await connectors().choose()).name).toBe('rustdesk');
    expect(await connectors().find('teamviewer')).toBeUndefined();
    expect(await problemFrom(connectors().choose('teamviewer'))).toMatchObject({
      code: 'connector_not_onboarded',
      message: expect.stringContaining('teamviewer'),
    });
    records = recordsIn(initialRegistry({ default: 'teamviewer' }));
    expect(await problemFrom(connectors().choose())).toMatchObject({ code: 'connector_not_onboarded' });
  });

  it('have settings that name a connector there is', () => {
    expect(ConnectorSettings.safeParse({ default: 'telnet' }).success).toBe(false);
    expect(ConnectorSettings.safeParse({ default: 'rustdesk' }).success).toBe(true);
  });

  it('are all shown, with what they cannot do, and nothing that is for this code alone', async () => {
    await onboardTeamViewer();
    const limitations = { teamviewer: ['a'], rustdesk: ['b'] };
    expect(connectorViews(records.current, limitations, T0)).toEqual([
      { name: 'teamviewer', status: 'onboarded', default: false, limitations: ['a'] },
      { name: 'rustdesk', status: 'onboarded', default: true, limitations: ['b'] },
    ]);
  });

  it('note when a call succeeded, every ten minutes at most', async () => {
    await onboardTeamViewer();
    for (let minute = 0; minute < 20; minute += 1) {
      await ask();
      clock.advance(MINUTE);
    }
    expect(state().lastConnectionAt).toBe(T0 + 10 * MINUTE);
    expect(records.changes.filter(({ how }) => how === 'note')).toHaveLength(2);
  });

  it('leave a provider alone that wants fewer calls, for longer each time, and say until when', async () => {
    await onboardTeamViewer();
    for (const minutes of [1, 2, 4, 8, 16, 30, 30]) {
      const until = iso(clock() + minutes * MINUTE);
      failWith('rateLimited');
      await expect(ask()).rejects.toMatchObject({
        message: `rateLimited No call is made before ${until}.`,
        retryAt: clock() + minutes * MINUTE,
      });
      const view = () => connectorViews(records.current, { teamviewer: [], rustdesk: [] }, clock())[0];
      expect(view()).toMatchObject({ status: 'onboarded', pausedUntil: until });
      const asked = provider.calls.length;
      clock.advance(minutes * MINUTE - 1);
      await expect(ask()).rejects.toThrow(until);
      expect(provider.calls).toHaveLength(asked);
      clock.advance(1);
      expect(view()).not.toHaveProperty('pausedUntil');
    }
    await ask();
    expect(state()).not.toHaveProperty('backOff');
  });

  it('report that access is lost, once, and that it is back', async () => {
    await onboardTeamViewer();
    failWith('accessLost', 'TeamViewer says: blocked');
    failWith('accessLost', 'TeamViewer says: blocked');
    await expect(ask()).rejects.toThrow('blocked');
    clock.advance(MINUTE);
    await expect(ask()).rejects.toThrow('blocked');
    expect(state().problem).toEqual({ text: 'TeamViewer says: blocked', since: T0 });
    await ask();
    expect(state()).not.toHaveProperty('problem');
    const events = records.changes.slice(1).flatMap(({ before, after }) => connectorEvents(before, after));
    expect(events.map(({ detail }) => [detail.name, detail.problem, detail.problemSince])).toEqual([
      ['teamviewer', 'TeamViewer says: blocked', iso(T0)],
      ['teamviewer', undefined, iso(T0)],
    ]);
    expect(new Set(events.map(eventId)).size).toBe(2);
  });

  it('lose no session over a mark that cannot be left', async () => {
    await onboardTeamViewer();
    records.note = async () => {
      throw new Error('the table is not there');
    };
    expect((await (await teamViewer()).openSession(order)).code).toBe('s1');
    expect(unnoted).toHaveLength(1);
  });

  it('are made from what their record says', async () => {
    const relay = { relayServer: 'relay.example.com' };
    await changeRegistry(records, (registry) => onboard(registry, 'rustdesk', { by: 'anna', now: T0, relay }));
    const session = await (await connectors().choose()).openSession({ ...order, rustdeskId: '1' });
    expect(session.supporterLink).toBe('rustdesk://1@relay.example.com');
  });
});

describe('RustDesk', () => {
  it('opens the supporter on the device, through its own public relays', async () => {
    expect(await rustDesk({}).openSession({ ...order, rustdeskId: '123456789' })).toEqual({
      connector: 'rustdesk',
      supporterLink: 'rustdesk://123456789',
      code: '123456789',
      note: expect.any(String),
    });
  });

  it('says with every session that ending it here leaves a connection open, whether its id is known or not', async () => {
    for (const known of [{}, { rustdeskId: '1' }]) {
      const { note } = await rustDesk({}).openSession({ ...order, ...known });
      expect(note).toContain('leaves a connection open');
    }
    expect(rustDesk({}).limitations.join()).toContain('leaves a connection open');
  });

  it("goes through the organisation's relay, with its key", async () => {
    const { supporterLink } = await rustDesk({ relayServer: 'relay.example.com', key: 'a+b/c=' }).openSession({
      ...order,
      rustdeskId: '123',
    });
    expect(supporterLink).toBe('rustdesk://123@relay.example.com?key=a%2Bb%2Fc%3D');
  });

  it('says what to do where the device did not give its id', async () => {
    const session = await rustDesk({}).openSession(order);
    expect(session).not.toHaveProperty('code');
    expect(session.note).toContain('ask the person');
  });

  it('has nothing to close', async () => {
    await expect(rustDesk({}).closeSession(await rustDesk({}).openSession(order))).resolves.toBeUndefined();
  });
});
