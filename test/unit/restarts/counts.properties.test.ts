/**
 * What a job comes to, when the records of its tasks come twice, in any order, in any batches, to several consumers: it
 * is completed when all that it ordered has ended, no sooner, once; or aborted when so many failed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settleJob } from '../../../lib/restarts/expand.ts';
import { type CountedState, isOpen, type TallyEntry, type TaskState } from '../../../lib/restarts/model.ts';
import { aJob } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';
import { WORLDS } from '../support/worlds.ts';

const PATHS: readonly (readonly CountedState[])[] = [
  ['queued', 'inProgress', 'succeeded'],
  ['scheduled', 'queued', 'expired'],
  ['queued', 'inProgress', 'scheduled', 'queued', 'inProgress', 'canceling', 'canceled'],
  ['queued', 'inProgress', 'failed'],
  ['queued', 'inProgress', 'canceling', 'timedOut'],
  ['joined'],
  ['removed'],
  ['queued', 'inProgress'],
];

const isOver = (state: CountedState): boolean => state === 'joined' || !isOpen({ state: state as TaskState });

const stories = fc
  .record({
    paths: fc.array(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 8 }),
    abortAfterFailures: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    batch: fc.integer({ min: 1, max: 10 }),
    consumers: fc.integer({ min: 1, max: 3 }),
  })
  .chain((story) => {
    const entries = story.paths.flatMap((path, index) =>
      path.map((state, step): TallyEntry => {
        const task = id('tsk', `counted ${index}`);
        return { id: task, jobId: aJob().id, state, version: step + 1 };
      }),
    );
    const twice = [...entries, ...entries];
    return fc.record({
      story: fc.constant(story),
      delivered: fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length }),
    });
  });

describe.each(WORLDS)('%s', (_, make) => {
  it('a job ends as its tasks did, whatever the stream does with their records', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ story: { paths, abortAfterFailures, batch, consumers }, delivered }) => {
        const world = make();
        const deviceIds = paths.map((_, i) => id('dev', `device ${i}`));
        const job = aJob({
          state: 'running',
          deviceIds,
          expanded: paths.length,
          ...(abortAfterFailures !== undefined && { abortAfterFailures }),
        });
        await world.jobs.create(job);
        const known = new Map<string, number>();
        const finals = paths.map((path) => path.at(-1) ?? 'queued');
        for (let at = 0; at < delivered.length; at += batch * consumers) {
          const records = delivered.slice(at, at + batch * consumers);
          const parts = Array.from({ length: consumers }, (_, i) => records.slice(i * batch, (i + 1) * batch));
          for (const { id: task, version } of records) known.set(task, Math.max(version, known.get(task) ?? 0));
          await Promise.all(
            parts.map(async (part) => {
              await world.tally.count(job.id, part);
              await settleJob({ jobs: world.jobs, clock: () => T0 }, job.id);
            }),
          );
          const now = (await world.jobs.find(job.id))?.job;
          const allKnown = paths.every((path, i) => known.get(id('tsk', `counted ${i}`)) === path.length);
          if (now?.state === 'completed') expect(allKnown && finals.every(isOver)).toBe(true);
          if (now?.state === 'running') expect(now.version).toBe(1);
        }
        const failures = finals.filter((state) => state === 'failed' || state === 'timedOut').length;
        const aborted = abortAfterFailures !== undefined && failures >= abortAfterFailures;
        const found = await world.jobs.find(job.id);
        expect(found?.job.state).toBe(aborted ? 'aborted' : finals.every(isOver) ? 'completed' : 'running');
        expect(found?.job.version).toBeLessThanOrEqual(aborted ? 3 : 2);
        const truth = new Map<string, number>();
        for (const state of finals) truth.set(state, (truth.get(state) ?? 0) + 1);
        expect(found?.counts).toEqual(Object.fromEntries(truth));
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});
