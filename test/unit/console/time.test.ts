/** Times in words, and the server's time on a PC whose clock is off. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { learnServerTime, serverNow } from '../../../console/ui/server-time.ts';
import { DAY, duration, exactTime, HOUR, MINUTE, relative, SECOND } from '../../../console/ui/time-text.ts';

describe('how long ago, and how long until', () => {
  it.each([
    [0, 'now'],
    [-3 * SECOND, '3 seconds ago'],
    [-59 * SECOND, '59 seconds ago'],
    [-61 * SECOND, '1 minute ago'],
    [2 * HOUR + MINUTE, 'in 2 hours'],
    [-DAY, 'yesterday'],
    [3 * DAY, 'in 3 days'],
  ])('%i ms', (ms, words) => {
    expect(relative('en', 1_000_000 + ms, 1_000_000)).toBe(words);
  });

  it('in French and German', () => {
    expect(relative('fr', 0, 3 * SECOND)).toBe('il y a 3 secondes');
    expect(relative('de', 0, 3 * SECOND)).toBe('vor 3 Sekunden');
  });
});

describe('a length of time', () => {
  it.each([
    [-5, '0 sec'],
    [12 * SECOND, '12 sec'],
    [12 * MINUTE + 59 * SECOND, '12 min'],
    [4 * HOUR, '4 hr'],
    [3 * HOUR + 41 * MINUTE, '3 hr 41 min'],
  ])('%i ms', (ms, words) => {
    expect(duration('en', ms)).toBe(words);
  });
});

it('an exact time has its zone', () => {
  expect(exactTime('en', Date.UTC(2026, 11, 1, 4))).toMatch(/2026.*(UTC|GMT|[A-Z]{3,4})/);
});

describe('the server’s time', () => {
  const now = Date.UTC(2026, 11, 1, 4);
  beforeEach(() => {
    vi.useFakeTimers({ now });
  });
  afterEach(() => learnServerTime(new Date(now).toUTCString(), now));

  it('is what an answer told, on a PC that is hours off', () => {
    learnServerTime(new Date(now + 5 * HOUR).toUTCString());
    expect(serverNow()).toBe(now + 5 * HOUR);
    vi.advanceTimersByTime(MINUTE);
    expect(serverNow()).toBe(now + 5 * HOUR + MINUTE);
  });

  it('is the PC’s own where they agree to the second, or nothing was told', () => {
    learnServerTime(new Date(now - SECOND).toUTCString());
    learnServerTime(null);
    learnServerTime('soon');
    expect(serverNow()).toBe(now);
  });
});
