import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../../lib/api/problem.ts';
import { TASK_STATES } from '../../../lib/api/restarts.ts';
import type { RestartTask, TaskState } from '../../../lib/restarts/model.ts';
import {
  acknowledge,
  cancel,
  dueAt,
  failUndelivered,
  newTask,
  onTime,
  postpone,
  provesRestart,
  report,
} from '../../../lib/restarts/task.ts';
import { aJob, BOOT_1, BOOT_2, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { problemOf } from '../support/problems.ts';
import { HOUR, MINUTE, SECOND, T0 } from '../support/time.ts';

const NOW = T0 + MINUTE;

type Action = (task: RestartTask) => RestartTask;

const ACTIONS = {
  'acknowledge from the same boot': (task) => acknowledge(task, BOOT_1, NOW),
  'acknowledge from another boot': (task) => acknowledge(task, BOOT_2, NOW),
  'postpone within the budget': (task) => postpone({ ...task, maxPostponements: 1 }, 10, NOW),
  'report success from another boot': (task) => report(task, { outcome: 'succeeded', bootId: BOOT_2 }, NOW),
  'report success from the same boot': (task) => report(task, { outcome: 'succeeded', bootId: BOOT_1 }, NOW),
  'report failure': (task) => report(task, { outcome: 'failed', bootId: BOOT_1 }, NOW),
  'report rejection, allowed': (task) =>
    report({ ...task, mayReject: true }, { outcome: 'rejected', bootId: BOOT_1 }, NOW),
  'report rejection, not allowed': (task) => report(task, { outcome: 'rejected', bootId: BOOT_1 }, NOW),
  'report cancellation': (task) => report(task, { outcome: 'canceled', bootId: BOOT_1 }, NOW),
  cancel: (task) => cancel(task, NOW),
} satisfies Record<string, Action>;

type ActionName = keyof typeof ACTIONS;

/** What comes of it: a new state, `same` for nothing, or a problem. */
type Outcome = TaskState | 'same' | ProblemCode;

/** Wherever nothing else stands, the action is refused with `invalid_state`. */
const TABLE: Record<ActionName, Partial<Record<TaskState, Outcome>>> = {
  'acknowledge from the same boot': { queued: 'inProgress', inProgress: 'same', expired: 'expired' },
  'acknowledge from another boot': { queued: 'inProgress', expired: 'expired' },
  'postpone within the budget': { inProgress: 'scheduled' },
  'report success from another boot': { inProgress: 'succeeded', canceling: 'succeeded', succeeded: 'same' },
  'report success from the same boot': {
    inProgress: 'restart_not_proved',
    canceling: 'restart_not_proved',
    succeeded: 'restart_not_proved',
    timedOut: 'restart_not_proved',
  },
  'report failure': { inProgress: 'failed', canceling: 'failed', failed: 'same' },
  'report rejection, allowed': { inProgress: 'rejected', canceling: 'rejected', rejected: 'same' },
  'report rejection, not allowed': { rejected: 'same' },
  'report cancellation': { canceling: 'canceled', canceled: 'same' },
  cancel: {
    scheduled: 'canceled',
    queued: 'canceled',
    inProgress: 'canceling',
    canceling: 'same',
    canceled: 'same',
  },
};

const CELLS = Object.keys(ACTIONS).flatMap((action) =>
  TASK_STATES.map((state) => ({
    action: action as ActionName,
    state,
    outcome: TABLE[action as ActionName][state] ?? ('invalid_state' as const),
  })),
);

const isState = (outcome: Outcome, action: ActionName): outcome is TaskState =>
  TASK_STATES.includes(outcome as TaskState) && !(outcome === 'expired' && action.startsWith('acknowledge'));

describe('each action in each state', () => {
  it.each(CELLS)('$state: $action → $outcome', ({ action, state, outcome }) => {
    const task = taskIn(state);
    const act = () => ACTIONS[action](task);
    if (outcome === 'same') {
      expect(act()).toEqual(action === 'report rejection, allowed' ? { ...task, mayReject: true } : task);
    } else if (isState(outcome, action)) {
      expect(act()).toMatchObject({ state: outcome, version: task.version + 1, changedAt: NOW });
    } else {
      const problem = problemOf(act);
      expect(problem.code).toBe(outcome);
      expect(problem.extras.currentState).toBe(outcome === 'invalid_state' ? state : undefined);
    }
  });

  it('gives back the very same task where nothing changes, so that nothing is written', () => {
    const acknowledged = taskIn('inProgress');
    expect(acknowledge(acknowledged, BOOT_1, NOW)).toBe(acknowledged);
    const canceling = taskIn('canceling');
    expect(cancel(canceling, NOW)).toBe(canceling);
    const failed = taskIn('failed');
    expect(report(failed, { outcome: 'failed', bootId: BOOT_1 }, NOW)).toBe(failed);
  });
});

describe('the deadline for the acknowledgement', () => {
  const queued = taskIn('queued', { acknowledgeBy: T0 + HOUR });

  it('lets an acknowledgement in up to its last millisecond', () => {
    expect(acknowledge(queued, BOOT_1, T0 + HOUR - 1).state).toBe('inProgress');
  });

  it.each([0, 1, 24 * HOUR])('refuses one %i ms after it as expired', (late) => {
    expect(problemOf(() => acknowledge(queued, BOOT_1, T0 + HOUR + late)).code).toBe('expired');
  });

  it('says yes again, after the deadline, to a boot that had its yes before it', () => {
    const acknowledged = acknowledge(queued, BOOT_1, T0 + HOUR - 1);
    expect(acknowledge(acknowledged, BOOT_1, T0 + 2 * HOUR)).toBe(acknowledged);
  });

  it('is for what waits only: a canceled task is a conflict after it too', () => {
    const canceled = cancel(queued, T0);
    expect(problemOf(() => acknowledge(canceled, BOOT_1, T0 + 2 * HOUR)).code).toBe('invalid_state');
  });
});

describe('an acknowledgement', () => {
  it('starts the time to return: grace, and then the time to come back', () => {
    const task = acknowledge(taskIn('queued', { graceSeconds: 90, returnWithinMinutes: 7 }), BOOT_1, NOW);
    expect(task).toMatchObject({
      acknowledgedAt: NOW,
      acknowledgedBootId: BOOT_1,
      returnBy: NOW + 90 * SECOND + 7 * MINUTE,
    });
  });
});

describe('a new task', () => {
  const device = { id: id('dev', 'reception'), name: 'Reception' };
  const make = (notBefore: number | undefined, now = T0) =>
    newTask(aJob(notBefore === undefined ? {} : { notBefore }), device, id('tsk', 'new'), now);

  it.each([
    { notBefore: undefined, state: 'queued' },
    { notBefore: T0 - 1, state: 'queued' },
    { notBefore: T0, state: 'queued' },
    { notBefore: T0 + 1, state: 'scheduled' },
  ])('that may start at $notBefore is $state', ({ notBefore, state }) => {
    expect(make(notBefore)).toMatchObject({ state, version: 1, postponements: 0 });
  });

  it('has its deadline after the order or the start, whichever is later, however late it is made', () => {
    expect(make(undefined, T0 + HOUR).acknowledgeBy).toBe(T0 + 240 * MINUTE);
    expect(make(T0 - HOUR).acknowledgeBy).toBe(T0 + 240 * MINUTE);
    expect(make(T0 + HOUR).acknowledgeBy).toBe(T0 + HOUR + 240 * MINUTE);
  });
});

describe('postponing', () => {
  const inProgress = taskIn('inProgress', { maxPostponements: 2, deliverWithinMinutes: 30 });

  it('schedules the task anew, with a new deadline, and forgets the acknowledgement', () => {
    const postponed = postpone(inProgress, 45, NOW);
    expect(postponed).toMatchObject({
      state: 'scheduled',
      postponements: 1,
      notBefore: NOW + 45 * MINUTE,
      acknowledgeBy: NOW + 75 * MINUTE,
    });
    expect(postponed).not.toHaveProperty('acknowledgedBootId');
    expect(postponed).not.toHaveProperty('acknowledgedAt');
    expect(postponed).not.toHaveProperty('returnBy');
  });

  it('is possible as often as the order allows, and not once more', () => {
    let task: RestartTask = inProgress;
    for (let time = 1; time <= 2; time += 1) {
      const queued = onTime(postpone(task, 10, NOW), NOW + 10 * MINUTE);
      task = acknowledge(queued as RestartTask, BOOT_1, NOW + 10 * MINUTE);
    }
    expect(problemOf(() => postpone(task, 10, NOW))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: 'inProgress' },
    });
  });

  it('is not possible by default', () => {
    expect(problemOf(() => postpone(taskIn('inProgress'), 10, NOW)).code).toBe('invalid_state');
  });

  it('needs a new proof: the boot of the first acknowledgement counts for nothing', () => {
    expect(provesRestart(postpone(inProgress, 10, NOW), { bootId: BOOT_2 }, NOW)).toBe(false);
  });
});

