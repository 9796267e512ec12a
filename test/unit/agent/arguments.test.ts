/** The command line, taken apart. */
import { describe, expect, test } from 'vitest';
import { apiUrl, parseCommandLine, required, seconds } from '../../../agent/cli/arguments.ts';
import { WrongUsage } from '../../../agent/cli/usage.ts';

test.each([[[]], [['dance']], [['toString']], [['run', 'now']], [['run', '--fast']], [['enroll', '--api']]])(
  '%j is wrong usage',
  (args) => {
    expect(() => parseCommandLine(args)).toThrow(WrongUsage);
  },
);

test.each([[['--help']], [['-h']], [['help']], [['run', '--help']]])('%j asks for help', (args) => {
  expect(parseCommandLine(args)).toBe('help');
});

test('a command has its options', () => {
  expect(parseCommandLine(['run', '--dry-run', '--state-dir', 'd'])).toMatchObject({
    command: 'run',
    options: { 'dry-run': true, 'state-dir': 'd' },
  });
});

test.each([undefined, '', ' '])('a required option is not %j', (name) => {
  expect(() => required({ name }, 'name')).toThrow('--name is missing');
});

test('seconds are whole and not negative', () => {
  expect([seconds(undefined, 'x', 7), seconds('0', 'x', 7)]).toEqual([7, 0]);
  for (const value of ['-1', '1.5', '', 'soon', '9999999']) expect(() => seconds(value, 'x', 7)).toThrow(WrongUsage);
});

describe('the server’s address', () => {
  test.each([
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://api.example.com/stage/', 'https://api.example.com/stage'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://localhost:3000/', 'http://localhost:3000'],
  ])('%s is taken', (value, expected) => {
    expect(apiUrl(value)).toBe(expected);
  });

  test.each([
    'http://api.example.com',
    'ftp://x',
    'api.example.com',
    'https://u:p@x.example',
    'https://x.example/?a=1',
  ])('%s is not', (value) => {
    expect(() => apiUrl(value)).toThrow(WrongUsage);
  });
});
