import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../lib/api/problem.ts';
import { isOpen, type RestartTask, type TaskState } from '../../../lib/restarts/model.ts';
import {
  acknowledge,
  cancel,
  dueAt,
  failUndelivered,
  newTask,
  onTime,
  postpone,
  provesRestart,
  remove,
  report,
  succeed,
} from '../../../lib/restarts/task.ts';
import { aJob } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, MINUTE, T0 } from '../support/time.ts';

/** Where a task may go from each state. */
const GRAPH: Record<TaskState, readonly TaskState[]> = {
  scheduled: ['queued', 'canceled', 'removed'],
  queued: ['inProgress', 'expired', 'failed', 'canceled', 'removed'],
  inProgress: ['succeeded', 'failed', 'rejected', 'timedOut', 'canceling', 'scheduled', 'removed'],
  canceling: ['succeeded', 'failed', 'rejected', 'timedOut', 'canceled', 'removed'],
  succeeded: [],
  expired: [],
  failed: [],
  timedOut: [],
  rejected: [],
  canceled: [],
  removed: [],
};

/** Anything that callers, the sweep and the dead-letter queue may do with a task, sensible or not. */
type Step = (task: RestartTask, now: number) => RestartTask | undefined;

const boot = fc.constantFrom('boot-0001', 'boot-0002', 'boot-0003');

const step: fc.Arbitrary<Step> = fc.oneof(
  boot.map(
    (bootId): Step =>
      (task, now) =>
        acknowledge(task, bootId, now),
  ),
  fc.integer({ min: 1, max: 720 }).map(
    (minutes): Step =>
      (task, now) =>
        postpone(task, minutes, now),
  ),
  fc.record({ outcome: fc.constantFrom('succeeded', 'failed', 'rejected', 'canceled'), bootId: boot }).map(
    (result): Step =>
      (task, now) =>
        report(task, result as Parameters<typeof report>[1], now),
  ),
  // What a poll does.
  boot.map(
    (bootId): Step =>
      (task, now) =>
        (task.state === 'inProgress' || task.state === 'canceling') && provesRestart(task, { bootId }, now)
          ? succeed(task, now)
          : undefined,
  ),
  fc.constant<Step>(cancel),
  fc.constant<Step>((task, now) => (isOpen(task) ? remove(task, now) : undefined)),
  fc.integer({ min: 0, max: 5 }).map(
    (back): Step =>
      (task, now) =>
        failUndelivered(task, task.version - back, now),
  ),
  fc.constant<Step>(onTime),
);

const walk = fc.record({
  maxPostponements: fc.integer({ min: 0, max: 3 }),
  mayReject: fc.boolean(),
  startsIn: fc.constantFrom(0, HOUR),
  steps: fc.array(fc.tuple(step, fc.integer({ min: 0, max: 90 })), { minLength: 1, maxLength: 60 }),
});

/** The task before and after each step that did something. */
const changesOf = ({
  maxPostponements,
  mayReject,
  startsIn,
  steps,
}: typeof walk extends fc.Arbitrary<infer W> ? W : never) => {
  const job = aJob({ maxPostponements, mayReject, notBefore: T0 + startsIn });
  let task = newTask(job, { id: id('dev', 'one'), name: 'One' }, id('tsk', 'one'), T0);
  let now = T0;
  const changes: { before: RestartTask; after: RestartTask; now: number }[] = [];
  for (const [act, minutes] of steps) {
    now += minutes * MINUTE;
    try {
      const after = act(task, now) ?? task;
      if (after !== task) changes.push({ before: task, after, now });
      task = after;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
  return changes;
};

const always = (check: (changes: ReturnType<typeof changesOf>) => void) =>
  fc.assert(
    fc.property(walk, (taken) => check(changesOf(taken))),
    { numRuns: 400 },
  );

describe('whatever is done to a restart task, in whatever order', () => {
  it('its state only moves along the graph, and never out of an ended one', () =>
    always((changes) => {
      for (const { before, after } of changes) expect(GRAPH[before.state]).toContain(after.state);
    }));

  it('its version grows by exactly one with each change, and its change has its time', () =>
    always((changes) => {
      for (const { before, after, now } of changes) {
        expect(after.version).toBe(before.version + 1);
        expect(after.changedAt).toBe(now);
      }
    }));

  it('it succeeds at most once, and only after an acknowledgement by another boot', () =>
    always((changes) => {
      const successes = changes.filter(({ after }) => after.state === 'succeeded');
      expect(successes.length).toBeLessThanOrEqual(1);
      for (const { before } of successes) expect(before.acknowledgedBootId).toBeDefined();
    }));

  it('each acknowledgement follows a queueing of its own', () =>
    always((changes) => {
      const acknowledged = changes.filter(({ after }) => after.state === 'inProgress').length;
      const postponed = changes.filter(({ after }) => after.state === 'scheduled').length;
      expect(acknowledged).toBeLessThanOrEqual(postponed + 1);
    }));

  it('it is never postponed beyond its budget', () =>
    always((changes) => {
      for (const { after } of changes) expect(after.postponements).toBeLessThanOrEqual(after.maxPostponements);
    }));

  it('it has an end exactly when it has ended, and something is due exactly until then', () =>
    always((changes) => {
      for (const { after } of changes) {
        expect(after.endedAt === undefined).toBe(isOpen(after));
        expect(dueAt(after) !== undefined).toBe(isOpen(after));
      }
    }));

  it('time ends it: left alone, it has ended after its own deadlines', () =>
    always((changes) => {
      let task = changes.at(-1)?.after;
      for (let turns = 0; task && isOpen(task); turns += 1) {
        expect(turns).toBeLessThan(4);
        task = onTime(task, dueAt(task) ?? 0);
      }
    }));
});
