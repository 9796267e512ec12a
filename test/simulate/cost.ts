/** What an idle fleet uses in a month, and what that costs. */
import { SHARDS } from '../../lib/aws/keys.ts';
import { INDEXES, TABLES } from '../../lib/aws/tables.ts';
import type { Idle } from './idle.ts';
import { PRICES, priceOf } from './prices.ts';

export const MONTH_SECONDS = 730 * 3600;

/** In a month. */
export type Usage = {
  readonly apiRequests: number;
  readonly lambdaRequests: number;
  readonly lambdaGbSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly sqsRequests: number;
  readonly logGb: number;
  readonly dataOutGb: number;
};

export type Cost = {
  readonly api: number;
  readonly lambda: number;
  readonly dynamodb: number;
  readonly sqs: number;
  readonly accessLog: number;
  readonly dataOut: number;
  /** What stands whatever the fleet's size. */
  readonly standing: number;
  readonly total: number;
};

/** Of a stage with e-mail addresses for alerts and for alarms: what costs by being there. Tests count it on the template. */
export const STANDING = {
  alarmMetric: 100,
  /** Those of ours that have data each minute; the others cost in a month in which they have some. */
  ownMetric: 2,
  dashboard: 1,
  secret: 1,
  /** Of the topic of alarms. */
  key: 1,
} as const;

/** A poll's line of the access log, with the 26 bytes that CloudWatch adds to each: a test writes one by the stage's format. */
export const ACCESS_LOG_BYTES = { full: 258, short: 148, none: 0 } as const;
export type AccessLog = keyof typeof ACCESS_LOG_BYTES;

/** Status and headers of an empty answer: assumed. What TLS itself sends is not billed. */
const ANSWER_BYTES = 300;

const GB = 1024 ** 3;

/** Billed milliseconds of a warm call: assumed, since only AWS can measure them. Functions have 512 MB. */
const POLL_MS = 10;
const SWEEP_MS = 150;
const MEMORY_GB = 0.5;

/** An eventually consistent read of up to 4 KB. */
const READ_UNITS_PER_POLL = 0.5;
/** The device's item, and its copy in each index that has more than keys. */
const WRITE_UNITS_PER_SIGHTING = 1 + TABLES.devices.indexes.filter((index) => !('keysOnly' in INDEXES[index])).length;

const MINUTES = MONTH_SECONDS / 60;
/** Those that each minute starts. */
export const SCHEDULED_FUNCTIONS = 4;
/** What they ask each shard in a minute in which there is nothing to do: what is due, what waits, what was missed. */
export const QUERIES_PER_MINUTE = 10 * SHARDS.length;
const READ_UNITS_PER_QUERY = 0.5;

/**
 * A sighting is in the devices' stream, and nothing follows from it: the event source mapping's filter drops it before a
 * function is called, and neither that nor Lambda's reading of the stream is billed.
 * @param sightingsPerSecond polls that write `lastSeenAt`
 */
export const idleUsage = (pollsPerSecond: number, sightingsPerSecond: number, accessLog: AccessLog = 'full'): Usage => {
  const polls = pollsPerSecond * MONTH_SECONDS;
  const sweeps = MINUTES * SCHEDULED_FUNCTIONS;
  return {
    apiRequests: polls,
    lambdaRequests: polls + sweeps,
    lambdaGbSeconds: ((polls * POLL_MS + sweeps * SWEEP_MS) / 1000) * MEMORY_GB,
    readUnits: polls * READ_UNITS_PER_POLL + MINUTES * QUERIES_PER_MINUTE * READ_UNITS_PER_QUERY,
    writeUnits: sightingsPerSecond * MONTH_SECONDS * WRITE_UNITS_PER_SIGHTING,
    // A poll asks SQS only when the device's record says that something waits.
    sqsRequests: 0,
    logGb: (polls * ACCESS_LOG_BYTES[accessLog]) / GB,
    dataOutGb: (polls * ANSWER_BYTES) / GB,
  };
};

const STANDING_COST = Object.entries(STANDING).reduce(
  (sum, [what, count]) => sum + priceOf(PRICES[what as keyof typeof STANDING], count),
  0,
);

/** @returns US dollars */
export const costOf = (usage: Usage): Cost => {
  const parts = {
    api: priceOf(PRICES.apiRequest, usage.apiRequests),
    lambda: priceOf(PRICES.lambdaRequest, usage.lambdaRequests) + priceOf(PRICES.lambdaGbSecond, usage.lambdaGbSeconds),
    dynamodb: priceOf(PRICES.readUnit, usage.readUnits) + priceOf(PRICES.writeUnit, usage.writeUnits),
    sqs: priceOf(PRICES.sqsRequest, usage.sqsRequests),
    accessLog: priceOf(PRICES.logGb, usage.logGb),
    dataOut: priceOf(PRICES.dataOutGb, usage.dataOutGb),
    standing: STANDING_COST,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
};

/**
 * @param measured in one fleet
 * @param share how large another is, as a share of that
 * @returns US dollars
 */
export const idleCost = ({ pollsPerSecond, sightingsPerSecond }: Idle, share: number, accessLog?: AccessLog): Cost =>
  costOf(idleUsage(pollsPerSecond * share, sightingsPerSecond * share, accessLog));
