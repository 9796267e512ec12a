/** The run's tables, in Markdown. */
import { ratio } from '../bench/figure.ts';
import { describeCalls } from '../support/calls.ts';
import { markdownTable } from '../support/markdown.ts';
import { summarize } from './recorder.ts';
import type { LoadRun } from './run.ts';

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/** How long each operation took, from when it was meant to start, and what it calls when it is alone. */
export const operationTable = ({ recorder, alone }: LoadRun): string => {
  const series = [...recorder.series.values()].sort((a, b) => b.samples.length - a.samples.length);
  const bare = summarize(recorder.series.get('bare server, A')?.samples ?? []);
  const rows = series.map(({ name, samples, errors }) => {
    const { count, p50, p99, max } = summarize(samples);
    const calls = alone.get(name);
    return [
      name,
      String(count),
      String(errors),
      ...[p50, p99, max].map(ms),
      ratio(p50 / bare.p50),
      ratio(p99 / bare.p99),
      calls ? describeCalls(calls) : '',
    ];
  });
  return markdownTable(
    ['operation', 'requests', 'errors', 'p50 ms', 'p99 ms', 'max ms', 'p50 to bare', 'p99 to bare', 'calls, alone'],
    rows,
  );
};

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** What a function would have called if each request had been alone. */
const expectedCalls = ({ recorder, alone }: LoadRun, name: string): number =>
  sum(
    [...recorder.series.values()]
      .filter((series) => series.function === name)
      .map((series) => series.samples.length * sum(Object.values(alone.get(series.name) ?? {}))),
  );

/** What each function called while the load ran; those without requests work in the background. */
export const functionTable = (run: LoadRun): string => {
  const requests = run.recorder.requestsByFunction();
  const called = Map.groupBy(run.calls, (call) => call.function);
  const rows = [...called]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, counts]) => {
      const calls = sum(counts.map(({ count }) => count));
      const served = requests.get(name);
      const perRequest =
        served === undefined
          ? ['', '', '']
          : [String(served), (calls / served).toFixed(2), (expectedCalls(run, name) / served).toFixed(2)];
      return [name, String(calls), ...perRequest];
    });
  return markdownTable(['function', 'calls', 'requests', 'calls a request', 'if each were alone'], rows);
};

/** What went wrong, and how often; nothing where nothing did. */
export const faultList = ({ recorder: { faults } }: LoadRun): string =>
  [...faults].map(([what, count]) => `- ${count}× ${what}\n`).join('');
