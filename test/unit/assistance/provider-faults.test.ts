/**
 * Each thing that is done at TeamViewer, with each of its calls failing in each way, and killed before and after each
 * call of its ports. Whatever it was: afterwards each request has had one session at most, none is left open, and what
 * was reported of the connector is over.
 */
import { describe, expect, it, vi } from 'vitest';
import { changeRequest } from '../../../lib/assistance/admin.ts';
import { approveRequest } from '../../../lib/assistance/approve.ts';
import { closeSession } from '../../../lib/assistance/close.ts';
import { changeOwnRequest, requestAssistance } from '../../../lib/assistance/person.ts';
import type { AssistanceRepository } from '../../../lib/assistance/ports.ts';
import { consent, end, withdraw } from '../../../lib/assistance/request.ts';
import { sweepSessions } from '../../../lib/assistance/session-sweep.ts';
import { connectorsOf } from '../../../lib/connectors/connectors.ts';
import { connectorEvents } from '../../../lib/connectors/events.ts';
import { disconnectConnector } from '../../../lib/connectors/manage.ts';
import { finishOnboarding, startOnboarding } from '../../../lib/connectors/onboarding.ts';
import { rustDesk } from '../../../lib/connectors/rustdesk.ts';
import { eventId } from '../../../lib/events/model.ts';
import { APP, useWorld, visit } from '../connectors/teamviewer/world.ts';
import { assistanceIn } from '../support/assistance.ts';
import { recordsIn, type TestRecords } from '../support/connectors.ts';
import { crashingAt } from '../support/crash.ts';
import { ANNA, aDevice, BEN, DEVICE_ID } from '../support/fixtures.ts';
import { countingIds } from '../support/ids.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { DAY, MINUTE } from '../support/time.ts';

// Each goes through all calls of what it is about.
vi.setConfig({ testTimeout: 60_000 });

const world = useWorld();
const CALLBACK = { clientId: APP.clientId, clientSecret: APP.clientSecret, redirectUri: APP.redirectUri };

/** A function of the stack as one process has it: everything that reaches beyond it can be made to fail. */
type Process = ReturnType<typeof processIn>;

type Ways = { wrap?: <Port extends object>(port: Port) => Port; fetch?: typeof fetch };

const processIn = (store: Store, records: TestRecords, { wrap = (port) => port, fetch: send = fetch }: Ways = {}) => {
  const requests: AssistanceRepository = assistanceIn(store);
  const clock = world.fake.now;
  const provider = world.connector({
    vault: wrap(world.vault),
    lease: wrap(world.lease),
    fetch: wrap({ fetch: (url: string, init: RequestInit) => send(url, init) }).fetch as typeof fetch,
  });
  const kept = wrap<Pick<TestRecords, 'find' | 'save' | 'note'>>(records);
  const connectors = connectorsOf(
    { teamviewer: () => provider, rustdesk: () => rustDesk({}) },
    { records: kept, clock, onUnnoted: () => {} },
  );
  // What is due is a list to go through, and reading it has no effect.
  const deps = { requests: { ...wrap(requests), due: requests.due }, connectors, clock, newId: countingIds() };
  const device = () => store.devices.get(DEVICE_ID) ?? expect.fail('no device');
  const own = (id: string, rule: Parameters<typeof changeOwnRequest>[3]) => changeOwnRequest(deps, device(), id, rule);
  return {
    ask: async () =>
      (
        await requestAssistance({ ...deps, requestsPerHour: 99 }, device(), {
          message: 'Help',
          requester: { name: 'Rita' },
        })
      ).id,
    approve: (id: string, by = ANNA) => approveRequest(deps, id, { connector: 'teamviewer' }, by),
    consent: (id: string) => own(id, (request, now) => consent(request, true, now)),
    withdraw: (id: string) => own(id, withdraw),
    end: (id: string) => changeRequest(deps, id, (request, now) => end(request, 'adminEnded', now, ANNA)),
    close: (id: string) => closeSession(deps, id),
    sweep: () => sweepSessions(deps),
    signIn: async () => {
      const onboarding = { records: kept, provider, clock };
      const { authorizationUrl } = await startOnboarding(onboarding, 'teamviewer', CALLBACK, ANNA);
      const query = await visit(authorizationUrl);
      const callback = { code: query.get('code') ?? '', state: query.get('state') ?? '' };
      return finishOnboarding({ ...onboarding, actAs: () => {} }, 'teamviewer', callback);
    },
    disconnect: () =>
      disconnectConnector(
        { records: kept, clock, providers: { teamviewer: { onboarding: provider, vault: wrap(world.vault) } } },
        'teamviewer',
        ANNA,
      ),
  };
};

