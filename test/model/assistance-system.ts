/**
 * The product's assistance as it runs, without AWS: the use cases on ports in memory, a provider that keeps sessions and
 * fails, and the consumers of the stream and of the bus, each with duplicates and in whatever order they allow. Any
 * call may be killed at any of its port calls.
 */
import type { Actor } from '../../lib/actor.ts';
import { acknowledgeAlert, handleAlertEvent } from '../../lib/alerts/alerts.ts';
import { sweepAlerts } from '../../lib/alerts/sweep.ts';
import { changeRequest, getRequest } from '../../lib/assistance/admin.ts';
import { approveRequest } from '../../lib/assistance/approve.ts';
import { closeSession } from '../../lib/assistance/close.ts';
import type { AssistanceRequest, ConnectorName, Session } from '../../lib/assistance/model.ts';
import { changeOwnRequest, getOwnRequest, requestAssistance } from '../../lib/assistance/person.ts';
import { consent, decline, end, withdraw } from '../../lib/assistance/request.ts';
import { sweepSessions } from '../../lib/assistance/session-sweep.ts';
import { sweepRequests } from '../../lib/assistance/sweep.ts';
import {
  type Connector,
  ConnectorFailure,
  type Connectors,
  type FailureKind,
  type SessionOrder,
} from '../../lib/connectors/ports.ts';
import { notOnboarded } from '../../lib/connectors/registry.ts';
import type { Device } from '../../lib/devices/model.ts';
import { retireDevice } from '../../lib/devices/retirement.ts';
import { sweepDevices } from '../../lib/devices/sweep.ts';
import { type DomainEvent, eventId } from '../../lib/events/model.ts';
import type { Id } from '../../lib/ids.ts';
import { consequencesOf, type EntityChange } from '../../lib/relay.ts';
import { alertsIn, notingChannels } from '../unit/support/alerts.ts';
import { assistanceIn, testConnector, testProvider } from '../unit/support/assistance.ts';
import { Crash, type CrashPoint, crashingAt } from '../unit/support/crash.ts';
import { credentialsIn } from '../unit/support/credentials.ts';
import { devicesIn } from '../unit/support/devices.ts';
import { ANNA, aDevice } from '../unit/support/fixtures.ts';
import { remainsIn } from '../unit/support/groups.ts';
import { countingIds, id } from '../unit/support/ids.ts';
import { emptyStore, type Store } from '../unit/support/store.ts';
import { settableClock, T0 } from '../unit/support/time.ts';
import { type AnswerName, CLIMB_AFTER_MINUTES, REQUESTS_PER_HOUR, SESSION_MS } from './assistance-spec.ts';
import type { Coverage } from './coverage.ts';
import { differ } from './difference.ts';
import { Consumer, RecordingMap, type Written } from './feed.ts';
import { type Result, resultOf } from './outcome.ts';

/** What goes wrong at the provider in the calls of one step. */
export type Fault = { kind: FailureKind; moment: 'before' | 'after'; calls: 'open' | 'others' | 'all' };

/** What happens while the provider opens a session. It kills the approval by returning false. */
export type Meanwhile = (moment: 'before' | 'after') => Promise<boolean>;

const ignore = (): void => undefined;

const MESSAGE = 'the secret message text';

/** After these, what is open at a provider is closed: as the stack's rule for `events-sessions` says. */
const CLOSING = ['AssistanceEnded', 'AssistanceRefused'];

const stateOf = ({ state, endReason }: AssistanceRequest): string =>
  endReason === undefined ? state : `${state} (${endReason})`;

const RULES = (actor: Actor) =>
  ({
    decline: (request, now) => decline(request, 'not today', actor, now),
    adminEnd: (request, now) => end(request, 'adminEnded', now, actor),
    withdraw,
    accept: (request, now) => consent(request, true, now),
    refuse: (request, now) => consent(request, false, now),
    userEnd: (request, now) => end(request, 'userEnded', now),
  }) satisfies Record<AnswerName, (request: AssistanceRequest, now: number) => AssistanceRequest>;

