/** Stop marks: how many a job has, and that its tasks are spread over them. */
import { describe, expect, it } from 'vitest';
import { randomId } from '../../../lib/ids.ts';
import { markOf, marksOf, stopOf } from '../../../lib/restarts/stop.ts';
import { aJob } from '../support/fixtures.ts';
import { T0 } from '../support/time.ts';

describe('stop marks', () => {
  it('are one for a few devices, and a few dozen for a fleet', () => {
    const marks = (expectedDevices: number) => marksOf(aJob({ expectedDevices }));
    expect([0, 1, 250, 251, 1000, 16_000, 1_000_000].map(marks)).toEqual([1, 1, 1, 2, 4, 64, 64]);
  });

  it('are checked evenly, each task always the same one, and only those that the job has', () => {
    const job = aJob({ expectedDevices: 2000 });
    const counts = new Map<number, number>();
    for (let i = 0; i < 4000; i += 1) {
      const taskId = randomId('tsk', T0);
      const { stopMark = 0 } = markOf(job, taskId);
      expect(markOf(job, taskId).stopMark ?? 0).toBe(stopMark);
      counts.set(stopMark, (counts.get(stopMark) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(350);
    expect(markOf(aJob(), randomId('tsk', T0))).toEqual({});
  });

  it('say whether what was acknowledged before goes on', () => {
    expect(stopOf({ state: 'aborted' })).toBe('aborted');
    expect(stopOf({ state: 'canceling' })).toBe('canceled');
  });
});
