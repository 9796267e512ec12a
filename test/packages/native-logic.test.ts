/** The host's parts that know nothing of Windows, compiled for this machine with warnings as errors and with sanitizers. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { built } from './packages.ts';

const { path: logic, missing } = built('nativeLogic');

/** Each case is a line; all go to one process. @returns a line for each */
const run = (cases: readonly (readonly string[])[]): string[] =>
  execFileSync(logic, { input: cases.map((words) => `${words.join(' ')}\n`).join(''), encoding: 'utf8' })
    .split('\n')
    .slice(0, -1);

const hex = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');
const text = (units: string): string => Buffer.from(units, 'hex').toString('utf16le');

/** Any UTF-16, lone surrogates too; a zero would end it. */
const utf16 = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.constantFrom(0x22, 0x5c, 0x20, 0xd83d, 0xde00)), {
    maxLength: 40,
  })
  .map((units) => String.fromCharCode(...units));

describe.skipIf(missing)('what is printed', () => {
  test('is JSON of the same text, whatever it is', () => {
    const texts = fc.sample(utf16, 2000);
    const printed = run(texts.map((sample) => ['json', hex(sample)]));
    expect(printed.map((json) => JSON.parse(json))).toEqual(texts.map((sample) => sample.toWellFormed()));
  });

  test('names people in every script', () => {
    const names = ['Jürgen Müller', '山田 太郎', 'Ольга', '"quoted" \\ tab\tend', '😀'];
    expect(run(names.map((name) => ['json', hex(name)])).map((json) => JSON.parse(json))).toEqual(names);
  });
});

/** Takes a command line apart as Windows does (`CommandLineToArgvW`), for words that are all in quotation marks. */
const argvOf = (line: string): string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    let backslashes = 0;
    while (line[at + backslashes] === '\\') backslashes++;
    if (backslashes > 0) {
      const beforeQuote = line[at + backslashes] === '"';
      word = (word ?? '') + '\\'.repeat(beforeQuote ? Math.floor(backslashes / 2) : backslashes);
      at += backslashes - 1;
      if (beforeQuote && backslashes % 2 === 1) {
        word += '"';
        at++;
      }
    } else if (line[at] === '"') {
      word ??= '';
      quoted = !quoted;
    } else if (!quoted && (line[at] === ' ' || line[at] === '\t')) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + line[at];
    }
  }
  return word === undefined ? words : [...words, word];
};

describe.skipIf(missing)('a command line', () => {
  test('is taken apart into the words it was made of', () => {
    const lines = fc.sample(fc.array(utf16, { minLength: 1, maxLength: 5 }), 1000);
    lines.push(['C:\\Program Files\\Remote Assist\\agent.exe', 'a "b" c', 'ends with \\', '', '\\\\', '\\"']);
    const made = run(lines.map((words) => ['line', ...words.map(hex)]));
    expect(made.map((line) => argvOf(text(line)))).toEqual(lines);
  });

  test('of the host has options with values, and words after two dashes', () => {
    const parse = (...words: string[]) => run([['options', ...words.map(hex)]])[0] ?? '';
    const values = (line: string) => line.split(' ').map((word, at) => (at < 2 ? text(word) : word));
    expect(values(parse('--a', '1'))).toEqual(['1', '', '2']);
    expect(values(parse('--bc', 'x y', '--a', ''))).toEqual(['', 'x y', '4']);
    // How many words come before those that are somebody else's.
    expect(values(parse('--a', '1', '--', '--bc', 'z'))).toEqual(['1', '', '3']);
    expect(parse('--a', '1', '--other', '2')).toBe('there is no such option');
    expect(parse('--a', '1', 'word')).toBe('there is no such option');
    expect(parse('--a')).toBe('an option is without its value');
    expect(parse('--a', '1', '--a', '2')).toBe('an option is given twice');
    expect(parse('--bc', '1')).toBe('an option is missing');
  });

  test('has numbers only where there are numbers', () => {
    const read = (most: number, word: string) => run([['number', `${most}`, hex(word)]])[0];
    expect([read(4294967295, '4294967295'), read(10, '0'), read(10, '010')]).toEqual(['4294967295', '0', '10']);
    const wrong = [
      read(10, '11'),
      read(10, ''),
      read(10, '-1'),
      read(10, '1x'),
      read(4294967295, '99999999999999999999'),
    ];
    expect(new Set(wrong)).toEqual(new Set(['no']));
  });
});