/** @param kept told of each request that the table deleted, once what is left of it is kept */
export const createSystem = (deviceCount: number, kept: (request: Id) => void, coverage: Coverage) => {
  const clock = settableClock(T0);
  const newId = countingIds();
  const published = new Map<string, DomainEvent>();
  const consumers: Consumer[] = [];
  const tell = (record: Written) => {
    for (const consumer of consumers) consumer.add(record);
  };
  const deletedByTable = new Set<Id>();
  const store: Store = {
    ...emptyStore(),
    devices: new RecordingMap<Device>((itemId, before, after) => tell({ kind: 'device', id: itemId, before, after })),
    requests: new RecordingMap<AssistanceRequest>((itemId, before, after) => {
      const state = after ? stateOf(after) : 'gone';
      if (before?.state !== after?.state) coverage.count(before && stateOf(before), state);
      if (after && after.version !== (before?.version ?? 0) + 1) differ(`version ${after.version} of ${itemId}`);
      tell({ kind: 'request', id: itemId, before, after });
    }),
  };
  const channels = notingChannels();
  const provider = testProvider();
  const links = testConnector();
  const validUntil = new Map<string, number>();
  let isOnboarded = true;

  const failing = (fault: Fault | undefined, call: 'open' | 'others') => {
    const error =
      fault && (fault.calls === 'all' || fault.calls === call) && new ConnectorFailure(fault.kind, fault.kind);
    return async <T>(effect: () => Promise<T>): Promise<T> => {
      if (error && fault.moment === 'before') throw error;
      const result = await effect();
      if (error) throw error;
      return result;
    };
  };

  const open = async (order: SessionOrder): Promise<Session> => {
    const session = await provider.openSession(order);
    const code = session.code ?? '';
    const until = validUntil.get(code) ?? clock() + SESSION_MS.teamviewer;
    validUntil.set(code, until);
    return { ...session, validUntil: until };
  };

  /** With what goes wrong in one step, and what happens meanwhile. */
  const teamViewer = (fault: Fault | undefined, meanwhile: Meanwhile | undefined, die: () => void): Connector => {
    const during = async (moment: 'before' | 'after') => {
      if (meanwhile === undefined || (await meanwhile(moment))) return;
      die();
      throw new Crash('its time was over');
    };
    return {
      ...provider,
      openSession: async (order) => {
        await during('before');
        const session = await failing(fault, 'open')(() => open(order));
        await during('after');
        return session;
      },
      closeSession: (session) => failing(fault, 'others')(() => provider.closeSession(session)),
      closeLost: (order) => failing(fault, 'others')(() => provider.closeLost(order)),
      endedSessions: (sessions) => failing(fault, 'others')(() => provider.endedSessions(sessions)),
    };
  };

  type Trouble = { crash?: CrashPoint | undefined; fault?: Fault | undefined; meanwhile?: Meanwhile | undefined };

  const portsWith = ({ crash, fault, meanwhile }: Trouble) => {
    const { wrap, state } = crashingAt(crash);
    const die = () => {
      state.dead = true;
    };
    const rustDesk: Connector = {
      ...links,
      openSession: async (order) => {
        await meanwhile?.('before');
        return links.openSession(order);
      },
    };
    const find: Connectors['find'] = async (name) => {
      if (name === 'rustdesk') return wrap(rustDesk);
      return isOnboarded ? wrap(teamViewer(fault, meanwhile, die)) : undefined;
    };
    const choose: Connectors['choose'] = async (name = 'teamviewer') =>
      (await find(name)) ?? Promise.reject(notOnboarded(name));
    const memory = assistanceIn(store);
    return {
      // What is due is read as a stream, which has no one moment to die at.
      requests: { ...wrap(memory), due: memory.due },
      devices: wrap(devicesIn(store)),
      assistance: wrap(memory),
      remains: remainsIn(store),
      credentials: wrap(credentialsIn(store)),
      alerts: { ...wrap(alertsIn(store)), due: alertsIn(store).due },
      channels: { topic: wrap(channels.topic), bus: wrap(channels.bus) },
      connectors: { find, choose },
      clock,
      newId,
    };
  };
  type Ports = ReturnType<typeof portsWith>;

  const calm = portsWith({});

  const run = <T>(trouble: Trouble | undefined, use: (ports: Ports) => Promise<T>): Promise<Result<T>> =>
    resultOf(() => use(trouble ? portsWith(trouble) : calm));

  let crash: CrashPoint | undefined;
  let fault: Fault | undefined;

  const publish = (event: DomainEvent): void => {
    const said = JSON.stringify(event);
    if (said.includes(MESSAGE) || said.includes('supporter.example.com')) differ(`an event tells a secret: ${said}`);
    published.set(eventId(event), event);
    for (const consumer of [alerts, closing])
      consumer.add({ kind: 'event', id: newId('evt', clock()), before: undefined, after: event });
  };

  /** As `functions/events/relay` does it. */
  const relay = new Consumer(ignore, async (record) => {
    const { id: itemId, before, after } = record;
    if (after === undefined && deletedByTable.has(itemId)) {
      const { deviceId, opening, expiresAt = 0 } = before as AssistanceRequest;
      kept(itemId);
      store.expired.set(itemId, { id: itemId, deviceId, expiredAt: expiresAt, ...(opening && { opening }) });
    }
    if (crash) throw new Crash('before the events');
    for (const event of consequencesOf(record as unknown as EntityChange).events) publish(event);
  });
  const alerts = new Consumer(ignore, async ({ after }) =>
    handleAlertEvent(crash ? portsWith({ crash }) : calm, after as DomainEvent),
  );
  const closing = new Consumer(ignore, async ({ after }) => {
    const { type, detail } = after as DomainEvent;
    if (!CLOSING.includes(type)) return;
    try {
      await closeSession(portsWith({ crash, fault }), detail.id);
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
    }
  });
  consumers.push(relay);

  for (let i = 0; i < deviceCount; i += 1) {
    const device = aDevice({ id: id('dev', `model ${i}`), name: `PC ${i}` });
    store.devices.set(device.id, device);
  }

  const deviceOf = (deviceId: Id): Device => store.devices.get(deviceId) as Device;

  /** A consumer that dies sees the record again. */
  const consume = async (trouble: Trouble, work: () => Promise<void>): Promise<void> => {
    ({ crash, fault } = trouble);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    } finally {
      crash = undefined;
      fault = undefined;
    }
  };
  const byName = { relay, alerts, closing };

  /** A provider ends by itself what has lasted too long. */
  const endInTime = (): void => {
    for (const session of provider.sessions) {
      if ((validUntil.get(session.code) ?? Number.POSITIVE_INFINITY) <= clock()) session.isOpen = false;
    }
  };

  return {
    clock,
    store,
    published,
    provider,
    told: channels.told,
    deviceIds: [...store.devices.keys()],
    advance: (ms: number): void => {
      clock.advance(ms);
      endInTime();
    },
    setOnboarded: (onboarded: boolean): void => {
      isOnboarded = onboarded;
    },
    ask: (device: Id, trouble: Trouble) =>
      run(trouble, (ports) =>
        requestAssistance(
          { ...ports, requestsPerHour: REQUESTS_PER_HOUR, climbAfterMinutes: CLIMB_AFTER_MINUTES },
          deviceOf(device),
          { message: MESSAGE, requester: { name: 'Rita' } },
        ),
      ),
    approve: (request: Id, connector: ConnectorName, by: Actor, trouble: Trouble) =>
      run(trouble, (ports) => approveRequest(ports, request, { connector }, by)),
    answer: (request: Id, name: AnswerName, by: Actor | Id, trouble: Trouble) =>
      run(trouble, (ports) =>
        typeof by === 'string'
          ? changeOwnRequest(ports, deviceOf(by), request, RULES(ANNA)[name])
          : changeRequest(ports, request, RULES(by)[name]),
      ),
    read: (request: Id, by: 'admin' | Id) =>
      run(undefined, (ports) =>
        by === 'admin' ? getRequest(ports, request) : getOwnRequest(ports, deviceOf(by), request),
      ),
    retire: (device: Id, trouble: Trouble) => run(trouble, (ports) => retireDevice(ports, device, ANNA)),
    sweep: (trouble: Trouble) =>
      run(trouble, async (ports) => {
        await sweepDevices(ports);
        await sweepRequests(ports);
      }),
    sweepSessions: (trouble: Trouble) => run(trouble, sweepSessions),
    sweepAlerts: (trouble: Trouble) => run(trouble, sweepAlerts),
    acknowledgeAlert: (alert: Id, trouble: Trouble) => run(trouble, (ports) => acknowledgeAlert(ports, alert, ANNA)),
    /** The table deletes a request whose time to live is over. */
    deleteByTable: (request: Id): void => {
      deletedByTable.add(request);
      store.requests.delete(request);
    },
    endAtProvider: (code: string | undefined): void => {
      for (const session of provider.sessions) if (session.code === code) session.isOpen = false;
    },
    consume: (name: keyof typeof byName, choices: readonly number[], trouble: Trouble) =>
      consume(trouble, () => byName[name].next(choices)),
    consumeAgain: (name: keyof typeof byName, count: number) => consume({}, () => byName[name].again(count)),
    isQuiet: () => Object.values(byName).every(({ isIdle }) => isIdle),
  };
};

export type System = ReturnType<typeof createSystem>;
