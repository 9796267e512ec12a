import { describe, expect, it } from 'vitest';
import { pageOf } from '../../lib/page.ts';

const itself = (text: string) => text;

describe('a page of a list that is at hand', () => {
  it('goes on where the page before ended, and says whether there is more', () => {
    expect(pageOf(['b', 'a', 'c'], itself, { limit: 2 })).toEqual({ items: ['b', 'a'], next: 'a' });
    expect(pageOf(['b', 'a', 'c'], itself, { limit: 2, after: 'a' })).toEqual({ items: ['c'] });
    expect(pageOf(['b', 'a', 'c'], itself, { limit: 3 })).toEqual({ items: ['b', 'a', 'c'] });
    expect(pageOf(['b', 'a', 'c'], itself, { limit: 3, after: 'c' })).toEqual({ items: [] });
    expect(pageOf([], itself, { limit: 1 })).toEqual({ items: [] });
  });
});
