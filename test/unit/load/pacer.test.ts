/** That requests are timed from when they were meant to start, whatever the server does meanwhile. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Abandoned, Pacer, realTime } from '../../load/pacer.ts';
import { Recorder, summarize } from '../../load/recorder.ts';
import { virtualTime } from './virtual-time.ts';

const POLL = { name: 'poll' };

const samplesOf = (recorder: Recorder) => recorder.series.get('poll')?.samples ?? [];

it('shows a stall in all the requests that were meant to be sent while it lasted', async () => {
  const time = virtualTime();
  const recorder = new Recorder();
  const pacer = new Pacer(time, recorder);
  const [stallFrom, stallTo] = [5_000, 6_000];
  const served = async () => {
    const now = time.now();
    await time.until(now >= stallFrom && now < stallTo ? stallTo : now + 1);
  };
  // A request every 10 ms for 10 s, of which a tenth falls into the second in which nothing is answered.
  const times = Array.from({ length: 1000 }, (_, number) => number * 10);
  await time.pass(Promise.all(times.map((at) => pacer.request(POLL, at, served))));
  const { count, p50, p99, max } = summarize(samplesOf(recorder));
  expect({ count, p50, p99, max }).toEqual({ count: 1000, p50: 1, p99: 900, max: 1000 });
});

it('counts as a request’s time what it waited for the answer before it, and as its own lateness what it did not', async () => {
  const time = virtualTime();
  const recorder = new Recorder();
  const pacer = new Pacer(time, recorder);
  const story = async () => {
    await pacer.request(POLL, 0, () => time.until(500).then(() => undefined));
    await pacer.request(POLL, 100, () => time.until(510).then(() => undefined));
    await pacer.request(POLL, 1000, async () => {});
  };
  await time.pass(story());
  expect(samplesOf(recorder)).toEqual([
    { at: 0, latency: 500 },
    { at: 100, latency: 410 },
    { at: 1000, latency: 0 },
  ]);
  expect(recorder.lags).toEqual([0]);
});

it('counts a request that fails, with its time and with what went wrong, and goes on', async () => {
  const time = virtualTime();
  const recorder = new Recorder();
  const pacer = new Pacer(time, recorder);
  const failing = async () => {
    await time.until(time.now() + 30);
    throw new Error('fetch failed', { cause: new Error('other side closed') });
  };
  await time.pass(expect(pacer.request(POLL, 10, failing)).rejects.toBeInstanceOf(Abandoned));
  await time.pass(pacer.request(POLL, 100, async () => {}));
  expect(recorder.series.get('poll')).toMatchObject({ errors: 1 });
  expect(samplesOf(recorder)).toEqual([
    { at: 10, latency: 30 },
    { at: 100, latency: 0 },
  ]);
  expect([...recorder.faults]).toEqual([['poll: fetch failed: other side closed', 1]]);
  expect(recorder.errors()).toBe(1);
});

it('goes on sending while a real server answers nothing', async () => {
  const held: ServerResponse[] = [];
  const [wanted, everyMs] = [20, 5];
  // Who waits for an answer before the next request would wait here for ever.
  const server = createServer((_, response) => {
    held.push(response);
    if (held.length === wanted) for (const one of held) one.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const recorder = new Recorder();
    const pacer = new Pacer(realTime(), recorder);
    const times = Array.from({ length: wanted }, (_, number) => 20 + number * everyMs);
    await Promise.all(times.map((at) => pacer.request(POLL, at, () => fetch(url, { method: 'POST' }))));
    expect(samplesOf(recorder)).toHaveLength(wanted);
    for (const { at, latency } of samplesOf(recorder)) {
      expect(latency).toBeGreaterThanOrEqual((times.at(-1) ?? 0) - at);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
