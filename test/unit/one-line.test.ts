import { describe, expect, it } from 'vitest';
import { firstOf, oneLine } from '../../lib/one-line.ts';

describe('one line', () => {
  it('has no line end, no control character, and no mark that turns the direction of writing', () => {
    expect(oneLine('a\nb\r\nc\u2028d\u2029e\u202ef\u2066g\u0000h\u200fi\u061cj')).toBe('a b c d e f g h i j');
    expect(oneLine('  Zoë 日本 👩‍👩‍👧 ')).toBe('Zoë 日本 👩‍👩‍👧');
    expect(oneLine('\u202e\n')).toBe('');
  });
});

describe('the first characters', () => {
  it('are whole ones', () => {
    expect(firstOf('abc', 5)).toBe('abc');
    expect(firstOf('a🙂b', 2)).toBe('a🙂');
    expect(firstOf('🙂'.repeat(10), 3)).toBe('🙂🙂🙂');
  });
});
