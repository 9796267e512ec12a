/** The scenarios with a small fleet: that they add up, can be repeated, and would show a pacing that is wrong. */
import { describe, expect, it } from 'vitest';
import { backOffMs, POLL_BACK_OFF } from '../../../agent/pace.ts';
import { Fleet } from '../../simulate/fleet.ts';
import { measureIdle } from '../../simulate/idle.ts';
import { measureOutage } from '../../simulate/outage.ts';
import { type Pacing, PRODUCT } from '../../simulate/pacing.ts';
import { measureRestart } from '../../simulate/restart.ts';
import { checks, isMet } from '../../simulate/targets.ts';

const DEVICES = 20_000;

const outageWith = (pacing: Partial<Pacing>, devices = DEVICES) => {
  const fleet = new Fleet({ devices, seed: 3, pacing: { ...PRODUCT, ...pacing } });
  const idle = measureIdle(fleet);
  return { idle, outage: measureOutage(fleet, idle.pollsPerSecond), restart: measureRestart(fleet) };
};

describe('an idle fleet', () => {
  it('polls at most a quarter as often as each 60 s', () => {
    expect(measureIdle(new Fleet({ devices: DEVICES, seed: 1 })).ofFixedPolls).toBeLessThanOrEqual(0.25);
  });

  it('would miss that if every device were active, or at a fixed pace', () => {
    const active = measureIdle(new Fleet({ devices: 1000, seed: 1, activeShare: 1 }));
    expect(active.ofFixedPolls).toBeCloseTo(1, 1);
    const fixed = measureIdle(
      new Fleet({ devices: 1000, seed: 1, pacing: { ...PRODUCT, pollAfterSeconds: () => 60 } }),
    );
    expect(fixed.ofFixedPolls).toBeCloseTo(1, 2);
  });

  it('writes for a device each time that more than 10 minutes have passed, and not at each poll', () => {
    const fleet = new Fleet({ devices: 1000, seed: 1, activeShare: 0 });
    const idle = measureIdle(fleet);
    expect(idle.pollsPerSecond / idle.sightingsPerSecond).toBeCloseTo(3, 1);
  });
});

describe('an outage', () => {
  it('would end in a storm with a fixed retry each second', () => {
    const { idle, outage, restart } = outageWith({ afterFailureMs: () => 1000 }, 2000);
    expect(outage.peak60s).toBeGreaterThan(50);
    expect(checks(idle, outage, restart).every(isMet)).toBe(false);
  });

  it('is hardly noticed afterwards, since the agents wait at least as long as before', () => {
    const { idle, outage, restart } = outageWith({});
    expect(outage.peak60s).toBeLessThanOrEqual(1.2);
    expect(checks(idle, outage, restart).every(isMet)).toBe(true);
  });

  it('would be noticed after a back-off that begins at a minute for every device', () => {
    const afterFailureMs = (failures: number, random: number) => backOffMs(failures, random, POLL_BACK_OFF);
    const { outage } = outageWith({ afterFailureMs });
    expect(outage.peak60s).toBeGreaterThan(1.2);
  });

  it('loses no device', () => {
    const fleet = new Fleet({ devices: 2000, seed: 2 });
    measureOutage(fleet, 1);
    const from = fleet.now;
    fleet.pass(2880);
    // Ten polls of each idle device, and 48 of each active one.
    expect(fleet.requests.total(from) / (1900 * 10 + 100 * 48)).toBeCloseTo(1, 1);
  });
});

describe('a restart of all', () => {
  const restart = (options = {}) => measureRestart(new Fleet({ devices: 2000, seed: 5 }), options);

  it('reaches every device within the longest pace, and every one comes back', () => {
    const { half, most, last, allBack } = restart();
    expect(half).toBeLessThan(most);
    expect(most).toBeLessThanOrEqual(last);
    expect(last).toBeLessThanOrEqual(301);
    expect(allBack).toBeLessThanOrEqual(last + 300 + 181);
  });

  it('makes each device acknowledge and report once', () => {
    // Everybody polls within a minute, and then not again before they are back.
    let pace = 60;
    const fleet = new Fleet({ devices: 500, seed: 5, pacing: { ...PRODUCT, pollAfterSeconds: () => pace } });
    pace = 3600;
    measureRestart(fleet, { graceSeconds: 10 });
    const pollAndAcknowledge = 500 * 2;
    const reportAndPoll = 500 * 2;
    expect(fleet.requests.total()).toBe(pollAndAcknowledge + reportAndPoll);
  });

  it('of a million, spread as the order has it, is little more than the fleet polls anyway', () => {
    const fleet = new Fleet({ devices: DEVICES, seed: 5 });
    const idle = measureIdle(fleet);
    const peak = (options = {}) =>
      measureRestart(new Fleet({ devices: DEVICES, seed: 5 }), { expectedDevices: 1_000_000, ...options }).peak60s /
      idle.pollsPerSecond;
    expect(peak()).toBeLessThan(1.3);
    expect(peak({ maxPerMinute: Number.POSITIVE_INFINITY })).toBeGreaterThan(4);
    // Without a pace of its own for what restarts with a whole fleet, each would poll every four seconds.
    expect(peak({ maxPerMinute: Number.POSITIVE_INFINITY, expectedDevices: 1 })).toBeGreaterThan(40);
  });

  it('is gentler so many a minute, and lasts as long as that takes', () => {
    const paced = restart({ maxPerMinute: 50 });
    expect(paced.last).toBeGreaterThan(39 * 60);
    expect(paced.last).toBeLessThanOrEqual(40 * 60 + 301);
    expect(paced.peak60s).toBeLessThan(restart().peak60s / 4);
  });
});

describe('a run', () => {
  const run = (seed: number) => {
    const fleet = new Fleet({ devices: 1000, seed });
    return [measureIdle(fleet), measureOutage(fleet, 1), measureRestart(fleet), fleet.requests.total()];
  };

  it('gives the same figures for the same seed', () => {
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});
