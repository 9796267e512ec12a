import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../local/events/pattern.ts';

const matches = (pattern: Record<string, unknown>, event: unknown) => compilePattern(pattern, 'the pattern')(event);

describe('event patterns', () => {
  it.each<[string, unknown, unknown[], unknown[]]>([
    ['exact text', ['a', 'b'], ['a', 'b', ['x', 'b']], ['A', 'ab', undefined, null, 1, []]],
    ['exact number', [1.5], [1.5, [1, 1.5]], ['1.5', 1]],
    ['null and booleans', [null, true], [null, true], [false, undefined, 'null', '']],
    ['prefix', [{ prefix: 'ab' }], ['ab', 'abc'], ['b', 'Ab', 7, undefined]],
    ['prefix, any case', [{ prefix: { 'equals-ignore-case': 'AB' } }], ['abc', 'aB'], ['b']],
    ['suffix', [{ suffix: '.png' }], ['a.png'], ['a.PNG', 'png']],
    ['suffix, any case', [{ suffix: { 'equals-ignore-case': '.png' } }], ['a.PNG'], ['a.jpg']],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'Alice' }], ['aLICE'], ['alic']],
    ['wildcard', [{ wildcard: 'a*c\\*.d' }], ['abbc*.d', 'ac*.d'], ['abcX.d', 'ac*xd']],
    ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], [1, 5], [0, 6, '3', undefined]],
    ['numeric equal', [{ numeric: ['=', 3] }], [3, 3.0], [4]],
    ['exists', [{ exists: true }], ['x', null, 0, false], [undefined]],
    ['not exists', [{ exists: false }], [undefined], ['x', null]],
    ['cidr', [{ cidr: '10.0.0.0/24' }], ['10.0.0.255'], ['10.0.1.1', 'x', '::1']],
    ['cidr 6', [{ cidr: '2001:db8::/32' }], ['2001:db8::1'], ['2001:db9::1', '10.0.0.1']],
    ['anything-but', [{ 'anything-but': 'a' }], ['b', 1, null], ['a', undefined]],
    ['anything-but a list', [{ 'anything-but': ['a', 1] }], ['b', 2], ['a', 1, undefined]],
    ['anything-but prefix', [{ 'anything-but': { prefix: 'ab' } }], ['b'], ['abc', undefined]],
    ['anything-but prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], ['c'], ['ax', 'bx']],
    ['anything-but suffix', [{ 'anything-but': { suffix: 'x' } }], ['y'], ['yx']],
    ['anything-but, any case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], ['c'], ['a', 'b']],
    ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/x/*' } }], ['/y/'], ['a/x/b']],
  ])('%s', (_, expected, wanted, unwanted) => {
    for (const value of wanted) expect([value, matches({ f: expected }, { f: value })]).toEqual([value, true]);
    for (const value of unwanted) expect([value, matches({ f: expected }, { f: value })]).toEqual([value, false]);
  });

  it('goes into objects and lists of them', () => {
    const pattern = { detail: { state: ['on'], parts: { id: ['p1'] } } };
    expect(matches(pattern, { detail: { state: 'on', parts: { id: 'p1' }, more: 1 } })).toBe(true);
    expect(matches(pattern, { detail: { state: 'on', parts: [{ id: 'p0' }, { id: 'p1' }] } })).toBe(true);
    expect(matches(pattern, { detail: { state: 'on' } })).toBe(false);
    expect(matches({ detail: { gone: [{ exists: false }] } }, {})).toBe(true);
    expect(matches({ detail: [{ exists: true }] }, { detail: {} })).toBe(false);
  });

  it('knows $or, beside other fields', () => {
    const pattern = { source: ['s'], $or: [{ detail: { a: [1] } }, { detail: { b: [2] } }] };
    expect(matches(pattern, { source: 's', detail: { b: 2 } })).toBe(true);
    expect(matches(pattern, { source: 's', detail: { a: 2 } })).toBe(false);
    expect(matches(pattern, { source: 't', detail: { a: 1 } })).toBe(false);
  });

  it.each([
    { f: [{ like: 'x' }] },
    { f: [{ prefix: 'a', suffix: 'b' }] },
    { f: [{ prefix: 1 }] },
    { f: [{ numeric: ['~', 1] }] },
    { f: [{ numeric: [] }] },
    { f: [{ 'anything-but': { numeric: ['=', 1] } }] },
    { f: [{ cidr: 'x' }] },
    { f: 'text' },
    { f: [] },
  ])('refuses %j', (pattern) => {
    expect(() => compilePattern(pattern, 'the pattern')).toThrow(/the pattern/);
  });

  it('knows fewer operators for event source mappings', () => {
    expect(() => compilePattern({ f: [{ wildcard: '*' }] }, 'the filter', 'lambda')).toThrow(
      /event source mappings know/,
    );
    expect(compilePattern({ f: [{ prefix: 'a' }] }, 'the filter', 'lambda')({ f: 'ab' })).toBe(true);
  });
});
