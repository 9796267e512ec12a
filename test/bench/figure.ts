/** One line of the bench's table, and the table. */

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

const columns = ['figure', 'measured', 'target', 'verdict'] as const;

/** The figures as one Markdown table, aligned so that it reads in a terminal too. */
export const table = (figures: readonly Figure[]): string => {
  const widths = columns.map((column) => Math.max(column.length, ...figures.map((figure) => figure[column].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [
    line(columns),
    line(widths.map((width) => '-'.repeat(width))),
    ...figures.map((figure) => line(columns.map((column) => figure[column]))),
  ].join('\n');
};
