/** One line of the bench's table, and the table. */
import { markdownTable } from '../support/markdown.ts';

/** `noisy`: the machine was too busy to tell. A figure without a target is `info`. */
export type Verdict = 'ok' | 'MISSED' | 'noisy' | 'info';

export type Figure = {
  readonly figure: string;
  readonly measured: string;
  readonly target: string;
  readonly verdict: Verdict;
};

export const atMost = (figure: string, value: number, limit: number, format: (value: number) => string): Figure => ({
  figure,
  measured: format(value),
  target: `≤ ${format(limit)}`,
  verdict: value <= limit ? 'ok' : 'MISSED',
});

export const info = (figure: string, measured: string): Figure => ({ figure, measured, target: '', verdict: 'info' });

export const ratio = (value: number): string => `${value.toFixed(2)}×`;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
};

const COLUMNS = ['figure', 'measured', 'target', 'verdict'] as const;

/** The figures as one Markdown table. */
export const table = (figures: readonly Figure[]): string =>
  markdownTable(
    COLUMNS,
    figures.map((figure) => COLUMNS.map((column) => figure[column])),
  );
