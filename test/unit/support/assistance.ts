/** Assistance requests in memory, and a connector that opens sessions nowhere. */
import { dueOf, dueOfExpired } from '../../../lib/assistance/due.ts';
import type { ConnectorName, Session } from '../../../lib/assistance/model.ts';
import type { AssistanceRepository } from '../../../lib/assistance/ports.ts';
import { isOpen } from '../../../lib/assistance/request.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import type { Connector, Connectors, SessionOrder } from '../../../lib/connectors/ports.ts';
import { openAssistanceOf } from '../../../lib/devices/model.ts';
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
  create: async (request, record) => {
    assertKeyFree(store, record);
    const device = store.devices.get(request.deviceId);
    if (!device || device.retiredAt !== undefined) return false;
    if (openAssistanceOf(device, request.createdAt) !== undefined) return false;
    store.requests.set(request.id, request);
    const open = { requestId: request.id, ...(request.expiresAt !== undefined && { expiresAt: request.expiresAt }) };
    touchDevice(store, device.id, (before) => ({ ...before, openAssistance: open }));
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
      isOpen(after) ? { ...rest, openAssistance: { requestId: after.id } } : rest,
    );
    keepAnswer(store, record);
  },
  amend: async (before, after) => replaceVersion(store.requests, before, after),
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

/** Counts its sessions, so that a test can see which are open. */
export type TestConnector = Connector & { orders: SessionOrder[]; open: Set<string>; fail: Error | undefined };

export const testConnector = (name: ConnectorName = 'rustdesk'): TestConnector => {
  const connector: TestConnector = {
    name,
    limitations: [],
    orders: [],
    open: new Set(),
    fail: undefined,
    openSession: async (order) => {
      if (connector.fail) throw connector.fail;
      connector.orders.push(order);
      const supporterLink = `https://supporter.example.com/${connector.orders.length}`;
      connector.open.add(supporterLink);
      return { connector: name, supporterLink, code: `code-${connector.orders.length}` };
    },
    closeSession: async ({ supporterLink }: Session) => void connector.open.delete(supporterLink),
    closeLost: async () => {},
    endedSessions: async () => new Set<string>(),
  };
  return connector;
};

export const onboarded = (...connectors: Connector[]): Connectors => ({
  defaultName: 'rustdesk',
  find: (name = 'rustdesk') => connectors.find((connector) => connector.name === name),
});
