/** What is selected over pages, and what is kept of it. */
import { expect, it } from 'vitest';
import { parseSelection, withChoice } from '../../../console/ui/selection.ts';

const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, name: `pc-${id}` })) as [Named, Named, Named];
type Named = { id: string; name: string };

it('keeps what was selected on other pages', () => {
  expect(withChoice([a], [b, c], [c])).toEqual([a, c]);
});

it('takes out what is no longer selected on this page, by id', () => {
  expect(withChoice([a, b], [a, b], [{ ...b, name: 'renamed' }])).toEqual([{ id: 'b', name: 'renamed' }]);
  expect(withChoice([a, b], [b], [])).toEqual([a]);
});

it('keeps ids and names alone', () => {
  expect(withChoice([], [a], [{ ...a, platform: 'linux' } as Named])).toEqual([a]);
});

it.each([undefined, '', '{', 'null', '7', '{"id":1}', '[1,null,{"id":"x"}]'])(
  'reads %j as nothing selected',
  (text) => {
    expect(parseSelection(text)).toEqual([]);
  },
);

it('reads what it kept', () => {
  expect(parseSelection(JSON.stringify([a, b]))).toEqual([a, b]);
});
