/** Breaks of the process: what each clock shows of them, and that one clock is enough. */
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import { Continuity, TOLERANCE_MS } from '../../../agent/restart/continuity.ts';

const wall = 1_000_000;
let clock: { wall: number; monotonic: number; sinceBoot: number };
let beats: { every: number; call: () => void }[];
let continuity: Continuity;

beforeEach(() => {
  clock = { wall, monotonic: 0, sinceBoot: 0 };
  beats = [];
  continuity = new Continuity({
    now: () => clock.wall,
    monotonic: () => clock.monotonic,
    sinceBoot: () => clock.sinceBoot,
    every: (every, call) => {
      const beat = { every, call };
      beats.push(beat);
      return () => {
        beats = beats.filter((known) => known !== beat);
      };
    },
  });
});

const pass = (milliseconds: number, which: Partial<Record<keyof typeof clock, number>> = {}): void => {
  for (const name of ['wall', 'monotonic', 'sinceBoot'] as const) clock[name] += which[name] ?? milliseconds;
};
const runFor = (milliseconds: number): void => {
  const every = beats[0]?.every ?? milliseconds;
  for (let passed = 0; passed < milliseconds; passed += every) {
    pass(every);
    for (const { call } of beats) call();
  }
};

test('a process that runs on is not broken, however long it runs', () => {
  continuity.begin();
  runFor(24 * 3_600_000);
  pass(TOLERANCE_MS);
  expect(continuity.isBroken).toBe(false);
});

test.each([
  ['the monotonic clock alone', { wall: 0, sinceBoot: 0 }],
  ['the time since the boot alone', { wall: 0, monotonic: 0 }],
  ['the wall clock alone', { monotonic: 0, sinceBoot: 0 }],
])('a break that shows in %s is one, before and after the late beat', (_, which) => {
  for (const late of [false, true]) {
    continuity.begin();
    runFor(60_000);
    pass(TOLERANCE_MS + 1, which);
    if (late) runFor(60_000);
    expect(continuity.isBroken).toBe(true);
  }
});

test.each([-3_600_000, 3_600_000])('a clock that is set by %d ms breaks it', (wall) => {
  continuity.begin();
  pass(0, { wall });
  runFor(60_000);
  expect(continuity.isBroken).toBe(true);
});

test('what is broken stays so until it begins again, and what ended is broken and calls nothing any more', () => {
  continuity.begin();
  pass(3_600_000);
  expect([continuity.isBroken, continuity.isBroken]).toEqual([true, true]);
  continuity.begin();
  expect(continuity.isBroken).toBe(false);
  expect(beats).toHaveLength(1);
  continuity.end();
  expect(continuity.isBroken).toBe(true);
  expect(beats).toEqual([]);
});

test('the system’s clock calls again and again until it is ended, and knows how long the system runs', async () => {
  const called = Promise.withResolvers<void>();
  let calls = 0;
  const stop = systemClock.every(1, () => {
    if (++calls === 3) called.resolve();
  });
  // The timer alone does not keep a process alive.
  const alive = setInterval(() => undefined, 1_000);
  await called.promise;
  clearInterval(alive);
  stop();
  const before = systemClock.sinceBoot();
  expect(before).toBeGreaterThan(0);
  expect(systemClock.sinceBoot()).toBeGreaterThanOrEqual(before);
});