describe('the proof of a restart', () => {
  const task = taskIn('inProgress');
  const { acknowledgedAt = 0 } = task;
  const later = acknowledgedAt + 10 * MINUTE;
  const proves = (boot: Omit<Parameters<typeof provesRestart>[1], 'bootId'>, now = later) =>
    provesRestart(task, { bootId: BOOT_2, ...boot }, now);

  it('is another boot id than the acknowledged one', () => {
    expect(provesRestart(task, { bootId: BOOT_1, uptimeSeconds: 0 }, later)).toBe(false);
    expect(proves({})).toBe(true);
  });

  it('cannot be had before an acknowledgement', () => {
    expect(provesRestart(taskIn('queued'), { bootId: BOOT_2 }, later)).toBe(false);
  });

  it('is none by a boot that the device was seen with before', () => {
    expect(proves({ firstSeenAt: acknowledgedAt - 1 })).toBe(false);
    expect(proves({ firstSeenAt: 0, uptimeSeconds: 5 })).toBe(false);
    // Seen at the poll whose proof came to nothing, since somebody else changed the task at that moment.
    expect(proves({ firstSeenAt: acknowledgedAt })).toBe(true);
  });

  it('is none by a boot that has run since before, a minute aside', () => {
    const seconds = (later - acknowledgedAt) / SECOND;
    expect(proves({ uptimeSeconds: seconds + 60.001 })).toBe(false);
    expect(proves({ uptimeSeconds: seconds + 60 })).toBe(true);
    expect(proves({ uptimeSeconds: 0.5 })).toBe(true);
    expect(proves({ uptimeSeconds: 1e10 })).toBe(false);
  });

  it('asks no clock but the server’s: one that is years off changes nothing', () => {
    fc.assert(
      fc.property(fc.nat(400 * 24 * 3600), fc.nat(400 * 24 * 3600), (afterSeconds, uptimeSeconds) => {
        const now = acknowledgedAt + afterSeconds * SECOND;
        expect(proves({ uptimeSeconds }, now)).toBe(uptimeSeconds <= afterSeconds + 60);
      }),
    );
  });
});

