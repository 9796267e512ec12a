/** What is saved for a spreadsheet. */
import { expect, it } from 'vitest';
import { csvOf } from '../../../console/ui/csv.ts';

type Row = { a: string; b?: string };
const columns = [
  { header: 'A', cell: ({ a }: Row) => a },
  { header: 'B', cell: ({ b }: Row) => b },
];
const lines = (...rows: Row[]): string[] => csvOf(columns, rows).slice(1).split('\r\n').slice(1, -1);

it('begins with a byte order mark and the headers', () => {
  expect(csvOf(columns, [])).toBe('\uFEFFA,B\r\n');
});

it('leaves an absent cell empty', () => {
  expect(lines({ a: 'x' })).toEqual(['x,']);
});

it('quotes what would break the line', () => {
  expect(lines({ a: 'a,b', b: 'say "yes"' })).toEqual(['"a,b","say ""yes"""']);
  expect(csvOf(columns, [{ a: 'one\ntwo' }])).toContain('"one\ntwo",');
});

it.each(['=1+1', '+49 30', '-cmd', '@sum', ' =HYPERLINK("x")', '\t=1', '\r=1'])('runs no formula: %j', (a) => {
  expect(csvOf(columns, [{ a }])).toContain(`"'${a.replaceAll('"', '""')}",`);
});
