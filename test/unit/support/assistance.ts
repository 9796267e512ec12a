/** Assistance requests in memory, and a connector that opens sessions nowhere. */
import { dueOf, dueOfExpired } from '../../../lib/assistance/due.ts';
import type { ConnectorName, Session } from '../../../lib/assistance/model.ts';
import type { AssistanceRepository } from '../../../lib/assistance/ports.ts';
import { isOpen } from '../../../lib/assistance/request.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import type { Connector, Connectors, SessionOrder } from '../../../lib/connectors/ports.ts';
import { notOnboarded } from '../../../lib/connectors/registry.ts';
import { isInService, openAssistanceOf } from '../../../lib/devices/model.ts';
import type { Id } from '../../../lib/ids.ts';
import {
  assertKeyFree,
  assertVersion,
  inOrder,
  keepAnswer,
  pageOf,
  replaceVersion,
  type Store,
  touchDevice,
} from './store.ts';

export const assistanceIn = (store: Store): AssistanceRepository => ({
  find: async (id) => store.requests.get(id),
  findExpired: async (id) => store.expired.get(id),
  list: async ({ state, ...page }) => {
    const all = [...store.requests.values()].filter((request) => state === undefined || request.state === state);
    return pageOf(all, page, (request) => request.id, 'descending');
  },
  listIn: async (states, page) => {
    const all = [...store.requests.values()].filter((request) => states.includes(request.state));
    return pageOf(all, page, (request) => request.id, 'ascending');
  },
  listOfDevice: async (deviceId, page) => {
    const all = [...store.requests.values()].filter((request) => request.deviceId === deviceId);
    return pageOf(all, page, (request) => request.id, 'descending');
  },
  create: async (request, record, spending) => {
    assertKeyFree(store, record);
    const device = store.devices.get(request.deviceId);
    if (!device || !isInService(device)) return false;
    if (openAssistanceOf(device, request.createdAt) !== undefined) return false;
    if (spending && spending.before?.uses !== device.requestsSpent?.uses) return false;
    store.requests.set(request.id, request);
    const open = {
      requestId: request.id,
      state: request.state,
      ...(request.expiresAt !== undefined && { expiresAt: request.expiresAt }),
    };
    const spent = spending && { requestsSpent: spending.after };
    touchDevice(store, device.id, (before) => ({ ...before, openAssistance: open, ...spent }));
    keepAnswer(store, record);
    return true;
  },
  save: async (before, after, record) => {
    assertKeyFree(store, record);
    assertVersion(store.requests, before);
    if (store.devices.get(after.deviceId)?.openAssistance?.requestId !== after.id)
      throw new ConcurrentChange('the gate');
    store.requests.set(after.id, after);
    touchDevice(store, after.deviceId, ({ openAssistance: _, ...rest }) =>
      isOpen(after) ? { ...rest, openAssistance: { requestId: after.id, state: after.state } } : rest,
    );
    keepAnswer(store, record);
  },
  amend: async (before, after) => replaceVersion(store.requests, before, after),
  noteReader: async (before, after) => replaceVersion(store.requests, before, after),
  postpone: async ({ id, version }, at) => {
    if (store.requests.get(id)?.version === version) store.postponed.set(`${id} ${version}`, at);
  },
  due: async function* (now, lane) {
    const found = [
      ...[...store.requests.values()].map((request) => {
        const due = dueOf(request);
        return { id: request.id, ...due, at: store.postponed.get(`${request.id} ${request.version}`) ?? due?.at };
      }),
      ...[...store.expired.values()].map((expired) => ({ id: expired.id, ...dueOfExpired(expired) })),
    ].filter((due) => due.lane === lane);
    for await (const { id } of inOrder(found, ({ at }) => at, now)) yield id;
  },
  saveExpired: async (expired) => void store.expired.set(expired.id, expired),
  expire: async (request, now) => {
    try {
      assertVersion(store.requests, request);
    } catch {
      return;
    }
    store.requests.delete(request.id);
    const { id, deviceId, opening } = request;
    store.expired.set(id, { id, deviceId, expiredAt: now, ...(opening && { opening }) });
  },
});

export type TestConnector = Connector & { orders: SessionOrder[]; fail: Error | undefined };

/** One that opens links, and keeps no session of them. */
export const testConnector = (name: ConnectorName = 'rustdesk'): TestConnector => {
  const connector: TestConnector = {
    name,
    limitations: [],
    orders: [],
    fail: undefined,
    openSession: async (order) => {
      if (connector.fail) throw connector.fail;
      connector.orders.push(order);
      const number = connector.orders.length;
      return { connector: name, supporterLink: `https://supporter.example.com/${number}`, code: `code-${number}` };
    },
    closeSession: async () => {},
    closeLost: async () => {},
    endedSessions: async () => new Set<string>(),
  };
  return connector;
};

export type ProviderSession = Session & { code: string; supporterLink: string; requestId: Id; isOpen: boolean };

export type TestProvider = Connector & {
  /** All that there ever were. */
  sessions: ProviderSession[];
  /** Of every kind, in the order in which they came. */
  calls: string[];
  /** Thrown by the next calls, one each, before or after they had their effect. */
  faults: { error: Error; moment: 'before' | 'after' }[];
};

/** One that keeps sessions, and finds them again by their request, as TeamViewer does. */
export const testProvider = (name: ConnectorName = 'teamviewer'): TestProvider => {
  const found = (wanted: Id) => provider.sessions.find(({ requestId, isOpen }) => isOpen && requestId === wanted);
  const close = (code: string | undefined) => {
    for (const session of provider.sessions) if (session.code === code) session.isOpen = false;
  };
  const call = async <T>(what: string, effect: () => T): Promise<T> => {
    provider.calls.push(what);
    const fault = provider.faults.shift();
    if (fault?.moment === 'before') throw fault.error;
    const result = effect();
    if (fault) throw fault.error;
    return result;
  };
  const open = (requestId: Id): Session => {
    const code = `s${provider.sessions.length + 1}`;
    const session = { connector: name, code, supporterLink: `https://supporter.example.com/${code}` };
    provider.sessions.push({ ...session, requestId, isOpen: true });
    return session;
  };
  const provider: TestProvider = {
    name,
    limitations: [],
    sessions: [],
    calls: [],
    faults: [],
    openSession: ({ requestId, mayExist }) =>
      call('open', () => {
        const before = mayExist ? found(requestId) : undefined;
        if (!before) return open(requestId);
        const { connector, code, supporterLink } = before;
        return { connector, code, supporterLink };
      }),
    closeSession: ({ code }) => call('close', () => close(code)),
    closeLost: ({ requestId }) => call('closeLost', () => close(found(requestId)?.code)),
    endedSessions: (sessions) =>
      call('ended', () => {
        const over = provider.sessions.filter(({ isOpen }) => !isOpen).map(({ code }) => code);
        return new Set(sessions.flatMap(({ code = '' }) => (over.includes(code) ? [code] : [])));
      }),
  };
  return provider;
};

export const onboarded = (...connectors: Connector[]): Connectors => {
  const find: Connectors['find'] = async (name) => connectors.find((connector) => connector.name === name);
  return {
    find,
    choose: async (name = 'rustdesk') => (await find(name)) ?? Promise.reject(notOnboarded(name)),
  };
};
