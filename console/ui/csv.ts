/** CSV for a spreadsheet: with a byte order mark, and no cell that a spreadsheet would take for a formula. */

/** A spreadsheet runs what begins with these, after blanks too. */
const FORMULA = /^\s*[=+\-@\t\r]/;

const cell = (value: string): string => {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\n\r]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const BYTE_ORDER_MARK = '\uFEFF';

/** @param rows each of as many cells as the header */
export const toCsv = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  BYTE_ORDER_MARK + [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