describe('a reported success', () => {
  const task = taskIn('inProgress');
  const { acknowledgedAt = 0 } = task;
  const success = (boot: object) => ({ outcome: 'succeeded' as const, bootId: BOOT_2, ...boot });

  it.each([
    { why: 'the boot id that acknowledged', boot: { bootId: BOOT_1 } },
    { why: 'a boot that was seen before', boot: { firstSeenAt: acknowledgedAt - 1 } },
    { why: 'a boot that is too old', boot: { uptimeSeconds: (NOW - acknowledgedAt) / SECOND + 61 } },
  ])('is held to what a poll is held to: $why', ({ boot }) => {
    expect(problemOf(() => report(task, success(boot), NOW)).code).toBe('restart_not_proved');
  });

  it('that was proved once stays so, but not by the boot that acknowledged', () => {
    const proved = report(task, success({ uptimeSeconds: 1 }), NOW);
    expect(proved.state).toBe('succeeded');
    expect(report(proved, success({ firstSeenAt: 0 }), NOW)).toBe(proved);
    expect(problemOf(() => report(proved, success({ bootId: BOOT_1 }), NOW)).code).toBe('restart_not_proved');
  });

  it('of a task that nobody acknowledged names the state', () => {
    expect(problemOf(() => report(taskIn('queued'), success({}), NOW)).code).toBe('invalid_state');
  });
});

