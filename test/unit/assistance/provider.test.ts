/** Requests with a session at a provider that fails, loses answers and ends sessions by itself; whatever is killed when. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changeRequest, getRequest } from '../../../lib/assistance/admin.ts';
import { approveRequest } from '../../../lib/assistance/approve.ts';
import { closeSession } from '../../../lib/assistance/close.ts';
import { changeOwnRequest, requestAssistance } from '../../../lib/assistance/person.ts';
import { consent, decline, end, withdraw } from '../../../lib/assistance/request.ts';
import { sweepSessions } from '../../../lib/assistance/session-sweep.ts';
import { sweepRequests } from '../../../lib/assistance/sweep.ts';
import { ConnectorFailure, type FailureKind } from '../../../lib/connectors/ports.ts';
import { retireDevice } from '../../../lib/devices/retirement.ts';
import { rememberFor } from '../../../lib/idempotency/model.ts';
import { assistanceIn, onboarded, type TestProvider, testConnector, testProvider } from '../support/assistance.ts';
import { type CrashPoint, crashingAt } from '../support/crash.ts';
import { devicesIn } from '../support/devices.ts';
import { ANNA, aDevice, BEN, DEVICE_ID } from '../support/fixtures.ts';
import { countingIds } from '../support/ids.ts';
import { codeFrom, problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, MINUTE, SECOND, type SettableClock, settableClock } from '../support/time.ts';

const FOUR_HOURS = 4 * HOUR;
const TEAMVIEWER = { connector: 'teamviewer' } as const;

let store: Store;
let clock: SettableClock;
let provider: TestProvider;

const world = (connectors = onboarded(provider, testConnector())) => ({
  requests: assistanceIn(store),
  connectors,
  clock,
});
const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');
const ask = async () => {
  const call = { message: 'Help', requester: { name: 'Rita' } };
  return (await requestAssistance({ ...world(), newId: countingIds(), requestsPerHour: 99 }, device(), call)).id;
};
const approveIt = (id: string, by = ANNA, approval: { connector?: 'teamviewer' | 'rustdesk' } = TEAMVIEWER) =>
  approveRequest(world(), id, approval, by);
const withdrawIt = (id: string) => changeOwnRequest({ ...world(), newId: countingIds() }, device(), id, withdraw);
const endIt = (id: string) => changeRequest(world(), id, (request, now) => end(request, 'adminEnded', now, ANNA));
const consentTo = (id: string, accepted: boolean) =>
  changeOwnRequest({ ...world(), newId: countingIds() }, device(), id, (request, now) =>
    consent(request, accepted, now),
  );
const stored = (id: string) => store.requests.get(id);
const openSessions = () => provider.sessions.filter(({ isOpen }) => isOpen).map(({ code }) => code);
const failNext = (kind: FailureKind, moment: 'before' | 'after' = 'before') =>
  provider.faults.push({ error: new ConnectorFailure(kind, `TeamViewer: ${kind}`), moment });

/** Both sweeps each minute, for as long. */
const minutesPass = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute += 1) {
    clock.advance(MINUTE);
    await sweepRequests(world());
    await sweepSessions(world());
  }
};

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  provider = testProvider();
  store.devices.set(DEVICE_ID, aDevice());
});

