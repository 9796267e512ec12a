import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../lib/api/cursor.ts';
import { problemOf } from '../support/problems.ts';

const LIST = 'listDevices {"namePrefix":"re"}';
const refused = (list: string, cursor: string) =>
  expect(problemOf(() => decodeCursor(list, cursor)).code).toBe('invalid_cursor');

describe('a cursor', () => {
  it('gives its position back, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (position) => {
        expect(decodeCursor(LIST, encodeCursor(LIST, position))).toBe(position);
      }),
    );
    expect(decodeCursor(LIST, encodeCursor(LIST, 'reception\u0000dev_1'))).toBe('reception\u0000dev_1');
  });

  it('is safe in a URL', () => {
    expect(encodeCursor(LIST, 'reception\u0000dev_1?&=/+')).toMatch(/^[\w-]+$/);
  });

  it('is not one of another list, another filter, or another owner', () => {
    const cursor = encodeCursor(LIST, 'reception');
    for (const other of ['listDevices {}', 'listDevices {"namePrefix":"rf"}', 'listAlerts {}', `${LIST}\n`, '']) {
      refused(other, cursor);
    }
  });

  it('cannot be changed anywhere', () => {
    const cursor = encodeCursor(LIST, 'reception\u0000dev_01ARYZ6S41');
    for (let at = 0; at < cursor.length; at += 1) {
      for (const letter of ['A', 'z', '0', '-', '_', '=', '.', ' ', 'ä'].filter((one) => one !== cursor[at])) {
        refused(LIST, cursor.slice(0, at) + letter + cursor.slice(at + 1));
      }
      refused(LIST, cursor.slice(0, at));
      refused(LIST, cursor.slice(0, at) + cursor.slice(at + 1));
    }
    refused(LIST, `${cursor}A`);
    refused(LIST, `${cursor}=`);
  });

  it.each(['', 'x', 'null', 'dev_01ARYZ6S41', Buffer.from('reception').toString('base64url'), encodeCursor(LIST, '')])(
    'is not made up: %j',
    (cursor) => refused(LIST, cursor),
  );
});
