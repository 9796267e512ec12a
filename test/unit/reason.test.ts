/** What went wrong, in words: with every cause, and in words that a terminal shows as they are. */
import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../lib/reason.ts';

const system = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('the reason', () => {
  it('is an error and all its causes, outermost first', () => {
    const bottom = system('getaddrinfo ENOTFOUND api.example.com', 'ENOTFOUND');
    const middle = new Error('no connection', { cause: bottom });
    expect(reasonOf(new TypeError('fetch failed', { cause: middle }))).toBe(
      'fetch failed: no connection: getaddrinfo ENOTFOUND api.example.com',
    );
  });

  it('is the code or the kind of an error that has no words of its own', () => {
    expect(reasonOf(new Error('failed', { cause: system('', 'ECONNREFUSED') }))).toBe('failed: ECONNREFUSED');
    expect(reasonOf(new RangeError(''))).toBe('RangeError');
  });

  it('has every address that was tried, each reason once', () => {
    const both = [system('connect ECONNREFUSED ::1:443', 'ECONNREFUSED'), system('connect ETIMEDOUT', 'ETIMEDOUT')];
    const tried = new AggregateError([...both, system('connect ETIMEDOUT', 'ETIMEDOUT')]);
    expect(reasonOf(new Error('no connection', { cause: tried }))).toBe(
      'no connection: connect ECONNREFUSED ::1:443; connect ETIMEDOUT',
    );
    expect(reasonOf(new AggregateError([], 'nothing was tried'))).toBe('nothing was tried');
  });

  it('tells a cause once that the error tells already', () => {
    expect(reasonOf(new Error('open: EACCES, denied', { cause: new Error('EACCES, denied') }))).toBe(
      'open: EACCES, denied',
    );
  });

  it('ends where causes go in a circle, and is cut where they are very long', () => {
    const first = new Error('first');
    const second = new Error('second', { cause: first });
    first.cause = second;
    expect(reasonOf(first)).toBe('first: second');
    expect(reasonOf(new Error('x'.repeat(100_000))).length).toBeLessThan(2_100);
  });

  it('moves no cursor, rings no bell and turns no text round', () => {
    expect(reasonOf(new Error('a\u001b[2Jb\u0007c\u202ed\ne'))).toBe('a[2Jbcd\ne');
  });

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [42, '42'],
    [new Error('outside', { cause: 'a text' }), 'outside: a text'],
  ])('of %j is words too', (thrown, words) => {
    expect(reasonOf(thrown)).toBe(words);
  });
});