describe('approving at a provider', () => {
  it('opens one session, of which the request knows', async () => {
    const id = await ask();
    const approved = await approveIt(id);
    expect(approved).toMatchObject({ state: 'approved', approvedBy: 'anna', session: { code: 's1' } });
    expect(approved).not.toHaveProperty('opening');
    expect(device().openAssistance).toEqual({ requestId: id, state: 'approved' });
  });

  it('ten times at once calls the provider once', async () => {
    const id = await ask();
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => approveIt(id, n % 2 ? ANNA : BEN)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason.code).toBe('invalid_state');
    expect(provider.calls).toEqual(['open']);
  });

  it('while another admin does is a conflict, for any connector; the request is still pending to the person', async () => {
    const id = await ask();
    const { openSession } = provider;
    provider.openSession = async (order) => {
      for (const connector of ['teamviewer', 'rustdesk'] as const) {
        const problem = await problemFrom(approveIt(id, BEN, { connector }));
        expect(problem).toMatchObject({ code: 'invalid_state', extras: { currentState: 'pending' } });
      }
      expect(device().openAssistance).toMatchObject({ requestId: id, expiresAt: expect.any(Number) });
      return openSession(order);
    };
    expect((await approveIt(id)).approvedBy).toBe('anna');
  });

  it.each(['unavailable', 'rateLimited', 'refused', 'accessLost'] as const)(
    'that is %s leaves the request pending, says so, and works at once when the provider does',
    async (kind) => {
      const id = await ask();
      failNext(kind);
      expect(await problemFrom(approveIt(id))).toMatchObject({
        code: 'connector_failed',
        message: `TeamViewer: ${kind}`,
      });
      expect(stored(id)).toMatchObject({ state: 'pending' });
      expect((await approveIt(id, BEN)).approvedBy).toBe('ben');
      expect(provider.sessions).toHaveLength(1);
    },
  );

  it('says when to try again, where the provider is left alone until then', async () => {
    const id = await ask();
    provider.faults.push({
      error: new ConnectorFailure('rateLimited', 'later', clock() + 1.5 * SECOND),
      moment: 'before',
    });
    expect(await problemFrom(approveIt(id))).toMatchObject({
      code: 'connector_failed',
      extras: { retryAfterSeconds: 2 },
    });
  });

  it('whose answer was lost opens no second session', async () => {
    const id = await ask();
    failNext('unavailable', 'after');
    expect(await codeFrom(approveIt(id))).toBe('connector_failed');
    expect((await approveIt(id, BEN)).session?.code).toBe('s1');
    expect(provider.sessions).toHaveLength(1);
  });

  it('whose answer was lost does not keep another connector from being used, and its session is closed then', async () => {
    const id = await ask();
    failNext('unavailable', 'after');
    await codeFrom(approveIt(id));
    expect((await approveIt(id, BEN, { connector: 'rustdesk' })).session?.connector).toBe('rustdesk');
    expect(openSessions()).toEqual(['s1']);
    await minutesPass(1);
    expect(openSessions()).toEqual([]);
    expect(stored(id)).toMatchObject({ state: 'approved' });
    expect(stored(id)).not.toHaveProperty('opening');
  });

  it.each([
    ['withdraws', (id: string) => withdrawIt(id)],
    [
      'is declined by another admin',
      (id: string) => changeRequest(world(), id, (r, now) => decline(r, 'no', BEN, now)),
    ],
  ])('when the person %s meanwhile closes the session that was just opened', async (_, meanwhile) => {
    const id = await ask();
    const { openSession } = provider;
    provider.openSession = async (order) => {
      const session = await openSession(order);
      await meanwhile(id);
      return session;
    };
    expect(await codeFrom(approveIt(id))).toBe('invalid_state');
    expect(openSessions()).toEqual([]);
    expect(stored(id)).not.toHaveProperty('opening');
  });

  it('until the four hours are over closes the session and answers 410', async () => {
    const id = await ask();
    clock.advance(FOUR_HOURS - 1);
    const { openSession } = provider;
    provider.openSession = async (order) => {
      const session = await openSession(order);
      clock.advance(1);
      await sweepRequests(world());
      return session;
    };
    expect(await codeFrom(approveIt(id))).toBe('expired');
    expect(openSessions()).toEqual([]);
  });

  it('keeps its answer for the same key', async () => {
    const id = await ask();
    const remember = rememberFor({ caller: 'anna', operation: 'approve', key: 'k', request: '{}' }, clock());
    await approveRequest(world(), id, TEAMVIEWER, ANNA, remember);
    expect(store.answers.size).toBe(1);
  });

  it('that its process took too long for gives way to the next one, who finds its session', async () => {
    const id = await ask();
    const { openSession } = provider;
    provider.openSession = async (order) => {
      provider.openSession = openSession;
      const session = await openSession(order);
      clock.advance(30 * SECOND);
      await approveIt(id, BEN);
      return session;
    };
    expect(await codeFrom(approveIt(id, ANNA))).toBe('invalid_state');
    expect(stored(id)).toMatchObject({ approvedBy: 'ben', session: { code: 's1' } });
    expect(openSessions()).toEqual(['s1']);
  });
});

describe('an approval that is killed at any call', () => {
  const killed = async (id: string, point: CrashPoint): Promise<boolean> => {
    const { wrap, state } = crashingAt(point);
    const { requests, clock: time } = world();
    const deps = { requests: wrap(requests), connectors: onboarded(wrap(provider)), clock: time };
    await approveRequest(deps, id, TEAMVIEWER, ANNA).catch(() => undefined);
    return state.dead;
  };

  const points: CrashPoint[] = Array.from({ length: 8 }, (_, call) => call).flatMap((call) => [
    { call, moment: 'before' },
    { call, moment: 'after' },
  ]);

  it.each(points)('($moment call $call) and is approved again has exactly one session', async (point) => {
    const id = await ask();
    await killed(id, point);
    if (stored(id)?.state === 'pending') {
      clock.advance(30 * SECOND);
      await approveIt(id, BEN);
    }
    expect(provider.sessions).toHaveLength(1);
    expect(openSessions()).toEqual([stored(id)?.session?.code]);
    await endIt(id);
    await minutesPass(3);
    expect(openSessions()).toEqual([]);
  });

  it.each(points)('($moment call $call) and is withdrawn, ended or forgotten leaves no session open', async (point) => {
    const id = await ask();
    await killed(id, point);
    if (stored(id)?.state === 'pending') await withdrawIt(id);
    else await endIt(id);
    await minutesPass(3);
    expect(openSessions()).toEqual([]);
    expect(stored(id)).not.toHaveProperty('opening');
    const next = await ask();
    await killed(next, point);
    clock.advance(FOUR_HOURS);
    await minutesPass(3);
    if (stored(next)) await endIt(next);
    await minutesPass(3);
    expect(openSessions()).toEqual([]);
  });
});

