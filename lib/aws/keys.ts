/**
 * The keys of every item, one factory each, and the partitions of the indexes. What a whole fleet shares is spread
 * over shards, since one partition takes 1,000 writes a second. Nothing outside this file knows how a key is written.
 */
import { comparableName } from '../devices/filter.ts';
import type { Id } from '../ids.ts';

declare const brand: unique symbol;
export type Key = { readonly pk: string; readonly sk: string } & { readonly [brand]: true };

const key = (pk: string, sk: string): Key => ({ pk, sk }) as Key;

export const deviceKey = (id: Id): Key => key(id, 'DEVICE');
export const enrollmentTokenKey = (id: Id): Key => key(id, 'ENROLLMENT_TOKEN');
/** Which device in service has a serial number. */
export const serialNumberKey = (comparable: string): Key => key(`SERIAL#${comparable}`, 'SERIAL_NUMBER');
export const groupKey = (id: Id): Key => key(id, 'GROUP');
/** A device's membership, in its group's partition in the order of the devices' ids. */
export const memberKey = (groupId: Id, deviceId: Id): Key => key(groupId, `${MEMBER_PREFIX}${deviceId}`);
export const MEMBER_PREFIX = 'MEMBER#';
export const memberDeviceId = (sk: string): Id => sk.slice(MEMBER_PREFIX.length);
/** One of the counters of all devices; they have one partition, so that one query reads them. */
export const fleetCountKey = (shard: number): Key => key(FLEET_COUNTS, `COUNT#${shard}`);
export const FLEET_COUNTS = 'all';
export const requestKey = (id: Id): Key => key(id, 'REQUEST');
export const expiredRequestKey = (id: Id): Key => key(id, 'EXPIRED');
export const jobKey = (id: Id): Key => key(id, 'JOB');
export const jobCountsKey = (id: Id, shard: number): Key => key(id, `JOB#COUNTS#${shard}`);
/** What the keys of a job and its counts begin with, so that one query reads them all. */
export const JOB_PREFIX = 'JOB';
/** One of the marks that a stopped job has; each in a partition of its own, since a whole fleet may check them at once. */
export const stopMarkKey = (jobId: Id, mark: number): Key => key(`STOP#${jobId}#${mark}`, 'STOP');
export const taskKey = (id: Id): Key => key(id, 'TASK');
/** What was last counted for a task. */
export const countedKey = (taskId: Id): Key => key(taskId, 'COUNTED');
export const alertKey = (id: Id): Key => key(id, 'ALERT');
/** An alert of a device that a later event of the device may resolve, while it is not resolved. */
export const unresolvedKey = (deviceId: Id, alertId: Id): Key => key(deviceId, `${UNRESOLVED_PREFIX}${alertId}`);
export const UNRESOLVED_PREFIX = 'UNRESOLVED#';
export const unresolvedAlertId = (sk: string): Id => sk.slice(UNRESOLVED_PREFIX.length);
/** When a cause of a device's alerts was gone last. */
export const clearedKey = (deviceId: Id, cause: string): Key => key(deviceId, `CLEARED#${cause}`);
export const timelineKey = (deviceId: Id, entryId: Id): Key => key(deviceId, `TIMELINE#${entryId}`);
export const TIMELINE_PREFIX = 'TIMELINE#';
export const timelineEntryId = (sk: string): Id => sk.slice(TIMELINE_PREFIX.length);
/** One record for all connectors of a stage. */
export const connectorsKey: Key = key('connectors', 'CONNECTORS');
export const connectorLeaseKey = (name: string): Key => key('connectors', `LEASE#${name}`);
export const auditKey = (id: Id): Key => key(id, 'AUDIT_RECORD');
/** One change whose consequences are to be done. Spread over shards, since a whole fleet's changes pass here. */
export const outboxKey = (id: Id, occurredAt: string, eventId: string): Key =>
  key(outboxPartition(shardOf(id)), `${occurredAt}#${eventId}`);
export const outboxPartition = (shard: number): string => `OUTBOX#${shard}`;
export const idempotencyKey = (id: string): Key => key(id, 'ANSWER');

export const SHARD_COUNT = 8;
export const SHARDS: readonly number[] = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

/** What ULIDs are written in: 32 digits, so that each shard has four of them. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Sorts after every id of this kind that was made at the same time. */
export const lastOfTime = (id: Id): string => `${id.slice(0, -16)}${'Z'.repeat(16)}`;

/** The same shard for the same id; ids end at random, so shards fill evenly. */
export const shardOf = (id: Id): number => (DIGITS.indexOf(id.at(-1) ?? '') + SHARD_COUNT) % SHARD_COUNT;

/** One shard of what an index holds of one kind: `partition` is such as `DEVICE` or `REQUEST#pending`. */
export const shardKey = (partition: string, shard: number): string => `${partition}#${shard}`;

export const shardKeyOf = (partition: string, id: Id): string => shardKey(partition, shardOf(id));

/** Partitions of the indexes. */
export const partitions = {
  devices: 'DEVICE',
  /** Every device by id, for what goes through all of them. */
  fleet: 'FLEET',
  enrollmentTokens: 'ENROLLMENT_TOKEN',
  groups: 'GROUP',
  /** A group's devices by name. */
  membersOf: (groupId: Id) => `MEMBER#${groupId}`,
  requests: 'REQUEST',
  requestsIn: (state: string) => `REQUEST#${state}`,
  jobs: 'JOB',
  openTasks: 'OPEN_TASK',
  /** Ended tasks, by when they ended. */
  endedTasks: 'ENDED_TASK',
  tasksOf: (jobId: Id) => jobId,
  alerts: 'ALERT',
  alertsIn: (state: string) => `ALERT#${state}`,
  /** Those that nobody has taken on, by severity. */
  activeAlerts: 'ACTIVE_ALERT',
  auditRecords: 'AUDIT_RECORD',
  recordsBy: (actorId: string) => `AUDIT_ACTOR#${actorId}`,
  recordsAbout: (subjectId: string) => `AUDIT_SUBJECT#${subjectId}`,
  due: 'DUE',
  /** Requests whose sessions are to be asked after or closed. */
  dueSessions: 'DUE_SESSION',
} as const;

/** Some letters are many when they are normalized, and an index takes no sort key of more than 1024 bytes. */
const LONGEST_SORTED_NAME = 300;

/** Sorts by name whatever the case of its letters; the id tells those of one name apart. */
export const nameSort = (name: string, id: Id): string => `${nameSortPrefix(name)}\u0000${id}`;
export const nameSortPrefix = (namePrefix: string): string => comparableName(namePrefix).slice(0, LONGEST_SORTED_NAME);

/** Sorts by state, so that one state is a range. */
export const jobSort = (state: string, taskId: Id): string => `${state}#${taskId}`;
export const jobSortPrefix = (state: string): string => `${state}#`;

/** Sorts by a time and then by id. */
export const timeSort = (iso: string, id: Id): string => `${iso}#${id}`;

/** Sorts by severity, and then by when the alert will be forgotten (epoch seconds). */
export const severitySort = (severity: string, forgottenAt: number, id: Id): string =>
  `${severity}#${forgottenAt}#${id}`;
export const severityOf = (sort: string): string => sort.slice(0, sort.indexOf('#'));
/** The alerts of one severity that are not forgotten yet. */
export const severityRange = (severity: string, now: number): { from: string; to: string } => ({
  from: `${severity}#${now}#~`,
  to: `${severity}#~`,
});
