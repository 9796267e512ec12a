/** An id tells when its thing was made. */
import { expect, it } from 'vitest';
import { madeAt } from '../../../console/ui/ulid.ts';
import { randomId } from '../../../lib/ids.ts';

it.each([0, 1_796_000_000_000, 2 ** 48 - 1])('made at %i', (at) => {
  expect(madeAt(randomId('req', at))).toBe(at);
});

it.each(['', 'req_', 'req_01', 'x', 'req_8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'req_01M8QYQB1VHMJPHEA1Y1K4A9ILO', '<script>'])(
  '%j is no id',
  (text) => {
    expect(madeAt(text)).toBeUndefined();
  },
);
