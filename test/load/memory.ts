/** Follows the heap of each function's workers while the load runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { workerMemory } from '../support/control.ts';
import { type Point, type Slope, slopeOf } from './slope.ts';

/** `at`: in milliseconds since the run's start. */
export type HeapSample = {
  readonly at: number;
  readonly function: string;
  readonly worker: number;
  readonly invocations: number;
  readonly usedHeapBytes: number;
};

/** Measures every so often until it is told to stop. Each measurement collects garbage, so not too often. */
export const followMemory = (url: string, everyMs: number, now: () => number) => {
  const samples: HeapSample[] = [];
  const stopping = new AbortController();
  const following = (async () => {
    while (!stopping.signal.aborted) {
      const at = now();
      for (const sample of await workerMemory(url)) samples.push({ at, ...sample });
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    stop: async (): Promise<HeapSample[]> => {
      stopping.abort();
      await following;
      return samples;
    },
  };
};

const MINUTE_MS = 60_000;
const KB = 1000;

export type Growth = {
  readonly function: string;
  readonly workers: number;
  /** The largest that any of them was. */
  readonly heapMb: number;
  /** In KB a minute. */
  readonly growth: Slope | undefined;
};

/** By function. @param warmUp invocations of each worker that do not count: caches fill, and code is compiled */
export const growthOf = (samples: readonly HeapSample[], warmUp: number): Growth[] =>
  [...Map.groupBy(samples, (sample) => sample.function)]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, own]) => {
      const workers = [...Map.groupBy(own, ({ worker }) => worker).values()];
      const lines = workers.map((life): Point[] =>
        life
          .filter(({ invocations }) => invocations >= warmUp)
          .map(({ at, usedHeapBytes }) => ({ x: at / MINUTE_MS, y: usedHeapBytes / KB })),
      );
      return {
        function: name,
        workers: workers.length,
        heapMb: Math.max(...own.map(({ usedHeapBytes }) => usedHeapBytes)) / KB ** 2,
        growth: slopeOf(lines),
      };
    });