test.skipIf(missing)(
  'an agent that ends again and again is started again ever later, and after a minute’s run at once',
  () => {
    const next = (before: number, ranMs: number): number => Number(run([['backOff', `${before}`, `${ranMs}`]])[0]);
    const pauses: number[] = [];
    for (let before = 0; pauses.length < 9; before = pauses.at(-1) ?? 0) pauses.push(next(before, 10));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    expect([next(60_000, 59_999), next(60_000, 60_000)]).toEqual([60_000, 1000]);
  },
);

describe.skipIf(missing)('what the firmware says', () => {
  const UUID = Array.from({ length: 16 }, (_, at) => at + 1);
  /** @param strings those behind it, of which each field names one by its number */
  const structure = (type: number, fields: readonly number[], strings: readonly string[]): Buffer => {
    const formatted = [type, 4 + fields.length, 0x01, 0x00, ...fields];
    const behind = strings.length > 0 ? `${strings.join('\0')}\0\0` : '\0\0';
    return Buffer.concat([Buffer.from(formatted), Buffer.from(behind, 'latin1')]);
  };
  const bios = structure(0, [1, 2, 0, 0, 3], ['Maker', '1.0', '01/01/2026']);
  const system = (serial: number, strings: readonly string[], uuid = UUID) =>
    structure(1, [1, 2, 3, serial, ...uuid, 6], strings);
  const end = structure(127, [], []);
  const read = (table: Buffer, version: [number, number] = [3, 2]): string =>
    run([['smbios', `${version[0]}`, `${version[1]}`, table.toString('hex')]])[0] ?? '';

  test('is the serial number and the UUID of the system', () => {
    const table = Buffer.concat([bios, system(4, ['Maker', 'Model', '1', 'PF2ABCDE']), end]);
    expect(read(table)).toBe('PF2ABCDE|04030201-0605-0807-090a-0b0c0d0e0f10');
    expect(read(table, [2, 5])).toBe('PF2ABCDE|01020304-0506-0708-090a-0b0c0d0e0f10');
  });

  test('is nothing where it says nothing, or names what is not there', () => {
    const none = Array.from({ length: 16 }, () => 0xff);
    expect(read(Buffer.concat([system(0, ['Maker']), end]))).toMatch(/^\|04/);
    expect(read(Buffer.concat([system(4, ['Maker', 'Model']), end]))).toMatch(/^\|04/);
    expect(read(Buffer.concat([system(4, []), end]))).toMatch(/^\|04/);
    expect(read(Buffer.concat([system(1, ['X'], none), end]))).toBe('X|');
    expect(read(Buffer.concat([bios, end]))).toBe('|');
    expect(read(Buffer.alloc(0))).toBe('|');
    // An older structure, which has neither.
    expect(read(Buffer.concat([structure(1, [1, 2], ['Maker', 'Model']), end]))).toBe('|');
  });

  test('is printable, and no longer than there is room for', () => {
    const [serial] = read(system(1, [`A\u0007${'9'.repeat(400)}\u00e9`])).split('|');
    expect(serial).toBe(`A${'9'.repeat(254)}`);
  });

  test('is not believed where the table is cut off or nonsense: nothing beyond it is read', () => {
    const whole = Buffer.concat([bios, system(4, ['Maker', 'Model', '1', 'PF2ABCDE']), end]);
    const cut = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length));
    const nonsense = fc.sample(fc.uint8Array({ maxLength: 200 }), 2000).map((bytes) => Buffer.from(bytes));
    const changed = fc
      .sample(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), 1000)
      .map(([at, value]) => Buffer.from(whole.with(at, value)));
    const tables = [...cut, ...nonsense, ...changed];
    // The sanitizers end the process at the first look outside.
    expect(run(tables.map((table) => ['smbios', '3', '2', table.toString('hex')]))).toHaveLength(tables.length);
  });
});
