/** The load's plan, its statistics, its verdicts and its picture. */
import { describe, expect, it } from 'vitest';
import { growthOf, type HeapSample } from '../../load/memory.ts';
import { readOptions } from '../../load/options.ts';
import { drawPicture, type Line } from '../../load/picture.ts';
import { devicesFor, planArrivals, RESTARTS_A_DEVICE } from '../../load/plan.ts';
import { percentile, Recorder, summarize } from '../../load/recorder.ts';
import type { LoadRun } from '../../load/run.ts';
import { slopeOf } from '../../load/slope.ts';
import { verdicts } from '../../load/verdicts.ts';
import { seededRandom } from '../../simulate/random.ts';

describe('the plan', () => {
  const shape = { seconds: 600, rate: 40 };
  const arrivals = planArrivals(shape, 1);
  const count = (kind: string) => arrivals.filter((arrival) => arrival.kind === kind).length;

  it('is the same for the same seed, and another for another', () => {
    expect(planArrivals(shape, 1)).toEqual(arrivals);
    expect(planArrivals(shape, 2)).not.toEqual(arrivals);
  });

  it('has as much of everything as it says, at random gaps, within its time', () => {
    const stack = count('poll') + count('help') + count('restart');
    expect(Math.abs(stack - 24_000)).toBeLessThan(600);
    expect(Math.abs(count('bareA') - 6_000)).toBeLessThan(300);
    expect(Math.abs(count('bareB') - 6_000)).toBeLessThan(300);
    for (const kind of ['help', 'restart']) expect(Math.abs(count(kind) - 300)).toBeLessThan(70);
    const gaps = arrivals.slice(1).map(({ at }, index) => at - (arrivals[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    // Of exponential gaps, the share that is longer than the mean is 1/e.
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(gaps.filter((gap) => gap > mean).length / gaps.length).toBeCloseTo(1 / Math.E, 1);
    expect(arrivals.at(-1)?.at).toBeLessThan(600_000);
  });

  it('asks for as many devices as its restarts need', () => {
    expect(count('restart')).toBeLessThan(devicesFor(shape) * RESTARTS_A_DEVICE);
  });
});

describe('the command line', () => {
  it('is ten minutes at twenty a second with two hundred devices unless it says otherwise', () => {
    expect(readOptions([])).toEqual({
      seconds: 600,
      rate: 20,
      devices: 200,
      seed: 1,
      warmUpDevices: 200,
      picture: 'build/load.svg',
    });
    expect(readOptions(['--minutes', '0.1', '--seed=7'])).toMatchObject({ seconds: 6, seed: 7 });
    expect(readOptions(['--rate', '400']).devices).toBeGreaterThan(1000);
  });

  it.each([
    '--minutes=0',
    '--rate=-1',
    '--rate=x',
    '--devices=10',
    '--devices=200.5',
    '--seed=-1',
    '--speed=1',
    'more',
  ])('refuses %s', (argument) => {
    expect(() => readOptions([argument])).toThrow();
  });
});

describe('percentiles', () => {
  it('are by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.01, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 99, 100]);
    expect(summarize([{ at: 0, latency: 7 }])).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
    expect(percentile([], 0.5)).toBeNaN();
  });
});

/** Noise around zero, evenly spread. */
const noise = (seed: number, most: number) => {
  const random = seededRandom(seed);
  return () => (random() * 2 - 1) * most;
};

describe('the slope', () => {
  it('is that of the workers, whatever the level of each', () => {
    const worker = (level: number, from: number) =>
      Array.from({ length: 10 }, (_, index) => ({ x: from + index, y: level + 3 * (from + index) }));
    const found = slopeOf([worker(1000, 0), worker(20, 10), worker(500, 20)]);
    expect(found?.slope).toBeCloseTo(3);
    expect(found?.margin).toBeCloseTo(0);
    expect(found?.points).toBe(30);
  });

  it('is within its margin in nineteen runs of twenty', () => {
    const runs = 400;
    let within = 0;
    for (let seed = 1; seed <= runs; seed += 1) {
      const off = noise(seed, 50);
      const lines = [0, 1].map(() => Array.from({ length: 12 }, (_, x) => ({ x, y: 5 * x + off() })));
      const { slope, margin } = slopeOf(lines) ?? { slope: Number.NaN, margin: 0 };
      within += Number(Math.abs(slope - 5) <= margin);
    }
    expect(within / runs).toBeGreaterThan(0.92);
    expect(within / runs).toBeLessThan(0.98);
  });

  it('is not told from a few points', () => {
    expect(slopeOf([])).toBeUndefined();
    expect(slopeOf([[{ x: 0, y: 0 }]])).toBeUndefined();
    expect(slopeOf([[0, 1, 2].map((x) => ({ x, y: x }))])).toBeUndefined();
  });
});

/** Heaps of one function over ten minutes, measured each 15 s. */
const heaps = (kbAMinute: number, noiseKb = 20): HeapSample[] => {
  const off = noise(1, noiseKb);
  return Array.from({ length: 40 }, (_, index) => {
    const at = index * 15_000;
    return {
      at,
      function: 'agent-poll',
      worker: 1,
      invocations: 200 + index,
      usedHeapBytes: 1000 * (12_000 + (kbAMinute * at) / 60_000 + off()),
    };
  });
};

const aRun = (changes: Partial<LoadRun> = {}): LoadRun => {
  const recorder = new Recorder();
  for (let at = 0; at < 1000; at += 1) {
    recorder.request({ name: 'bare server, A' }, { at, latency: 1 + (at % 10) / 10 });
    recorder.request({ name: 'bare server, B' }, { at, latency: 1 + (at % 10) / 10 });
    recorder.request({ name: 'poll', function: 'agent-poll' }, { at, latency: 5 });
    recorder.lags.push(1);
  }
  return {
    options: { seconds: 600, rate: 40, devices: 200, seed: 1, warmUpDevices: 0 },
    recorder,
    calls: [],
    alone: new Map(),
    heaps: heaps(0),
    ends: { restarts: { made: 3, ended: 3 }, requests: { made: 4, ended: 4 }, devicesWithWork: 0 },
    loopDelay: { p99: 1, max: 2 },
    ...changes,
  };
};
const failing = (run: LoadRun): string[] =>
  verdicts(run).flatMap(({ figure, verdict }) =>
    verdict === 'MISSED' || verdict === 'noisy' ? [`${verdict}: ${figure}`] : [],
  );
const recording = (change: (recorder: Recorder) => void): LoadRun => {
  const run = aRun();
  change(run.recorder);
  return run;
};

describe('the verdict', () => {
  it('is good of a run in which all is well', () => {
    expect(failing(aRun())).toEqual([]);
  });

  it.each<[string, LoadRun, RegExp]>([
    [
      'a request that failed',
      recording((recorder) => recorder.request({ name: 'poll' }, { at: 0, latency: 5 }, new Error('HTTP 500'))),
      /^MISSED: errors/,
    ],
    ['something that went wrong', recording((recorder) => recorder.fault('no agent is free')), /^MISSED: errors/],
    [
      'a restart that did not end',
      aRun({ ends: { ...aRun().ends, restarts: { made: 3, ended: 2 } } }),
      /^MISSED: restarts/,
    ],
    ['no restart at all', aRun({ ends: { ...aRun().ends, restarts: { made: 0, ended: 0 } } }), /^MISSED: restarts/],
    [
      'a request in no state, or in two',
      aRun({ ends: { ...aRun().ends, requests: { made: 4, ended: 3 } } }),
      /^MISSED: req/,
    ],
    ['a device that still has work', aRun({ ends: { ...aRun().ends, devicesWithWork: 1 } }), /^MISSED: devices/],
    ['a heap that grows', aRun({ heaps: heaps(200) }), /^MISSED: heap of agent-poll/],
    ['a heap of which it cannot be told', aRun({ heaps: heaps(70, 500) }), /^noisy: heap of agent-poll/],
    [
      'a generator that was late',
      recording(({ lags }) => lags.push(...new Array<number>(20).fill(200))),
      /^noisy: the generator's own lateness/,
    ],
    [
      'a control that is not the same',
      recording(({ series }) => {
        const samples = series.get('bare server, B')?.samples ?? [];
        samples.splice(0, samples.length, ...samples.map(({ at, latency }) => ({ at, latency: latency * 1.3 })));
      }),
      /^noisy: the bare server against itself, p50/,
    ],
  ])('is bad for %s', (_, run, expected) => {
    expect(failing(run)).toEqual([expect.stringMatching(expected)]);
  });

  it('is none on memory in a run that is too short', () => {
    expect(failing(aRun({ options: { ...aRun().options, seconds: 60 }, heaps: heaps(200) }))).toEqual([]);
  });

  it('is on each worker by itself: one that ends and a smaller one in its place are no shrinking', () => {
    const [first, second] = [heaps(100), heaps(100)];
    const later = second.map((sample) => ({ ...sample, worker: 2, at: sample.at + 600_000 }));
    const [grown] = growthOf([...first, ...later], 200);
    expect(grown).toMatchObject({ function: 'agent-poll', workers: 2 });
    expect(grown?.growth?.slope).toBeGreaterThan(95);
    expect(grown?.growth?.slope).toBeLessThan(105);
  });
});

describe('the picture', () => {
  const line = (label: string, latency: number): Line => ({
    label,
    samples: Array.from({ length: 600 }, (_, index) => ({ at: index * 100, latency })),
    share: 0.5,
    colour: '#005b96',
  });
  const drawn = drawPicture([line('polls & more', 10), line('bare <server>', 10.1)], 60, {
    title: 'Latency',
    description: 'Two lines.',
  });
  const pointsOf = (polyline: string | undefined) =>
    (polyline ?? '').split(' ').map((point) => point.split(',').map(Number) as [number, number]);
  const lines = [...drawn.matchAll(/points="([^"]*)"/g)].map(([, points]) => pointsOf(points));

  it('says what it is to those who do not see it', () => {
    expect(drawn).toMatch(/^<svg [^>]*role="img" aria-labelledby="title description">/);
    expect(drawn).toContain('<title id="title">Latency</title>');
    expect(drawn).toContain('<desc id="description">Two lines.</desc>');
  });

  it('has a line from the left to the right for each series, higher where latency is', () => {
    expect(lines).toHaveLength(2);
    for (const points of lines) {
      expect(points).toHaveLength(60);
      const across = points.map(([x]) => x);
      expect(across).toEqual([...across].sort((a, b) => a - b));
    }
    expect(lines[1]?.[0]?.[1]).toBeLessThan(lines[0]?.[0]?.[1] ?? 0);
  });

  it('escapes its labels, and keeps them apart', () => {
    const labels = [...drawn.matchAll(/class="label" x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)</g)];
    expect(labels.map(([, , text]) => text)).toEqual(['bare &lt;server&gt;', 'polls &amp; more']);
    const [first, second] = labels.map(([, y]) => Number(y)) as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(16);
  });

  it('names its axes and their ticks', () => {
    expect(drawn).toContain('seconds since the start');
    expect(drawn).toContain('latency from the intended start, in ms');
    for (const tick of ['>10<', '>100<', '>0<', '>60<']) expect(drawn).toContain(tick);
  });
});
