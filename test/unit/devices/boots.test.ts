import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Boots, bootsAfter, firstSeenAt, hasComeBack } from '../../../lib/devices/boots.ts';
import { HOUR, T0 } from '../support/time.ts';

/** A device that was seen with these boots, an hour apart. */
const seenWith = (...bootIds: string[]): { bootId?: string; boots?: Boots } =>
  bootIds.reduce<{ bootId?: string; boots?: Boots }>(
    (device, bootId, index) => ({ bootId, boots: bootsAfter(device, bootId, T0 + index * HOUR) }),
    {},
  );

describe('the boots of a device', () => {
  it('are known by when each was first seen', () => {
    const device = seenWith('boot-1', 'boot-2', 'boot-1');
    expect(firstSeenAt(device, 'boot-1')).toBe(T0);
    expect(firstSeenAt(device, 'boot-2')).toBe(T0 + HOUR);
    expect(firstSeenAt(device, 'boot-3')).toBeUndefined();
    expect(firstSeenAt({}, 'boot-1')).toBeUndefined();
  });

  it('are the last eight: a boot that is older is forgotten', () => {
    const bootIds = Array.from({ length: 9 }, (_, i) => `boot-${i}`);
    const device = seenWith(...bootIds);
    expect(bootIds.filter((bootId) => firstSeenAt(device, bootId) !== undefined)).toEqual(bootIds.slice(1));
  });

  it('take little room in the record, however long their ids are', () => {
    const device = seenWith(...Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(128, 'x')));
    expect(JSON.stringify(device.boots).length).toBeLessThan(200);
  });

  it('have the current one among them where the record is older than that is kept', () => {
    const old = { bootId: 'boot-1' };
    expect(firstSeenAt(old, 'boot-1')).toBe(0);
    const boots = bootsAfter(old, 'boot-2', T0);
    expect(hasComeBack({ bootId: 'boot-2', boots }, 'boot-1')).toBe(true);
  });

  it('do not change with a boot that is known', () => {
    const { boots = [] } = seenWith('boot-1', 'boot-2');
    expect(bootsAfter({ bootId: 'boot-2', boots }, 'boot-1', T0 + 9 * HOUR)).toBe(boots);
  });
});

describe('a boot that comes back', () => {
  it('is one that was seen before another one: A, B, A', () => {
    expect(hasComeBack(seenWith('a', 'b'), 'a')).toBe(true);
    expect(hasComeBack(seenWith('a', 'b'), 'b')).toBe(false);
    expect(hasComeBack(seenWith('a', 'b'), 'c')).toBe(false);
    expect(hasComeBack(seenWith('a'), 'a')).toBe(false);
    expect(hasComeBack({}, 'a')).toBe(false);
  });

  it('never is one of a PC that only restarts, however often', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 60 }), (polls) => {
        let device: { bootId?: string; boots?: Boots } = {};
        polls.forEach((times, boot) => {
          for (let poll = 0; poll <= times; poll += 1) {
            const bootId = `boot-${boot}`;
            expect(hasComeBack(device, bootId)).toBe(false);
            device = { bootId, boots: bootsAfter(device, bootId, T0 + boot * HOUR) };
          }
        });
      }),
    );
  });
});
