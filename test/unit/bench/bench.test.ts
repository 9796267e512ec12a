/** The bench's command line, its table, and how it tells packages apart. */
import { describe, expect, it } from 'vitest';
import { atMost, info, median, table } from '../../bench/figure.ts';
import { packageOf } from '../../bench/metafile.ts';
import { readOptions } from '../../bench/options.ts';
import { SECTION_NAMES } from '../../bench/sections.ts';

describe('the command line', () => {
  it('measures everything unless it is told what', () => {
    expect(readOptions([])).toEqual({ devices: 10_000, sections: SECTION_NAMES });
    expect(readOptions(['--only', 'bundles', '--only=load', '--devices', '100'])).toEqual({
      devices: 100,
      sections: ['bundles', 'load'],
    });
  });

  it.each(['--only=everything', '--devices=99', '--devices=1e4', '--speed=1', 'more'])('refuses %s', (argument) => {
    expect(() => readOptions([argument])).toThrow();
  });
});

it('judges what has a limit, and prints all in one table', () => {
  const figures = [
    atMost('start', 15.1, 15, (value) => `${value} s`),
    atMost('memory', 600, 600, String),
    info('x', '1'),
  ];
  expect(figures.map(({ verdict }) => verdict)).toEqual(['MISSED', 'ok', 'info']);
  expect(table(figures)).toBe(
    [
      '| figure | measured | target | verdict |',
      '| ------ | -------- | ------ | ------- |',
      '| start  | 15.1 s   | ≤ 15 s | MISSED  |',
      '| memory | 600      | ≤ 600  | ok      |',
      '| x      | 1        |        | info    |',
    ].join('\n'),
  );
});

it('has a median of an even number of values too', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

it('knows the innermost package that a file is of', () => {
  expect(packageOf('node_modules/zod/v4/mini/index.js')).toBe('zod');
  expect(packageOf('node_modules/a/node_modules/@b/c/dist-es/x.js')).toBe('@b/c');
  expect(packageOf('lib/ids.ts')).toBeUndefined();
});
