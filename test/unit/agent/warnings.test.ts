/** When the person is warned: exact boundaries, short graces, missed and moved warnings. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextWarningMs, SHORTEST_GAP_MS, type Warned } from '../../../agent/restart/warnings.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Seconds before the restart at which each warning is shown, when nothing goes wrong. */
const shownWith = (graceSeconds: number): number[] => {
  const graceMs = graceSeconds * SECOND;
  const shown: number[] = [];
  let warned: Warned | undefined;
  for (let atMs = 0; ; ) {
    const inMs = nextWarningMs(atMs, graceMs - atMs, warned);
    if (inMs === undefined) return shown;
    atMs += inMs;
    warned = { atMs, leftMs: graceMs - atMs };
    shown.push(warned.leftMs / SECOND);
  }
};

test.each([
  [0, [0]],
  [5, [5]],
  [59, [59]],
  [60, [60]],
  [61, [61]],
  [104, [104]],
  [105, [105, 60]],
  [120, [120, 60]],
  [299, [299, 60]],
  [300, [300, 60]],
  [301, [301, 60]],
  [344, [344, 60]],
  [345, [345, 300, 60]],
  [900, [900, 300, 60]],
  [3_600, [3_600, 900, 300, 60]],
  [86_400, [86_400, 3_600, 900, 300, 60]],
])('a grace of %d s warns %j s before', (grace, expected) => {
  expect(shownWith(grace)).toEqual(expected);
});

test('whatever the grace, the arrival is warned of, and no two warnings follow each other too closely', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400 }), (grace) => {
      const shown = shownWith(grace);
      expect(shown[0]).toBe(grace);
      expect(shown.length).toBeLessThanOrEqual(5);
      for (const [at, left] of shown.entries()) {
        if (at > 0) expect((shown[at - 1] ?? 0) - left).toBeGreaterThanOrEqual(SHORTEST_GAP_MS / SECOND);
      }
      // Who has more than two minutes is told again shortly before.
      if (grace >= 105) expect(shown.at(-1)).toBe(60);
    }),
  );
});

test('is due exactly at its mark', () => {
  const warned = { atMs: 0, leftMs: 20 * MINUTE };
  expect(nextWarningMs(5 * MINUTE - 1, 15 * MINUTE + 1, warned)).toBe(1);
  expect(nextWarningMs(5 * MINUTE, 15 * MINUTE, warned)).toBe(0);
  const shown = { atMs: 5 * MINUTE, leftMs: 15 * MINUTE };
  expect(nextWarningMs(5 * MINUTE, 15 * MINUTE, shown)).toBe(10 * MINUTE);
});

test('those that passed unshown are one', () => {
  const warned = { atMs: 0, leftMs: 70 * MINUTE };
  expect(nextWarningMs(66 * MINUTE, 4 * MINUTE, warned)).toBe(0);
  expect(nextWarningMs(66 * MINUTE, 4 * MINUTE, { atMs: 66 * MINUTE, leftMs: 4 * MINUTE })).toBe(3 * MINUTE);
});

test('a restart that moved is said again, not too soon after the last warning, and not after the restart', () => {
  const warned = { atMs: 4 * MINUTE, leftMs: MINUTE };
  expect(nextWarningMs(9 * MINUTE, MINUTE, warned)).toBe(0);
  expect(nextWarningMs(4 * MINUTE + 10 * SECOND, 3 * MINUTE, warned)).toBe(SHORTEST_GAP_MS - 10 * SECOND);
  expect(nextWarningMs(4 * MINUTE + 10 * SECOND, 0, warned)).toBeUndefined();
  expect(nextWarningMs(9 * MINUTE, MINUTE, { atMs: 9 * MINUTE, leftMs: MINUTE })).toBeUndefined();
});