describe('a reported failure', () => {
  it('keeps what the agent says of it', () => {
    const error = { code: 'denied', message: 'The policy forbids it.' };
    expect(report(taskIn('inProgress'), { outcome: 'failed', bootId: BOOT_1, error }, NOW)).toMatchObject({
      endedAt: NOW,
      error,
    });
  });

  it('has an error even where the agent gives none', () => {
    expect(report(taskIn('inProgress'), { outcome: 'failed', bootId: BOOT_1 }, NOW).error?.code).toBe('unspecified');
  });

  it('has none where a person rejected the restart and said no more', () => {
    const task = taskIn('inProgress', { mayReject: true });
    expect(report(task, { outcome: 'rejected', bootId: BOOT_1 }, NOW)).not.toHaveProperty('error');
  });
});

describe('a task that was delivered time and again', () => {
  it.each(TASK_STATES)('fails only while it is queued: %s', (state) => {
    const task = taskIn(state);
    const failed = failUndelivered(task, task.version, NOW);
    if (state === 'queued') {
      expect(failed).toMatchObject({ state: 'failed', endedAt: NOW, error: { code: 'not_acknowledged' } });
    } else expect(failed).toBeUndefined();
  });

  it.each([-1, 1])('fails only in the version that was delivered: %i', (difference) => {
    const task = taskIn('queued');
    expect(failUndelivered(task, task.version + difference, NOW)).toBeUndefined();
  });
});

describe('the passing of time', () => {
  const cases: { state: TaskState; due: number; becomes: TaskState; error?: string }[] = [
    { state: 'scheduled', due: T0 + HOUR, becomes: 'queued' },
    { state: 'queued', due: T0 + 240 * MINUTE, becomes: 'expired', error: 'not_acknowledged' },
    { state: 'inProgress', due: T0 + 25 * MINUTE, becomes: 'timedOut', error: 'not_returned' },
    { state: 'canceling', due: T0 + 25 * MINUTE, becomes: 'timedOut', error: 'not_returned' },
  ];

  it.each(cases)('turns $state into $becomes at the very millisecond', ({ state, due, becomes, error }) => {
    const task = taskIn(state);
    expect(dueAt(task)).toBe(due);
    expect(onTime(task, due - 1)).toBeUndefined();
    for (const now of [due, due + 1]) {
      const after = onTime(task, now);
      expect(after).toMatchObject({ state: becomes, version: task.version + 1, changedAt: now });
      expect(after?.error?.code).toBe(error);
    }
  });

  it.each(TASK_STATES.filter((state) => !cases.some((one) => one.state === state)))(
    'changes nothing about what is %s',
    (state) => {
      expect(dueAt(taskIn(state))).toBeUndefined();
      expect(onTime(taskIn(state), T0 + 1000 * HOUR)).toBeUndefined();
    },
  );

  it('sends a scheduled task that has no start time of its own at once', () => {
    const { notBefore: _, ...task } = taskIn('scheduled');
    expect(onTime(task, task.createdAt)?.state).toBe('queued');
  });
});
