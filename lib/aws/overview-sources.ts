/** What the overview counts, in DynamoDB. */
import { SEVERITIES, type Severity } from '../api/alerts.ts';
import { UNANSWERED_FOR_MS } from '../assistance/model.ts';
import type { Instant } from '../clock.ts';
import type { Registry } from '../connectors/model.ts';
import { derivedId, timeOf } from '../ids.ts';
import type { OverviewSources } from '../overview/ports.ts';
import { countUpTo, readSorts } from './bounded-count.ts';
import { createConnectorRecords } from './connector-repository.ts';
import { type Database, ttl } from './dynamodb.ts';
import { countFleet } from './fleet-directory.ts';
import { lastOfTime, partitions, SHARDS, severityOf, severityRange } from './keys.ts';

export type OverviewTables = { devices: string; assistance: string; restarts: string; activity: string };

/** Sorts after every id. */
const LAST = '~';

/** Sorts after every request that was made so early that its four hours are over. */
const lastExpired = (now: Instant): string => lastOfTime(derivedId('req', now - UNANSWERED_FOR_MS, ''));

type Counts = Readonly<Record<Severity, number>>;

const countsOf = (count: (severity: Severity) => number): Counts => ({
  info: count('info'),
  warning: count('warning'),
  critical: count('critical'),
});

const countAlerts = async (db: Database, table: string, now: Instant, most: number): Promise<Counts> => {
  const list = { table, index: 'severity', partition: partitions.activeAlerts } as const;
  const rangeOf = (severity: string) => ({ ...list, ...severityRange(severity, ttl(now)) });
  const inShard = async (shard: number): Promise<Counts> => {
    // Mostly a shard has few, and all are in one answer.
    const { sorts, start } = await readSorts(db, { ...list, from: ' ', to: LAST }, shard, most);
    if (!start) {
      const kept = sorts.filter((sort) => sort > rangeOf(severityOf(sort)).from);
      return countsOf((severity) => kept.filter((sort) => severityOf(sort) === severity).length);
    }
    const pages = await Promise.all(
      SEVERITIES.map(async (severity) => [
        severity,
        (await readSorts(db, rangeOf(severity), shard, most)).sorts.length,
      ]),
    );
    const counts = Object.fromEntries(pages) as Counts;
    return countsOf((severity) => counts[severity]);
  };
  const shards = await Promise.all(SHARDS.map(inShard));
  return countsOf((severity) => shards.reduce((sum, counts) => sum + counts[severity], 0));
};

/** @param initial the connectors' record while none is stored */
export const createOverviewSources = (db: Database, tables: OverviewTables, initial: Registry): OverviewSources => ({
  pendingRequests: async (now, most) => {
    const { count, first } = await countUpTo(
      db,
      {
        table: tables.assistance,
        index: 'state',
        partition: partitions.requestsIn('pending'),
        from: lastExpired(now),
        to: LAST,
      },
      most,
    );
    return { count, ...(first !== undefined && { oldestAt: timeOf(first) }) };
  },
  activeAlerts: (now, most) => countAlerts(db, tables.activity, now, most),
  openTasks: async (most) => {
    const range = {
      table: tables.restarts,
      index: 'list',
      partition: partitions.openTasks,
      from: ' ',
      to: LAST,
    } as const;
    return (await countUpTo(db, range, most)).count;
  },
  deviceCount: () => countFleet(db, tables.devices),
  connectors: createConnectorRecords(db, tables.assistance, initial).find,
});
