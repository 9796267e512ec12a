/** When the agent calls again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffMs, pollDelayMs, startDelayMs } from '../../../agent/pace.ts';
import { World } from './world.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('back-off', () => {
  test('lies between the floor and the cap, whatever fails how often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, chance) => {
        const milliseconds = backOffMs(failures, chance);
        expect(milliseconds).toBeGreaterThanOrEqual(60_000);
        expect(milliseconds).toBeLessThanOrEqual(600_000);
      }),
    );
  });

  test.each([
    [1, 120_000],
    [2, 240_000],
    [3, 480_000],
    [4, 600_000],
    [40, 600_000],
  ])('after %d failures reaches up to %d ms', (failures, most) => {
    expect(backOffMs(failures, 0)).toBe(60_000);
    expect(backOffMs(failures, 1)).toBe(most);
  });

  test('never comes before Retry-After, and still spreads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        random,
        fc.integer({ min: 0, max: 3600 }),
        (failures, chance, after) => {
          expect(backOffMs(failures, chance, undefined, after)).toBeGreaterThanOrEqual(after * 1000);
        },
      ),
    );
    expect(backOffMs(1, 1, undefined, 900)).toBe(1_350_000);
  });

  test('does not let one answer silence a device for long', () => {
    expect(backOffMs(1, 0, undefined, 1e9)).toBe(3_600_000);
  });
});

describe('the pace', () => {
  test.each([
    [{ retryAfterSeconds: 7, pollAfterSeconds: 60 }, 7_000],
    [{ pollAfterSeconds: 300 }, 300_000],
    [{}, 60_000],
    [{ retryAfterSeconds: 0 }, 1_000],
    [{ retryAfterSeconds: 1e9 }, 3_600_000],
  ])('after %j is %d ms', (answer, milliseconds) => {
    expect(pollDelayMs(answer)).toBe(milliseconds);
  });

  test('begins anywhere within the time given', () => {
    expect([startDelayMs(0, 60), startDelayMs(0.5, 60), startDelayMs(0.5, 0)]).toEqual([0, 30_000, 0]);
  });
});

describe('who asks for help', () => {
  const pollTimes = (world: World): number[] => {
    const times: number[] = [];
    world.network = () => {
      times.push(Math.round((world.now - start) / 1000));
      return world.now - start > 200_000 && world.now - start < 400_000 ? 'fault' : 'ok';
    };
    const start = world.now;
    return times;
  };

  test('is not kept waiting until the next poll, nor is what is not found at the first look', async () => {
    const world = new World();
    const times = pollTimes(world);
    world.later(20_000, () => world.askForHelp());
    await world.live(100_000);
    // The first poll is five seconds after the start; the pace is a minute after each answer.
    expect(times).toEqual([5, 20, 25, 30, 91]);
  });

  test('does not make the agent ask a server sooner that does not answer', async () => {
    const world = new World();
    const times = pollTimes(world);
    world.later(250_000, () => world.askForHelp());
    await world.live(320_000);
    expect(times.filter((at) => at > 240 && at < 320)).toEqual([246]);
  });
});
