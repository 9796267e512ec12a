/** What the in-memory ports share, as the adapters share the tables: a change of a task is a change of its device too. */
import type { Alert } from '../../../lib/alerts/model.ts';
import type { AssistanceRequest, ExpiredRequest } from '../../../lib/assistance/model.ts';
import type { Instant } from '../../../lib/clock.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import type { Device, EnrollmentToken } from '../../../lib/devices/model.ts';
import type { Group } from '../../../lib/groups/model.ts';
import {
  IdempotencyKeyTaken,
  type IdempotencyRecord,
  type IdempotencyStore,
  KEPT_FOR_MS,
} from '../../../lib/idempotency/model.ts';
import type { Id } from '../../../lib/ids.ts';
import type { Page, PageRequest } from '../../../lib/page.ts';
import type { CountedState, Joined, RestartJob, RestartTask } from '../../../lib/restarts/model.ts';
import type { Stop } from '../../../lib/restarts/stop.ts';

export type Store = {
  devices: Map<Id, Device>;
  groups: Map<Id, Group>;
  tokens: Map<Id, EnrollmentToken>;
  requests: Map<Id, AssistanceRequest>;
  expired: Map<Id, ExpiredRequest>;
  /** When the sweep is to look at an unchanged request again, by its id and version. */
  postponed: Map<string, Instant>;
  jobs: Map<Id, RestartJob>;
  stops: Map<Id, Stop>;
  tasks: Map<Id, RestartTask>;
  joins: Map<Id, Joined>;
  counted: Map<Id, { jobId: Id; state: CountedState; version: number }>;
  alerts: Map<Id, Alert>;
  /** When a cause of a device's alerts was gone last. */
  cleared: Map<string, Instant>;
  answers: Map<string, IdempotencyRecord>;
};

export const emptyStore = (): Store => ({
  devices: new Map(),
  groups: new Map(),
  tokens: new Map(),
  requests: new Map(),
  expired: new Map(),
  postponed: new Map(),
  jobs: new Map(),
  stops: new Map(),
  tasks: new Map(),
  joins: new Map(),
  counted: new Map(),
  alerts: new Map(),
  cleared: new Map(),
  answers: new Map(),
});

/** @throws ConcurrentChange where the stored one is not of the version that the change was decided on */
export const replaceVersion = <T extends { id: Id; version: number }>(map: Map<Id, T>, before: T, after: T): void => {
  assertVersion(map, before);
  map.set(after.id, after);
};

export const assertVersion = <T extends { id: Id; version: number }>(map: Map<Id, T>, before: T): void => {
  if (map.get(before.id)?.version !== before.version) throw new ConcurrentChange('in memory');
};

/** To be called before anything else of the same write. @throws IdempotencyKeyTaken */
export const assertKeyFree = (store: Store, record: IdempotencyRecord | undefined): void => {
  const first = record && store.answers.get(record.id);
  if (first && first.expiresAt > record.expiresAt - KEPT_FOR_MS) throw new IdempotencyKeyTaken();
};

export const keepAnswer = (store: Store, record: IdempotencyRecord | undefined): void => {
  if (record) store.answers.set(record.id, record);
};

export const answersIn = (store: Store): IdempotencyStore => ({ find: async (id) => store.answers.get(id) });

/** Changes a device as a transaction does that touches its record. */
export const touchDevice = (store: Store, id: Id, change: (device: Device) => Omit<Device, 'version'>): void => {
  const device = store.devices.get(id);
  if (device) store.devices.set(id, { ...change(device), version: device.version + 1 });
};

/** One page of `items` in the order of `sortOf`. */
export const pageOf = <T>(
  items: Iterable<T>,
  { limit, after }: PageRequest,
  sortOf: (item: T) => string,
  order: 'ascending' | 'descending',
): Page<T> => {
  const sign = order === 'ascending' ? 1 : -1;
  const compare = (a: string, b: string) => sign * Buffer.compare(Buffer.from(a), Buffer.from(b));
  const rest = [...items]
    .sort((a, b) => compare(sortOf(a), sortOf(b)))
    .filter((item) => after === undefined || compare(sortOf(item), after) > 0);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return rest.length > limit && last ? { items: shown, next: sortOf(last) } : { items: shown };
};

/** Ids as a sweep gets them. */
export async function* inOrder<T>(items: Iterable<T>, dueAt: (item: T) => Instant | undefined, now: Instant) {
  const due = [...items].filter((item) => (dueAt(item) ?? Number.POSITIVE_INFINITY) <= now);
  yield* due.sort((a, b) => (dueAt(a) ?? 0) - (dueAt(b) ?? 0));
}
