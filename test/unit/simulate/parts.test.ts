/** The parts of the simulation: chance, the calendar, counting by the second, the command line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar } from '../../simulate/calendar.ts';
import { Load } from '../../simulate/load.ts';
import { readOptions } from '../../simulate/options.ts';
import { seededRandom } from '../../simulate/random.ts';

describe('chance', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('is spread evenly from 0 up to 1', () => {
    const random = seededRandom(7);
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] as number) + 1;
    }
    for (const hits of tenths) expect(Math.abs(hits - 10_000)).toBeLessThan(500);
  });
});

describe('the calendar', () => {
  it('gives each entry back once, in its second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 2000 }), (seconds) => {
        const calendar = new Calendar(seconds.length);
        seconds.forEach((second, device) => {
          calendar.put(device, second);
        });
        const taken: number[] = [];
        for (let second = 0; second <= 50; second += 1) {
          const count = calendar.take(second);
          for (const device of calendar.taken.subarray(0, count)) taken[device] = second;
          expect(calendar.take(second)).toBe(0);
        }
        expect(taken).toEqual(seconds);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps what is put into the second that is being taken, and goes round', () => {
    const calendar = new Calendar(2);
    calendar.put(0, 10_000);
    expect(calendar.take(10_000)).toBe(1);
    calendar.put(1, 10_000);
    expect([calendar.take(10_000), calendar.taken[0]]).toEqual([1, 1]);
  });
});

describe('a load', () => {
  const load = new Load();
  for (const second of [0, 0, 1, 5, 5, 5, 9000]) load.add(second);

  it('adds up', () => {
    expect(load.total()).toBe(7);
    expect([load.total(1, 6), load.rate(0, 2), load.total(6, 20_000)]).toEqual([4, 1.5, 1]);
  });

  it('has its peak in the fullest bucket that is whole', () => {
    expect([load.peak(1, 0, 10), load.peak(5, 0, 10), load.peak(60, 0, 10)]).toEqual([3, 0.6, 0]);
  });

  it('says when a share has been reached', () => {
    expect([0.5, 6 / 7, 1].map((share) => load.secondsUntil(share, 7, 0))).toEqual([6, 6, 9001]);
    expect(load.secondsUntil(1, 8, 0)).toBeUndefined();
  });
});

describe('the command line', () => {
  it('has a million devices unless it says otherwise', () => {
    expect(readOptions([])).toEqual({ devices: 1_000_000, seed: 1 });
    expect(readOptions(['--devices', '1000', '--seed=7'])).toMatchObject({ devices: 1000, seed: 7 });
  });

  it.each([['--devices=1e6'], ['--devices=9'], ['--seed=-1'], ['--seed=x'], ['--speed=1'], ['more']])(
    'refuses %s',
    (argument) => {
      expect(() => readOptions([argument])).toThrow();
    },
  );
});