type Scene = { store: Store; records: TestRecords; healthy: Process; id: string };

const scene = async (): Promise<Scene> => {
  const store = emptyStore();
  store.devices.set(DEVICE_ID, aDevice());
  const records = recordsIn();
  const healthy = processIn(store, records);
  expect(await healthy.signIn()).toMatchObject({ result: 'onboarded' });
  return { store, records, healthy, id: await healthy.ask() };
};

const loseOne = async ({ store, records, id }: Scene): Promise<void> => {
  world.fake.fault({ fault: 'answerLost', on: 'POST /sessions', times: 1 });
  await expect(processIn(store, records).approve(id)).rejects.toThrow();
};

const connect = async ({ healthy, id }: Scene): Promise<string> => {
  const { session } = await healthy.approve(id);
  await healthy.consent(id);
  return session?.code ?? '';
};

/** What is prepared by a process that works, and what is then done by one that does not. */
type Activity = {
  name: string;
  prepare(scene: Scene): Promise<unknown>;
  run(process: Process, scene: Scene): Promise<unknown>;
};

const ACTIVITIES: readonly Activity[] = [
  { name: 'approving', prepare: async () => {}, run: (process, { id }) => process.approve(id) },
  { name: 'approving after an answer that was lost', prepare: loseOne, run: (process, { id }) => process.approve(id) },
  {
    name: 'approving with a token that is over',
    prepare: async () => world.fake.expireAccessTokens(),
    run: (process, { id }) => process.approve(id),
  },
  {
    name: 'closing a session',
    prepare: async (at) => {
      await connect(at);
      await at.healthy.end(at.id);
    },
    run: (process, { id }) => process.close(id),
  },
  {
    name: 'closing what a lost answer left',
    prepare: async (at) => {
      await loseOne(at);
      await at.healthy.withdraw(at.id);
      world.advance(MINUTE);
    },
    run: (process) => process.sweep(),
  },
  {
    name: 'following a session that a supporter closed',
    prepare: async (at) => {
      world.fake.closeSession(await connect(at));
      world.advance(5 * MINUTE);
    },
    run: (process) => process.sweep(),
  },
  { name: 'signing in again', prepare: connect, run: (process) => process.signIn() },
];

const FAULTS = [
  'serverError',
  'unreadable',
  'rateLimit',
  'blocked',
  'invalidClient',
  'tokenExpired',
  'connectionReset',
  'answerLost',
  'hangs',
  'hangs after its effect',
] as const;

const timeOut = () => new DOMException('late', 'TimeoutError');

/** @returns a network whose call of that number fails, and what that call was */
const failingAt = (number: number, fault: (typeof FAULTS)[number]) => {
  const state = { calls: 0, operation: '' };
  const send = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const isIt = state.calls === number;
    state.calls += 1;
    if (!isIt) return fetch(url, init);
    state.operation = `${init.method} ${new URL(String(url)).pathname.replace('/api/v1', '')}`;
    if (fault === 'hangs') throw timeOut();
    if (fault !== 'hangs after its effect') world.fake.fault({ fault, times: 1 });
    const answer = await fetch(url, init);
    if (fault === 'hangs after its effect') throw timeOut();
    return answer;
  };
  return { send: send as typeof fetch, state };
};

const minutesPass = async ({ healthy }: Scene, minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    world.advance(MINUTE);
    await healthy.sweep();
  }
};

const stateOf = ({ store, id }: Scene) => store.requests.get(id)?.state;

/** Everything works again, and people go on. @returns whether an admin had to sign in for it */
const recover = async (at: Scene): Promise<boolean> => {
  world.fake.clearFaults();
  world.advance(MINUTE);
  // A lease ends by itself.
  world.lease.held = false;
  let signedIn = false;
  // Another process, which remembers nothing.
  at.healthy = processIn(at.store, at.records);
  const again = stateOf(at) === 'pending' ? at.id : undefined;
  if (again === undefined) {
    if (stateOf(at) === 'approved' || stateOf(at) === 'connected') await at.healthy.end(at.id);
    await minutesPass(at, 8);
    at.id = await at.healthy.ask();
  }
  await at.healthy.approve(at.id, BEN).catch(async () => {
    expect(at.records.current.connectors.teamviewer.problem).toBeDefined();
    signedIn = true;
    expect(await at.healthy.signIn()).toMatchObject({ result: 'onboarded' });
    await at.healthy.approve(at.id, BEN);
  });
  await at.healthy.end(at.id);
  await minutesPass(at, 8);
  return signedIn;
};

