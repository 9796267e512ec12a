/** What a fleet costs: the arithmetic, and the report. */
import { describe, expect, it } from 'vitest';
import { costOf, idleCost, idleUsage, MONTH_SECONDS, type Usage } from '../../simulate/cost.ts';
import { PRICES, priceOf } from '../../simulate/prices.ts';
import { costTable, targetTable } from '../../simulate/report.ts';

const NOTHING: Usage = {
  apiRequests: 0,
  lambdaRequests: 0,
  lambdaGbSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  sqsRequests: 0,
  logGb: 0,
  dataOutGb: 0,
};

describe('a price', () => {
  const tiers = [
    { upTo: 10, each: 2 },
    { upTo: 20, each: 1 },
    { upTo: Number.POSITIVE_INFINITY, each: 0.5 },
  ];

  it.each([
    [0, 0],
    [10, 20],
    [15, 25],
    [20, 30],
    [22, 31],
  ])('of %d units goes by tiers', (units, dollars) => {
    expect(priceOf(tiers, units)).toBe(dollars);
  });

  it('falls from tier to tier, and the last tier has no end', () => {
    for (const listed of Object.values(PRICES)) {
      const each = listed.map((tier) => tier.each);
      expect(each).toEqual([...each].sort((a, b) => b - a));
      expect(listed.at(-1)?.upTo).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

describe('the cost', () => {
  it('is the sum of what was used', () => {
    // Alarms, dashboard, secret and key are there without a device: 10, 3, 0.40 and 1, and two metrics at 0.30.
    expect(costOf(NOTHING)).toMatchObject({ standing: 15, total: 15 });
    const million = { apiRequests: 1e6, lambdaRequests: 1e6, lambdaGbSeconds: 1e6, readUnits: 1e6, writeUnits: 1e6 };
    const cost = costOf({ ...million, sqsRequests: 1e6, logGb: 10, dataOutGb: 10 });
    expect(cost.api).toBeCloseTo(1);
    expect(cost.lambda).toBeCloseTo(0.2 + 13.3334);
    expect(cost.dynamodb).toBeCloseTo(0.125 + 0.625);
    expect(cost.sqs).toBeCloseTo(0.4);
    expect(cost.accessLog).toBeCloseTo(5);
    expect(cost.dataOut).toBeCloseTo(0.9);
    expect(cost.total).toBeCloseTo(cost.api + cost.lambda + cost.dynamodb + cost.sqs + 5 + 0.9 + 15);
  });

  it('of a poll is one request, one call and half a read', () => {
    const none = idleUsage(0, 0);
    const one = idleUsage(1, 0);
    expect(one.apiRequests).toBe(MONTH_SECONDS);
    expect(one.lambdaRequests - none.lambdaRequests).toBe(MONTH_SECONDS);
    expect(one.readUnits - none.readUnits).toBeCloseTo(MONTH_SECONDS / 2);
    expect([one.writeUnits, one.sqsRequests]).toEqual([0, 0]);
  });

  it('of a sighting is its write alone: the relay’s filter drops it, and nobody is called', () => {
    const seen = idleUsage(1, 1);
    expect(seen.lambdaRequests).toBe(idleUsage(1, 0).lambdaRequests);
    expect(seen.writeUnits).toBe(MONTH_SECONDS);
  });

  it('of the access log goes by its lines, and is nothing without one', () => {
    const idle = { pollsPerSecond: 4000, sightingsPerSecond: 1000, ofFixedPolls: 0.25 };
    const [full, short, none] = (['full', 'short', 'none'] as const).map((log) => idleCost(idle, 1, log).accessLog);
    expect(short).toBeLessThan(0.6 * (full ?? 0));
    expect(none).toBe(0);
  });

  it('of a million devices polling each 60 s is mostly API Gateway: 300 million at 1 dollar, the rest at 0.9', () => {
    const { api } = costOf(idleUsage(1e6 / 60, 0));
    expect(api).toBeCloseTo(300 + (43_800 - 300) * 0.9, 0);
  });
});

describe('the report', () => {
  it('says what is missed', () => {
    const lines = targetTable([
      { what: 'a', value: 1.2, most: 1.2 },
      { what: 'b', value: 1.21, most: 1.2 },
      { what: 'c', value: 9, most: Number.POSITIVE_INFINITY },
    ]).split('\n');
    expect(lines.slice(2)).toEqual([
      '| a | 1.20× | 1.20× | met |',
      '| b | 1.21× | 1.20× | **missed** |',
      '| c | 9.00× | too few devices to say | not judged |',
    ]);
  });

  it('scales the cost to the size of the fleet', () => {
    const idle = { pollsPerSecond: 4, sightingsPerSecond: 1, ofFixedPolls: 0.25 };
    const [, , small, large] = costTable(idle, 1000, [1000, 100_000]).split('\n');
    expect(small).toContain('| 1,000 devices | 4.0 | 10.51 |');
    expect(large).toContain('| 100,000 devices | 400.0 |');
  });
});
