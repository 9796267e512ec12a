/** CSV for a spreadsheet: with a byte order mark, and no cell that a spreadsheet would take for a formula. */

export type CsvColumn<T> = { header: string; cell: (item: T) => string | undefined };

/** A spreadsheet runs what begins with these, after blanks too. */
const FORMULA = /^\s*[=+\-@\t\r]/;

const written = (value: string): string => {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\n\r]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const BYTE_ORDER_MARK = '\uFEFF';

const line = (cells: readonly string[]): string => `${cells.map(written).join(',')}\r\n`;

/** A line of headers, and a line for each item. What an item has not is an empty cell. */
export const csvOf = <T>(columns: readonly CsvColumn<T>[], items: readonly T[]): string => {
  const header = line(columns.map(({ header: text }) => text));
  const lines = items.map((item) => line(columns.map(({ cell }) => cell(item) ?? '')));
  return BYTE_ORDER_MARK + [header, ...lines].join('');
};
