/** `Retry-After`: seconds or a date, by the server's clock; what is neither is none. */
import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../lib/api/retry-after.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0);
const HALF_PAST = 'Sat, 31 Jan 2026 12:30:00 GMT';
const DAY = 24 * 3600;

const seconds = (value: string, headers: Record<string, string> = {}, now = NOW) =>
  retryAfterSeconds(new Headers({ 'retry-after': value, ...headers }), now);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    [' 120 ', 120],
    [HALF_PAST, 1800],
    ['Saturday, 31-Jan-26 12:30:00 GMT', 1800],
    ['Sat Jan 31 12:30:00 2026', 1800],
    ['Sun Feb  1 11:00:00 2026', 23 * 3600],
  ])('%j is %i seconds', (value, expected) => {
    expect(seconds(value)).toBe(expected);
  });

  it.each(['', ' ', 'soon', '-1', '1.5', '1e3', '0x10', '7 s', 'Infinity', 'NaN', '2026-01-31T12:30:00Z', '12:30'])(
    '%j is none',
    (value) => {
      expect(seconds(value)).toBeUndefined();
    },
  );

  it('that is missing is none', () => {
    expect(retryAfterSeconds(new Headers(), NOW)).toBeUndefined();
  });

  it.each(['Sat, 31 Jan 2026 12:00:00 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT'])('%j is over, and so none', (value) => {
    expect(seconds(value)).toBeUndefined();
  });

  it.each(['99999999999999999999', '86401', 'Fri, 31 Dec 9999 23:59:59 GMT'])('%j is a day, and no more', (value) => {
    expect(seconds(value)).toBe(DAY);
  });

  it('counts from the answer’s own date, whatever this clock says', () => {
    const date = 'Sat, 31 Jan 2026 12:20:00 GMT';
    for (const now of [0, NOW, Date.UTC(2099, 0)]) expect(seconds(HALF_PAST, { date }, now)).toBe(600);
    expect(seconds(HALF_PAST, { date: 'yesterday' })).toBe(1800);
  });
});
