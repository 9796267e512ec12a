/** What must be the same in the product and the specification: after each step, and at the end of all. */
import { type AssistanceSpec, isOpen, type SpecRequest } from './assistance-spec.ts';
import type { System } from './assistance-system.ts';
import { differ, expectSame } from './difference.ts';

/** So many of the latest requests are acted on and read after each step. */
const LATEST = 3;

export const latestOf = (spec: AssistanceSpec): SpecRequest[] => [...spec.requests.values()].slice(-LATEST);

export const compare = async (spec: AssistanceSpec, system: System): Promise<void> => {
  const { store, provider } = system;
  for (const request of spec.requests.values()) {
    const stored = system.store.requests.get(request.id);
    expectSame(`the state of ${request.id}`, stored?.state ?? 'gone', request.state);
    expectSame(`the end of ${request.id}`, stored?.endReason, stored && request.endReason);
    if (stored) expectSame(`the level of ${request.id}`, stored.level ?? 0, request.level);
    const open = provider.sessions.filter((session) => session.isOpen && session.requestId === request.id);
    if (open.length > 1) differ(`${request.id} has ${open.length} sessions`);
  }
  if (store.requests.size > spec.requests.size) differ('a request was made by nobody');
  for (const device of spec.devices.values()) {
    const gate = store.devices.get(device.id)?.openAssistance;
    const isVoid = gate?.expiresAt !== undefined && spec.now >= gate.expiresAt;
    expectSame(`the gate of ${device.id}`, isVoid ? undefined : gate?.requestId, spec.openRequestOf(device.id)?.id);
  }
  for (const request of latestOf(spec)) {
    expectSame('an admin reads', (await system.read(request.id, 'admin')).outcome, spec.read(request, 'admin'));
    for (const { id, retiredAt } of spec.devices.values()) {
      if (retiredAt !== undefined) continue;
      expectSame('a device reads', (await system.read(request.id, id)).outcome, spec.read(request, id));
    }
  }
};

/** Whatever failed is tried again within half an hour. What is pending leaves what it lost to its next approval. */
export const checkClosed = (spec: AssistanceSpec, system: System): void => {
  for (const { requestId, isOpen: isLeft } of system.provider.sessions) {
    const request = spec.requests.get(requestId);
    if (!isLeft || request?.state === 'pending') continue;
    const isItsOwn = request && isOpen(request) && request.session?.connector === 'teamviewer';
    if (!isItsOwn) differ(`${requestId} is ${request?.state}, and a session of it is open at its provider`);
  }
};

/** Every change was published, in order, and nothing else. */
export const checkEvents = (spec: AssistanceSpec, { published }: System): void => {
  for (const { id, events } of spec.requests.values()) {
    const own = [...published.values()]
      .filter(({ detail }) => detail.id === id)
      .sort((a, b) => a.detail.version - b.detail.version)
      .map(({ type }) => type);
    expectSame(`the events of ${id}`, own.join(), events.join());
  }
};
