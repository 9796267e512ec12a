import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseOptions, runCommand, UsageError, wholeNumber } from '../../lib/command-line.ts';

const printed = { stdout: '', stderr: '' };

beforeEach(() => {
  for (const stream of ['stdout', 'stderr'] as const) {
    printed[stream] = '';
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += text;
      return true;
    });
  }
});
afterEach(() => vi.restoreAllMocks());

const read = (args: string[]) => parseOptions(args, { count: { type: 'string', default: '1' } });
const run = (...args: string[]) => runCommand('Usage: it\n', read, ({ count }) => Number(count), args);

describe('a command', () => {
  it('ends as what it runs does', async () => {
    expect(await run('--count', '7')).toBe(7);
    expect(printed).toEqual({ stdout: '', stderr: '' });
  });

  it('prints its usage where help is asked for, whatever else is asked for', async () => {
    expect(await run('--nonsense', '--help')).toBe(0);
    expect(printed).toEqual({ stdout: 'Usage: it\n', stderr: '' });
  });

  it.each([['--nonsense'], ['--count'], ['word']])('ends with 2 and says why on %s', async (argument) => {
    expect(await run(argument)).toBe(2);
    expect(printed.stderr).toMatch(new RegExp(`${argument}[^]*Usage: it`));
  });

  it('leaves what is no matter of usage to whoever started it', async () => {
    const failing = () => Promise.reject(new Error('broken'));
    await expect(runCommand('', read, failing, [])).rejects.toThrow('broken');
    const unreadable = () => {
      throw new TypeError('a mistake of ours');
    };
    await expect(runCommand('', unreadable, () => 0, [])).rejects.toThrow('a mistake of ours');
  });
});

describe('a whole number', () => {
  it('is within its bounds', () => {
    expect(['1', '10'].map((text) => wholeNumber('n', text, 1, 10))).toEqual([1, 10]);
  });

  it.each(['0', '11', '-1', '1.5', '1e1', '', ' 1', '0x1', 'NaN'])('is not "%s"', (text) => {
    expect(() => wholeNumber('n', text, 1, 10)).toThrow(
      new UsageError(`--n is ${text}: a whole number from 1 to 10 is needed`),
    );
  });
});
