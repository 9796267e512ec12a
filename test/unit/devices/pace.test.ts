import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../lib/devices/model.ts';
import { pollAfterSeconds } from '../../../lib/devices/pace.ts';
import { aDevice, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';

const LEAST = 0;
const MOST = 1 - Number.EPSILON;

const bounds = (device: Device, now = T0) => [
  pollAfterSeconds(device, now, () => LEAST),
  pollAfterSeconds(device, now, () => MOST),
];

const bootedAgo = (ms: number) => aDevice({ bootedAt: T0 - ms });

describe('the pace of a device', () => {
  it.each([
    { what: 'a restart is under way', device: aDevice({ openRestart: taskIn('queued') }) },
    {
      what: 'a request is open',
      device: aDevice({ openAssistance: { requestId: id('req', 'a'), expiresAt: T0 + 1 } }),
    },
    { what: 'a session is on', device: aDevice({ openAssistance: { requestId: id('req', 'a') } }) },
  ])('is a few seconds while $what', ({ device }) => {
    expect(bounds(device)).toEqual([3, 5]);
  });

  it('is not hurried by a request whose four hours are over', () => {
    expect(bounds(aDevice({ openAssistance: { requestId: id('req', 'a'), expiresAt: T0 } }))).toEqual([48, 72]);
  });

  it('is not hurried by a restart that is only scheduled, which may be hours away', () => {
    expect(bounds(aDevice({ openRestart: taskIn('scheduled') }))).toEqual([48, 72]);
    expect(bounds(aDevice({ openRestart: taskIn('inProgress') }))).toEqual([3, 5]);
  });

  it('is half a minute for a restart that has been under way for long, such as one with a grace of hours', () => {
    for (const state of ['queued', 'inProgress', 'canceling'] as const) {
      const device = (minutes: number) => aDevice({ openRestart: taskIn(state, { changedAt: T0 - minutes * MINUTE }) });
      expect(bounds(device(5))).toEqual([3, 5]);
      expect(bounds(device(5.1))).toEqual([24, 36]);
    }
  });

  it('is slower while a whole fleet restarts, but not for a device whose person waits for help', () => {
    const openRestart = taskIn('inProgress', { underWayPollSeconds: 60 });
    expect(bounds(aDevice({ openRestart }))).toEqual([48, 72]);
    expect(bounds(aDevice({ openRestart }), T0 + HOUR)).toEqual([48, 72]);
    const openAssistance = { requestId: id('req', 'a') };
    expect(bounds(aDevice({ openRestart, openAssistance }))).toEqual([3, 5]);
  });

  it('takes the boot of a restart of the fleet for no sign that somebody uses the device, and a later one for one', () => {
    const device = aDevice({ bootedAt: T0 - 2 * MINUTE, restartedWithFleetAt: T0 - MINUTE });
    expect(bounds(device)).toEqual([276, 300]);
    expect(bounds({ ...device, bootedAt: T0 })).toEqual([48, 72]);
  });

  it('is about a minute soon after a boot, and 300 seconds at most when it is long ago', () => {
    expect(bounds(bootedAgo(0))).toEqual([48, 72]);
    expect(bounds(bootedAgo(30 * MINUTE))).toEqual([48, 72]);
    expect(bounds(bootedAgo(8 * HOUR))).toEqual([276, 300]);
    expect(bounds(bootedAgo(1000 * HOUR))).toEqual([276, 300]);
  });

  it('grows slower with the time since the boot, never faster', () => {
    const pace = (hours: number) => pollAfterSeconds(bootedAgo(hours * HOUR), T0, () => 0.5);
    const paces = [0, 0.5, 1, 2, 4, 6, 8, 10].map(pace);
    expect(paces).toEqual([...paces].sort((a, b) => a - b));
    expect(new Set(paces).size).toBeGreaterThan(5);
  });

  it('of a device that has not said when it booted counts from its enrolment', () => {
    const { bootedAt: _, ...device } = aDevice({ enrolledAt: T0 });
    expect(bounds(device)).toEqual([48, 72]);
  });

  it('is whole seconds from 3 to 300, whatever a device says of itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -8.64e15, max: 8.64e15 }),
        fc.double({ min: 0, max: MOST, noNaN: true }),
        (bootedAt, random) => {
          const seconds = pollAfterSeconds(aDevice({ bootedAt }), T0, () => random);
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(3);
          expect(seconds).toBeLessThanOrEqual(300);
        },
      ),
    );
  });
});
