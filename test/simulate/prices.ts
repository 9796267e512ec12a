/**
 * What AWS charges: list prices in US dollars for us-east-1, without free tiers, discounts and taxes. From the public pages
 * https://aws.amazon.com/api-gateway/pricing/, /lambda/pricing/, /dynamodb/pricing/on-demand/ and /sqs/pricing/, as they
 * were in 2025 (DynamoDB since its price cut of November 2024). Look there before you rely on them.
 */

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