describe('a session whose request is over', () => {
  const ends: [string, (id: string) => Promise<unknown>][] = [
    ['an admin ends it', endIt],
    ['the person refuses', (id) => consentTo(id, false)],
    [
      'the device is retired',
      () => retireDevice({ devices: devicesIn(store), assistance: assistanceIn(store), clock }, DEVICE_ID, ANNA),
    ],
  ];

  it.each(ends)('because %s is closed at once', async (_, over) => {
    const id = await ask();
    await approveIt(id);
    await over(id);
    expect(await closeSession(world(), id)).toBe(true);
    expect(openSessions()).toEqual([]);
    expect(await closeSession(world(), id)).toBe(false);
    await minutesPass(5);
    expect(provider.calls).toEqual(['open', 'close']);
  });

  it.each(ends)(
    'because %s is closed by the sweep where that failed, however long the provider is down',
    async (_, over) => {
      const id = await ask();
      await approveIt(id);
      await over(id);
      const { closeSession: closes } = provider;
      provider.closeSession = async () => {
        throw new ConnectorFailure('unavailable', 'down');
      };
      await expect(closeSession(world(), id)).rejects.toThrow('down');
      await minutesPass(100);
      expect(openSessions()).toEqual(['s1']);
      provider.closeSession = closes;
      await minutesPass(45);
      expect(openSessions()).toEqual([]);
    },
  );

  it('is not tried for ever: once it must be over by itself it is let go', async () => {
    const id = await ask();
    await approveIt(id);
    await endIt(id);
    provider.faults = Array.from({ length: 200 }, () => ({
      error: new ConnectorFailure('unavailable', 'down'),
      moment: 'before',
    }));
    await minutesPass(12 * 60 + 60);
    const tried = provider.calls.length;
    expect(tried).toBeLessThan(50);
    expect(stored(id)).not.toHaveProperty('closeAt');
    await minutesPass(60);
    expect(provider.calls).toHaveLength(tried);
  });
});

describe('following a session', () => {
  const approvedOne = async () => {
    const id = await ask();
    await approveIt(id);
    await consentTo(id, true);
    return id;
  };

  it('ends the request within five minutes after the provider ended the session, and closes nothing', async () => {
    const id = await approvedOne();
    await minutesPass(7);
    expect(stored(id)?.state).toBe('connected');
    for (const session of provider.sessions) session.isOpen = false;
    await minutesPass(5);
    expect(await getRequest(world(), id)).toMatchObject({ state: 'ended', endReason: 'sessionExpired' });
    await minutesPass(5);
    expect(provider.calls).not.toContain('close');
    expect(device()).not.toHaveProperty('openAssistance');
  });

  it('asks every few minutes and not each one, and writes no new version of what has not changed', async () => {
    const id = await approvedOne();
    const { version } = stored(id) ?? expect.fail('gone');
    await minutesPass(60);
    const asked = provider.calls.filter((call) => call === 'ended').length;
    expect(asked).toBeGreaterThanOrEqual(12);
    expect(asked).toBeLessThanOrEqual(20);
    expect(stored(id)?.version).toBe(version);
  });

  it('ends the request when the time of the session is over, whether or not the provider can be asked', async () => {
    const id = await approvedOne();
    provider.endedSessions = async () => {
      throw new ConnectorFailure('unavailable', 'down');
    };
    await minutesPass(12 * 60 - 1);
    expect(stored(id)?.state).toBe('connected');
    await minutesPass(1);
    expect(stored(id)).toMatchObject({ state: 'ended', endReason: 'sessionExpired' });
    await minutesPass(2);
    expect(openSessions()).toEqual([]);
  });

  it('ends a request with a link after 12 hours, without a call', async () => {
    const id = await ask();
    await approveIt(id, ANNA, { connector: 'rustdesk' });
    await minutesPass(12 * 60 - 1);
    expect(stored(id)?.state).toBe('approved');
    await minutesPass(1);
    expect(stored(id)).toMatchObject({ state: 'ended', endReason: 'sessionExpired' });
    expect(provider.calls).toEqual([]);
  });

  it('reports what failed at the provider, and goes on with the others', async () => {
    await approvedOne();
    clock.advance(5 * MINUTE);
    failNext('unavailable');
    const swept = await sweepSessions(world());
    expect(swept).toMatchObject({ ended: 0, closed: 0, failures: [{ kind: 'unavailable' }] });
  });
});