const expectOrder = ({ store, records }: Scene): void => {
  const sessions = world.fake.sessions();
  expect(sessions.filter(({ state }) => state === 'open')).toEqual([]);
  const requests = sessions.map(({ custom_api }) => custom_api);
  expect(new Set(requests).size).toBe(requests.length);
  for (const request of store.requests.values()) {
    expect(['ended', 'withdrawn', 'pending']).toContain(request.state);
    if (request.state !== 'pending') expect(request).not.toHaveProperty('closeAt');
    expect(request).not.toHaveProperty('opening');
    expect(request.session === undefined || requests.includes(request.id)).toBe(true);
  }
  expect(records.current.connectors.teamviewer).not.toHaveProperty('problem');
  const events = records.changes.flatMap(({ before, after }) => connectorEvents(before, after));
  expect(new Set(events.map(eventId)).size).toBe(events.length);
  const news = events.filter(({ detail }) => detail.problemSince !== undefined);
  const begun = new Set(
    news.filter(({ detail }) => detail.problem !== undefined).map(({ detail }) => detail.problemSince),
  );
  const over = news.filter(({ detail }) => detail.problem === undefined).map(({ detail }) => detail.problemSince);
  expect(over).toEqual([...begun]);
};

/** Tokens that were given and did not arrive are the one loss that nobody can make good. */
const GIVES_TOKENS = 'POST /oauth2/token';

describe.each(ACTIVITIES)('$name', ({ name, prepare, run }) => {
  it.each(FAULTS)('survives %s at each of its calls', async (fault) => {
    for (let number = 0; ; number += 1) {
      const at = await scene();
      await prepare(at);
      const { send, state } = failingAt(number, fault);
      await run(processIn(at.store, at.records, { fetch: send }), at).catch(() => undefined);
      if (state.operation === '') return expect(number).toBeGreaterThan(0);
      const signedIn = await recover(at);
      const isLost = fault === 'answerLost' || fault === 'hangs after its effect';
      if (signedIn) expect([isLost, state.operation]).toEqual([true, GIVES_TOKENS]);
      expectOrder(at);
    }
  });

  it.each(['before', 'after'] as const)('survives being killed %s each call of its ports', async (moment) => {
    for (let call = 0; ; call += 1) {
      const at = await scene();
      await prepare(at);
      const { wrap, state } = crashingAt({ call, moment });
      await run(processIn(at.store, at.records, { wrap }), at).catch(() => undefined);
      if (!state.dead) return expect(call).toBeGreaterThan(3);
      const signedIn = await recover(at);
      if (signedIn) expect(name).toBe('approving with a token that is over');
      expectOrder(at);
    }
  });
});

describe('disconnecting', () => {
  const isGone = async ({ healthy, store, records }: Scene): Promise<void> => {
    world.fake.clearFaults();
    world.lease.held = false;
    await healthy.disconnect();
    const { connectors, defaultName } = records.current;
    expect([connectors.teamviewer, defaultName]).toEqual([{ onboarded: false }, 'rustdesk']);
    expect(world.vault.value).toBeUndefined();
    // What was open then ends with its own time.
    world.advance(DAY);
    await healthy.sweep();
    expect([...store.requests.values()].map(({ state }) => state)).toEqual(['ended']);
  };

  it.each(FAULTS)('survives %s at each of its calls', async (fault) => {
    for (let number = 0; ; number += 1) {
      const at = await scene();
      await connect(at);
      const { send, state } = failingAt(number, fault);
      await processIn(at.store, at.records, { fetch: send }).disconnect();
      expect(world.vault.value).toBeUndefined();
      if (state.operation === '') return expect(number).toBeGreaterThan(0);
      await isGone(at);
    }
  });

  it.each(['before', 'after'] as const)('survives being killed %s each call of its ports', async (moment) => {
    for (let call = 0; ; call += 1) {
      const at = await scene();
      await connect(at);
      const { wrap, state } = crashingAt({ call, moment });
      await processIn(at.store, at.records, { wrap })
        .disconnect()
        .catch(() => undefined);
      if (!state.dead) return expect(call).toBeGreaterThan(3);
      await isGone(at);
    }
  });
});
