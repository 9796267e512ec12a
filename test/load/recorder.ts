/** What the run measured: how long each request took, from when it was meant to start, and what went wrong. */
import type { ApiFunction } from '../../lib/api/operation.ts';
import { reasonOf } from '../../lib/reason.ts';

/** What is measured as one thing. */
export type Measured = {
  readonly name: string;
  /** Which function of the stack serves it; none serves the bare server's. */
  readonly function?: ApiFunction;
};

/** In milliseconds; `at` is when it was meant to start, since the run's start. */
export type Sample = { readonly at: number; readonly latency: number };

export type Series = Measured & { readonly samples: Sample[]; errors: number };

/** By the nearest rank. @param share from 0 to 1 @param sorted ascending */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

export type Summary = { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };

export const summarize = (samples: readonly Sample[]): Summary => {
  const sorted = samples.map(({ latency }) => latency).sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
};

export class Recorder {
  readonly series = new Map<string, Series>();
  /** How much later than intended the generator itself began, of all that did not have to wait for an answer. */
  readonly lags: number[] = [];
  /** How often each thing went wrong. */
  readonly faults = new Map<string, number>();

  /** Every request that was sent counts, one that failed too: what fails fast must not make a run look fast. */
  request(measured: Measured, sample: Sample, error?: unknown): void {
    const series = this.series.get(measured.name) ?? { ...measured, samples: [], errors: 0 };
    this.series.set(measured.name, series);
    series.samples.push(sample);
    if (error === undefined) return;
    series.errors += 1;
    this.fault(`${measured.name}: ${reasonOf(error)}`);
  }

  fault(what: string): void {
    this.faults.set(what, (this.faults.get(what) ?? 0) + 1);
  }

  errors(): number {
    return [...this.faults.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How many requests each function was sent. */
  requestsByFunction(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { function: name, samples } of this.series.values()) {
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + samples.length);
    }
    return counts;
  }
}
