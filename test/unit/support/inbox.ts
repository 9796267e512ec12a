/** Inboxes in memory: standard queues with leases, which deliver again what was not removed in time. */
import type { Clock, Instant } from '../../../lib/clock.ts';
import type { Id } from '../../../lib/ids.ts';
import type { InboxMessage } from '../../../lib/restarts/events.ts';
import type { Inbox } from '../../../lib/restarts/ports.ts';

type Message = { taskId: Id; version: number; handle: string; invisibleUntil: Instant; receipts: number };

export const LEASE_MS = 60_000;

export type TestInbox = Inbox & {
  send(message: InboxMessage): void;
  /** What the queue holds, seen or unseen. */
  held(deviceId: Id): Pick<Message, 'taskId' | 'version'>[];
  calls: number;
};

export const testInbox = (clock: Clock): TestInbox => {
  const queues = new Map<Id, Message[]>();
  let handles = 0;
  const inbox: TestInbox = {
    calls: 0,
    send: ({ deviceId, taskId, version }) => {
      queues.set(deviceId, [
        ...(queues.get(deviceId) ?? []),
        { taskId, version, handle: '', invisibleUntil: 0, receipts: 0 },
      ]);
    },
    held: (deviceId) => (queues.get(deviceId) ?? []).map(({ taskId, version }) => ({ taskId, version })),
    receive: async (deviceId) => {
      inbox.calls += 1;
      const visible = (queues.get(deviceId) ?? []).filter((message) => message.invisibleUntil <= clock());
      for (const message of visible) {
        handles += 1;
        message.handle = `handle-${handles}`;
        message.invisibleUntil = clock() + LEASE_MS;
        message.receipts += 1;
      }
      return visible.map(({ taskId, version, handle }) => ({ taskId, version, handle }));
    },
    remove: async (deviceId, handle) => {
      inbox.calls += 1;
      if (handle === '') return;
      queues.set(
        deviceId,
        (queues.get(deviceId) ?? []).filter((message) => message.handle !== handle),
      );
    },
  };
  return inbox;
};
