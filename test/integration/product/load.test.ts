/** A few seconds of the load, seeded; `npm run load` drives ten minutes of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planArrivals } from '../../load/plan.ts';
import { functionTable } from '../../load/report.ts';
import { type LoadRun, runLoad } from '../../load/run.ts';
import { pictureOf } from '../../load/run-picture.ts';
import { startBareServer } from '../../load/start.ts';
import type { Started } from '../../support/server-process.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';

/** More devices than there are polls: however slow the machine, one is always free. */
const OPTIONS = { seconds: 3, rate: 12, devices: 42, seed: 10, warmUpDevices: 0 };
const planned = (...kinds: string[]) => planArrivals(OPTIONS, OPTIONS.seed).filter(({ kind }) => kinds.includes(kind));

let stack: OwnStack;
let bare: Started;
let run: LoadRun;

beforeAll(async () => {
  stack = await startOwnStack();
  bare = await startBareServer();
  run = await runLoad(stack.url, bare.url, OPTIONS);
});
afterAll(() => Promise.all([stack.remove(), bare.stop()]));

const samples = (name: string) => run.recorder.series.get(name)?.samples ?? [];

it('has no error', () => {
  expect([...run.recorder.faults]).toEqual([]);
});

it('ends every restart and every request, in the state in which it must, and leaves no device with work', () => {
  const { restarts, requests, devicesWithWork } = run.ends;
  // One of each way to go, and what the seed has of them.
  expect(restarts).toEqual({ made: 1 + planned('restart').length, ended: 1 + planned('restart').length });
  expect(requests).toEqual({ made: 5 + planned('help').length, ended: 5 + planned('help').length });
  expect(planned('restart').length).toBeGreaterThan(0);
  expect(planned('help').length).toBeGreaterThan(0);
  expect(devicesWithWork).toBe(0);
});

it('sends all that was planned, each timed from when it was meant to start', () => {
  for (const [name, kind] of [
    ['poll', 'poll'],
    ['bare server, A', 'bareA'],
    ['bare server, B', 'bareB'],
    ['ask for help', 'help'],
    ['order a restart', 'restart'],
  ] as const) {
    const sent = samples(name).map(({ at }) => at);
    expect(sent.sort((a, b) => a - b)).toEqual(planned(kind).map(({ at }) => at));
  }
});

it('counts the calls of each operation, which are those of one that is alone', () => {
  const { alone, calls } = run;
  expect(alone.get('poll')).toEqual({ GetItem: 1 });
  expect(alone.get('acknowledge')).toEqual({ DeleteMessage: 1, GetItem: 1, TransactWriteItems: 1 });
  const sent = (name: string) => samples(name).length;
  const acknowledged = calls.filter((call) => call.function === 'agent-tasks');
  expect(acknowledged.map(({ count }) => count)).toEqual([1, 1, 1].map(() => sent('acknowledge')));
  expect(functionTable(run)).toContain('events-relay');
});

it('sees the heap of each function that worked', () => {
  const functions = new Set(run.heaps.map((sample) => sample.function));
  for (const name of ['agent-poll', 'agent-assistance', 'admin-restarts', 'events-relay']) {
    expect(functions).toContain(name);
  }
  for (const { usedHeapBytes } of run.heaps) expect(usedHeapBytes).toBeGreaterThan(1e6);
});

it('draws latency over time', () => {
  const picture = pictureOf(run);
  for (const label of ['empty polls, p99', 'bare server, median', 'everything else, p99']) {
    expect(picture).toContain(label);
  }
});
