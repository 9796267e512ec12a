/** The server's times on a clock that is off. */
import { expect, test } from 'vitest';
import { giveUpAt, restartTimes, serverTime, startsWithinMs, warningMs } from '../../../agent/restart/deadlines.ts';

const SERVER = Date.UTC(2026, 0, 1, 12);
const iso = (time: number): string => new Date(time).toISOString();
const task = { acknowledgedAt: iso(SERVER), returnBy: iso(SERVER + 1_500_000), graceSeconds: 300 };

test('the deadline counts from when the acknowledgement was sent, by this clock', () => {
  expect(restartTimes(task, 5_000, SERVER)).toEqual({ acknowledgedAt: 5_000, restartAt: 305_000, deadline: 1_505_000 });
});

test('an answer to a repetition counts from the first acknowledgement', () => {
  expect(restartTimes(task, 605_000, SERVER + 600_000).deadline).toBe(1_505_000);
});

test('a server whose clocks disagree does not lengthen it', () => {
  expect(restartTimes(task, 5_000, SERVER - 600_000).deadline).toBe(1_505_000);
});

test('without a Date the own clock stands for it', () => {
  expect(serverTime(new Headers(), 42)).toBe(42);
  expect(serverTime(new Headers({ date: 'Thu, 01 Jan 2026 12:00:00 GMT' }), 42)).toBe(SERVER);
});

test('giving up is never in the past, so that the server is asked at least once', () => {
  const acknowledgeBy = iso(SERVER);
  expect(giveUpAt({ acknowledgeBy }, 1_000, SERVER - 60_000)).toBe(61_000);
  expect(giveUpAt({ acknowledgeBy }, 1_000, SERVER + 60_000)).toBe(1_000);
});

const acknowledged = {
  stage: 'acknowledged',
  id: 't',
  deviceId: 'd',
  dryRun: false,
  force: false,
  message: undefined,
  postponements: undefined,
  maxPostponements: undefined,
  mayReject: undefined,
  correlationId: undefined,
  receipt: 'r',
  warned: undefined,
  bootId: 'b',
  graceSeconds: 300,
  acknowledgedAt: 0,
  restartAt: 300_000,
  deadline: 1_500_000,
} as const;

test.each([
  ['all of the grace', 0, 300_000],
  ['what is left of it', 200_000, 100_000],
  ['a minute, when it ran out unseen', 900_000, 60_000],
  ['less, when the deadline is near', 1_470_000, 15_000],
  ['nothing, when it is nearer', 1_490_000, 0],
])('the warning lasts %s', (_, now, milliseconds) => {
  expect(warningMs(acknowledged, now)).toBe(milliseconds);
});

test('a grace of 5 seconds warns for 5 seconds, and no longer after a kill', () => {
  expect(warningMs({ ...acknowledged, graceSeconds: 5, restartAt: 5_000 }, 900_000)).toBe(5_000);
});

test('the system has five minutes to begin, or half of what is left', () => {
  expect(startsWithinMs(0, 1_200_000)).toBe(300_000);
  expect(startsWithinMs(0, 60_000)).toBe(30_000);
  expect(startsWithinMs(10, 5)).toBe(0);
});
