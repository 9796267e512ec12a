/**
 * What AWS charges: list prices in US dollars in one region, without free tiers, discounts and taxes. From the public pages
 * https://aws.amazon.com/api-gateway/pricing/, /lambda/pricing/, /dynamodb/pricing/on-demand/, /sqs/pricing/,
 * /cloudwatch/pricing/, /ec2/pricing/on-demand/ (data transfer), /kms/pricing/ and /secrets-manager/pricing/, as they
 * were in 2025 (DynamoDB since its price cut of November 2024). Look there before you rely on them.
 */

/** Whose prices these are; others ask up to half as much again. */
export const REGION = 'us-east-1 (N. Virginia)';

const MILLION = 1e6;
const BILLION = 1e9;

/** A price for each unit up to so many of them a month; the last one has no end. */
export type Tier = { readonly upTo: number; readonly each: number };

const flat = (each: number): readonly Tier[] => [{ upTo: Number.POSITIVE_INFINITY, each }];

export const PRICES = {
  /** HTTP API, each request of up to 512 KB. */
  apiRequest: [
    { upTo: 300 * MILLION, each: 1.0 / MILLION },
    { upTo: Number.POSITIVE_INFINITY, each: 0.9 / MILLION },
  ],
  lambdaRequest: flat(0.2 / MILLION),
  /** GB-second on arm64. */
  lambdaGbSecond: [
    { upTo: 7.5 * BILLION, each: 0.0000133334 },
    { upTo: 18.75 * BILLION, each: 0.0000120001 },
    { upTo: Number.POSITIVE_INFINITY, each: 0.0000106667 },
  ],
  /** On demand, standard table class. */
  readUnit: flat(0.125 / MILLION),
  writeUnit: flat(0.625 / MILLION),
  /** Each GB that CloudWatch Logs takes in. */
  logGb: flat(0.5),
  /** Each GB that goes out to the internet. */
  dataOutGb: [
    { upTo: 10 * 1024, each: 0.09 },
    { upTo: 50 * 1024, each: 0.085 },
    { upTo: 150 * 1024, each: 0.07 },
    { upTo: Number.POSITIVE_INFINITY, each: 0.05 },
  ],
  /** An alarm is billed for each metric that it watches. */
  alarmMetric: flat(0.1),
  ownMetric: flat(0.3),
  dashboard: flat(3),
  secret: flat(0.4),
  key: flat(1),
  /** Standard queue, each request of up to 64 KB. */
  sqsRequest: [
    { upTo: 100 * BILLION, each: 0.4 / MILLION },
    { upTo: 200 * BILLION, each: 0.3 / MILLION },
    { upTo: Number.POSITIVE_INFINITY, each: 0.24 / MILLION },
  ],
} as const satisfies Record<string, readonly Tier[]>;

/** @returns dollars for so many units in one month */
export const priceOf = (tiers: readonly Tier[], units: number): number => {
  let dollars = 0;
  let counted = 0;
  for (const { upTo, each } of tiers) {
    const here = Math.max(0, Math.min(units, upTo) - counted);
    dollars += here * each;
    counted += here;
  }
  return dollars;
};
