/** docs/threats.md names for each promise the tests that hold it: they exist, and have the titles that are quoted. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const threats = read('docs/threats.md');

/** The cells of the tables' rows, without their heads and lines. */
const rows = threats
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[\s-|]+\|$/.test(line) && !/^\| promise\s/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** A test, and a part of the title that is meant, where one is quoted. */
const testsIn = (text: string) =>
  [...text.matchAll(/`(test\/[\w./-]+)`(?: “([^”]+)”)?/g)].map(([, path = '', title]) => ({ path, title }));

test('there are promises, each of which says what it rests on and names a test', () => {
  expect(rows.length).toBeGreaterThan(25);
  for (const [promise = '', rests = '', heldBy = '', ...more] of rows) {
    expect({ promise, rests: rests !== '', tests: testsIn(heldBy).length > 0, more }).toEqual({
      promise,
      rests: true,
      tests: true,
      more: [],
    });
  }
});

describe('each test that is named', () => {
  test.each(testsIn(threats))('$path $title', ({ path, title }) => {
    expect(existsSync(join(ROOT, path)), path).toBe(true);
    if (title !== undefined) expect(read(path)).toContain(title);
  });
});

test('SECURITY.md leads there, and the README to both', () => {
  expect(read('SECURITY.md')).toContain('(docs/threats.md)');
  const readme = read('README.md');
  for (const link of ['(SECURITY.md)', '(docs/threats.md)']) expect(readme).toContain(link);
});
