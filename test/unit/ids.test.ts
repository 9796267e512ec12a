import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedId, randomId, timeOf } from '../../lib/ids.ts';
import { T0 } from './support/time.ts';

const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('an id', () => {
  it('is a prefix and a ULID', () => {
    expect(randomId('dev', T0)).toMatch(/^dev_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(derivedId('tsk', T0, 'seed')).toMatch(/^tsk_[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('is written as the ULID specification writes it', () => {
    expect(randomId('dev', 1_469_918_176_385)).toMatch(/^dev_01ARYZ6S41/);
    expect(randomId('dev', 0)).toMatch(/^dev_0000000000/);
    expect(randomId('dev', 2 ** 48 - 1)).toMatch(/^dev_7ZZZZZZZZZ/);
  });

  it('tells the time that it was made at', () => {
    fc.assert(fc.property(instant, (now) => timeOf(randomId('req', now)) === now));
    fc.assert(fc.property(instant, fc.string(), (now, seed) => timeOf(derivedId('evt', now, seed)) === now));
  });

  it('sorts by the time it was made at', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        fc.pre(a !== b);
        expect(randomId('job', a) < randomId('job', b)).toBe(a < b);
      }),
    );
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomId('dev', T0))).size).toBe(1000);
  });

  it('that is derived is the same for the same seed and time, and another for any other', () => {
    expect(derivedId('tsk', T0, 'a')).toBe(derivedId('tsk', T0, 'a'));
    const others = [derivedId('tsk', T0, 'a'), derivedId('tsk', T0, 'b'), derivedId('tsk', T0 + 1, 'a')];
    expect(new Set(others).size).toBe(3);
  });

  it('that is derived stays what it is: stored items are found by it', () => {
    // The first 80 bits of the SHA-256 of nothing: e3b0c44298fc1c149afb.
    expect(derivedId('tsk', 0, '')).toBe('tsk_0000000000WERC8GMRZGE196QV');
  });
});
