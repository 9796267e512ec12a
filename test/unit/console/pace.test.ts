/** How often the console asks for news. */
import { describe, expect, it } from 'vitest';
import { BUSY_MS, CALM_MS, pagePace, UNUSED_MS, waitMs } from '../../../console/live/pace.ts';

const HOUR = 3_600_000;
const calm = { isBusy: false, unusedMs: 0, failures: 0 };

describe('between two calls', () => {
  it('a tab waits less while something is pending or under way', () => {
    expect(waitMs({ ...calm, isBusy: true }, 0)).toBe(BUSY_MS);
    expect(waitMs(calm, 0)).toBe(CALM_MS);
    expect(CALM_MS).toBeLessThan(10_000);
  });

  it('a tab that nobody used for an hour waits a minute, however busy it is', () => {
    expect(waitMs({ ...calm, isBusy: true, unusedMs: HOUR }, 0)).toBe(UNUSED_MS);
    expect(waitMs({ ...calm, unusedMs: HOUR - 1 }, 0)).toBe(CALM_MS);
  });

  it('what the server asks for is obeyed, and never taken for less than the shortest wait', () => {
    expect(waitMs({ ...calm, failures: 3, retryAfterSeconds: 42 }, 0.9)).toBe(42_000);
    expect(waitMs({ ...calm, failures: 1, retryAfterSeconds: 0 }, 0)).toBe(BUSY_MS);
  });

  it('failures wait longer each time, spread, and not more than a minute beyond the shortest', () => {
    const longest = [1, 2, 3, 10, 1000].map((failures) => waitMs({ ...calm, failures }, 1));
    expect(longest).toEqual([15_000, 25_000, 45_000, 65_000, 65_000]);
    expect(waitMs({ ...calm, failures: 10 }, 0)).toBe(BUSY_MS);
  });
});

it('a page that nobody uses asks once a minute at most', () => {
  expect(pagePace(3_000, 0)).toBe(3_000);
  expect(pagePace(3_000, HOUR)).toBe(UNUSED_MS);
  expect(pagePace(5 * UNUSED_MS, HOUR)).toBe(5 * UNUSED_MS);
});
