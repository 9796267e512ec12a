/** That the simulated agents wait as the agent's own loop does: otherwise the figures would be about something else. */
import { expect, it } from 'vitest';
import { type LoopPorts, pollLoop } from '../../../agent/poll-loop.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { PRODUCT } from '../../simulate/pacing.ts';

const RANDOM = 0.25;
const PACE_SECONDS = 288;
const FAILURES = 5;

/** The agent's loop against a server that answers once and is then out of order. @returns milliseconds between its polls */
const waitsOfTheLoop = async (problem: unknown): Promise<number[]> => {
  const stop = new AbortController();
  const polls: number[] = [];
  let now = 0;
  const poll = async () => {
    polls.push(now);
    if (polls.length > FAILURES + 1) stop.abort();
    if (polls.length > 1) throw problem;
    return { status: 204 as const, body: undefined, headers: new Headers(), retryAfterSeconds: PACE_SECONDS };
  };
  const ports: LoopPorts = {
    server: { poll },
    platform: { boot: async () => ({ bootId: 'boot-0001', bootedAt: '2026-01-31T12:00:00.000Z' }) },
    person: { next: async () => undefined },
    keeper: { turn: async () => undefined },
    bell: { arm: () => new AbortController().signal, takeHurry: () => false },
    attendant: { saw: async () => undefined },
    flow: {
      step: async () => ({}),
      stage: undefined,
      lastOutcome: undefined,
      receive: async () => undefined,
    },
    lock: { take: async () => undefined },
    refusals: { failed: async () => undefined, worked: async () => undefined },
    clock: {
      now: () => now,
      monotonic: () => now,
      sinceBoot: () => now,
      every: () => () => undefined,
      sleep: async (milliseconds: number) => {
        now += milliseconds;
      },
    },
    random: () => RANDOM,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  await pollLoop(ports, { once: false, startWithinSeconds: 60, stop: stop.signal });
  return polls.map((at, i) => at - (polls[i - 1] ?? 0));
};

it.each([
  ['no connection', new TypeError('fetch failed')],
  ['a 503', new ApiError(503, undefined, '')],
])('the simulated agent waits as the real one does after %s', async (_, problem) => {
  const paceMs = PRODUCT.pollDelayMs(PACE_SECONDS);
  const failures = Array.from({ length: FAILURES }, (_, i) => i + 1);
  expect(await waitsOfTheLoop(problem)).toEqual([
    PRODUCT.startDelayMs(RANDOM),
    paceMs,
    ...failures.map((nth) => PRODUCT.afterFailureMs(nth, RANDOM, paceMs)),
  ]);
});
