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
};

export type Cost = {
  readonly api: number;
  readonly lambda: number;
  readonly dynamodb: number;
  readonly sqs: number;
  readonly total: number;
};

/** Billed milliseconds of a warm call: assumed, since only AWS can measure them. Functions have 512 MB. */
const POLL_MS = 10;
const RELAY_MS = 10;
const SWEEP_MS = 150;
const MEMORY_GB = 0.5;

/** An eventually consistent read of up to 4 KB. */
const READ_UNITS_PER_POLL = 0.5;
/** The device's item, and its copy in each index that has more than keys. */
const WRITE_UNITS_PER_SIGHTING = 1 + TABLES.devices.indexes.filter((index) => !('keysOnly' in INDEXES[index])).length;

/** Each sighting is in the devices' stream, which Lambda reads four times a second in each shard: four at first. */
const STREAM_READS_PER_SECOND = 16;

const MINUTES = MONTH_SECONDS / 60;
/** Those that each minute starts. */
export const SCHEDULED_FUNCTIONS = 4;
/** What they ask each shard in a minute in which there is nothing to do: what is due, what waits, what was missed. */
export const QUERIES_PER_MINUTE = 10 * SHARDS.length;
const READ_UNITS_PER_QUERY = 0.5;

/** @param sightingsPerSecond polls that write `lastSeenAt` */
export const idleUsage = (pollsPerSecond: number, sightingsPerSecond: number): Usage => {
  const polls = pollsPerSecond * MONTH_SECONDS;
  const relays = Math.min(sightingsPerSecond, STREAM_READS_PER_SECOND) * MONTH_SECONDS;
  const sweeps = MINUTES * SCHEDULED_FUNCTIONS;
  return {
    apiRequests: polls,
    lambdaRequests: polls + relays + sweeps,
    lambdaGbSeconds: ((polls * POLL_MS + relays * RELAY_MS + sweeps * SWEEP_MS) / 1000) * MEMORY_GB,
    readUnits: polls * READ_UNITS_PER_POLL + MINUTES * QUERIES_PER_MINUTE * READ_UNITS_PER_QUERY,
    writeUnits: sightingsPerSecond * MONTH_SECONDS * WRITE_UNITS_PER_SIGHTING,
    // A poll asks SQS only when the device's record says that something waits.
    sqsRequests: 0,
  };
};

/** @returns US dollars */
export const costOf = (usage: Usage): Cost => {
  const parts = {
    api: priceOf(PRICES.apiRequest, usage.apiRequests),
    lambda: priceOf(PRICES.lambdaRequest, usage.lambdaRequests) + priceOf(PRICES.lambdaGbSecond, usage.lambdaGbSeconds),
    dynamodb: priceOf(PRICES.readUnit, usage.readUnits) + priceOf(PRICES.writeUnit, usage.writeUnits),
    sqs: priceOf(PRICES.sqsRequest, usage.sqsRequests),
  };
  return { ...parts, total: parts.api + parts.lambda + parts.dynamodb + parts.sqs };
};

/**
 * @param measured in one fleet
 * @param share how large another is, as a share of that
 * @returns US dollars
 */
export const idleCost = ({ pollsPerSecond, sightingsPerSecond }: Idle, share: number): Cost =>
  costOf(idleUsage(pollsPerSecond * share, sightingsPerSecond * share));
