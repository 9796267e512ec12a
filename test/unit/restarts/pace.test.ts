import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedId } from '../../../lib/ids.ts';
import { settled } from '../../../lib/restarts/job.ts';
import type { RestartJob } from '../../../lib/restarts/model.ts';
import { releaseAt, spreadMs, underWayPollSeconds } from '../../../lib/restarts/pace.ts';
import { newTask } from '../../../lib/restarts/task.ts';
import { aDevice, aJob } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, MINUTE, SECOND, T0 } from '../support/time.ts';

const taskId = (index: number) => derivedId('tsk', T0, `task ${index}`);
const releases = (job: RestartJob, count: number) =>
  Array.from({ length: count }, (_, index) => releaseAt({ ...job, expectedDevices: count }, taskId(index), index));

describe('the pace of a job', () => {
  it('lets the i-th task start i / maxPerMinute minutes after the start, and never more in a minute', () => {
    const paces = fc.record({
      maxPerMinute: fc.integer({ min: 1, max: 500 }),
      count: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(paces, fc.constantFrom(undefined, T0 + HOUR, T0 - HOUR), ({ maxPerMinute, count }, notBefore) => {
        const job = aJob({ maxPerMinute, ...(notBefore !== undefined && { notBefore }) });
        const start = Math.max(T0, notBefore ?? 0);
        const all = releases(job, count);
        expect(all[0]).toBe(start);
        for (const [i, at] of all.entries()) {
          expect(at).toBe(Math.floor(start + (i / maxPerMinute) * MINUTE));
          expect(all.filter((other) => other >= at && other < at + MINUTE - 1).length).toBeLessThanOrEqual(
            maxPerMinute,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('spreads many devices evenly over the first five minutes of a window', () => {
    const notBefore = T0 + HOUR;
    const all = releases(aJob({ notBefore }), 1000).map((at) => at - notBefore);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(5 * MINUTE);
    for (let minute = 0; minute < 5; minute += 1) {
      const within = all.filter((at) => Math.floor(at / MINUTE) === minute).length;
      expect(within).toBeGreaterThan(150);
      expect(within).toBeLessThan(250);
    }
  });

  it('spreads over no more than a quarter of the time to deliver in', () => {
    const notBefore = T0 + HOUR;
    const all = releases(aJob({ notBefore, deliverWithinMinutes: 4 }), 200);
    expect(Math.max(...all)).toBeLessThan(notBefore + MINUTE);
    expect(new Set(all).size).toBeGreaterThan(190);
  });

  it('is the moment that the operator chose for up to ten devices', () => {
    expect(new Set(releases(aJob({ notBefore: T0 + HOUR }), 10))).toEqual(new Set([T0 + HOUR]));
    expect(releases(aJob({ notBefore: T0 + HOUR }), 1)).toEqual([T0 + HOUR]);
  });

  it('lets all go at once where nothing says otherwise, or the window is open already', () => {
    expect(new Set(releases(aJob(), 100))).toEqual(new Set([T0]));
    expect(new Set(releases(aJob({ notBefore: T0 - HOUR }), 100))).toEqual(new Set([T0]));
  });

  it('spreads a very large order over a time that grows with its size, and never over most of what it has to be delivered in', () => {
    const over = (expectedDevices: number, changes: Partial<RestartJob> = {}) =>
      spreadMs(aJob({ expectedDevices, ...changes })) / MINUTE;
    expect([1, 10, 1000, 7999].map((count) => over(count))).toEqual([0, 0, 0, 0]);
    expect([8000, 16_000, 100_000, 800_000].map((count) => over(count))).toEqual([1, 2, 12, 100]);
    expect(over(1_000_000)).toBe(120);
    expect(over(1_000_000, { deliverWithinMinutes: 30 })).toBe(15);
    expect(over(1_000_000, { notBefore: T0 + HOUR })).toBe(120);
    expect(over(8000, { notBefore: T0 + HOUR })).toBe(5);
    const all = Array.from(
      { length: 1000 },
      (_, i) => releaseAt(aJob({ expectedDevices: 100_000 }), taskId(i), i) - T0,
    );
    expect(Math.min(...all)).toBeLessThan(MINUTE);
    expect(Math.max(...all)).toBeGreaterThan(11 * MINUTE);
    expect(Math.max(...all)).toBeLessThan(12 * MINUTE);
  });

  it('lets a device poll each few seconds while its restart is under way, and less often where thousands do', () => {
    const seconds = (expectedDevices: number) => underWayPollSeconds(aJob({ expectedDevices }));
    expect([1, 1000, 1001, 7500, 15_000, 1_000_000].map(seconds)).toEqual([undefined, undefined, 5, 30, 60, 60]);
    const task = newTask(aJob({ expectedDevices: 1_000_000 }), aDevice(), id('tsk', 'one'), T0);
    expect(task.underWayPollSeconds).toBe(60);
    expect(newTask(aJob(), aDevice(), id('tsk', 'one'), T0)).not.toHaveProperty('underWayPollSeconds');
  });

  it('gives a task its start, and its deadline from there', () => {
    const job = aJob({ maxPerMinute: 2, deliverWithinMinutes: 10 });
    const made = (index: number, now = T0 + SECOND) =>
      newTask(job, aDevice(), id('tsk', 'one'), now, releaseAt(job, taskId(index), index));
    expect(made(0)).toMatchObject({ state: 'queued', acknowledgeBy: T0 + 10 * MINUTE });
    expect(made(0)).not.toHaveProperty('notBefore');
    const third = { notBefore: T0 + MINUTE, acknowledgeBy: T0 + 11 * MINUTE };
    expect(made(2)).toMatchObject({ state: 'scheduled', ...third });
    expect(made(2, T0 + MINUTE)).toMatchObject({ state: 'queued', ...third });
  });
});

describe('a job with abortAfterFailures', () => {
  const job = (changes: Partial<RestartJob> = {}) =>
    aJob({ abortAfterFailures: 3, state: 'running', deviceIds: ['a', 'b', 'c', 'd', 'e'], expanded: 5, ...changes });

  it('is aborted when so many tasks failed or timed out, also while it is being expanded', () => {
    const counts = { failed: 1, timedOut: 2, queued: 2 };
    for (const state of ['running', 'expanding'] as const) {
      const before = job({ state });
      expect(settled(before, { ...counts, timedOut: 1 }, T0)).toBe(before);
      expect(settled(before, counts, T0)).toMatchObject({ state: 'aborted', endedAt: T0, version: 2 });
    }
  });

  it('is aborted rather than completed by the last of its tasks', () => {
    expect(settled(job(), { failed: 3, succeeded: 2 }, T0).state).toBe('aborted');
  });

  it('does not count what was not delivered, rejected or canceled', () => {
    const before = job();
    expect(settled(before, { expired: 2, rejected: 1, canceled: 1, queued: 1 }, T0)).toBe(before);
    expect(settled(before, { expired: 5 }, T0).state).toBe('completed');
  });

  it('stays as it ended', () => {
    for (const state of ['completed', 'canceled', 'aborted'] as const) {
      const before = job({ state });
      expect(settled(before, { failed: 5 }, T0)).toBe(before);
    }
  });

  it('loses its mark when nothing of it waits, whatever goes on', () => {
    const aborted = settled(job(), { failed: 3, queued: 1, inProgress: 1 }, T0);
    expect(settled(aborted, { failed: 3, queued: 1, inProgress: 1 }, T0)).toBe(aborted);
    expect(settled(aborted, { failed: 3, canceled: 1, inProgress: 1 }, T0)).not.toHaveProperty('closingDueAt');
  });
});
