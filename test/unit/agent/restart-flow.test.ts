/** A restart task's way through the agent, where nothing is killed: what the person sees, deadlines, clocks, refusals. */
import { describe, expect, test } from 'vitest';
import { MINUTE, type NetworkFault, problem, World } from './world.ts';

const HOUR = 60 * MINUTE;

const count = (world: World, effect: string): number => world.effects.filter((name) => name === effect).length;

describe('a restart', () => {
  test('is acknowledged, warned of, begun after the grace, and proved by the next boot', async () => {
    const world = new World();
    const task = world.order({ grace: 300 });
    const startedAt = world.now;
    await world.live(2 * MINUTE);
    expect(world.messages).toEqual(['This PC will be restarted in 5 minutes. Please save your work.']);
    expect(task).toMatchObject({ state: 'inProgress', restarts: 0 });
    expect(world.disk?.task?.stage).toBe('acknowledged');

    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    expect(world.now - startedAt).toBeGreaterThanOrEqual(300_000);
    expect(world.disk?.task).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  test('is on the disk before each act', async () => {
    const world = new World();
    world.order();
    await world.live(10 * MINUTE);
    const acts = world.effects.filter((name) => !['sleep', 'poll'].includes(name));
    expect(acts).toEqual([
      'write received',
      'ack',
      'write acknowledged',
      'notify',
      'write acknowledged',
      'history restarting',
      'write restarting',
      'restart',
      'history ended',
      'write reporting',
      'report',
      'write nothing',
    ]);
  });

  test.each([
    [300, ['5 minutes', '60 seconds']],
    [50, ['50 seconds']],
    [0, []],
    [5_400, ['90 minutes', '60 minutes', '15 minutes', '5 minutes', '60 seconds']],
  ])('with a grace of %d s warns, with the admin’s message, in %j', async (grace, times) => {
    const world = new World();
    world.order({ grace, message: 'Updates\u0007' });
    await world.live(3 * HOUR);
    const when = times.length > 0 ? times.map((time) => `will be restarted in ${time}`) : ['is being restarted now'];
    expect(world.messages).toEqual(when.map((words) => `This PC ${words}. Please save your work.\nUpdates`));
  });

  test('warns no second time when the agent is killed or the clock is set, and misses none', async () => {
    const world = new World();
    const task = world.order({ grace: 1_200 });
    for (const minutes of [1, 3, 6, 16, 18]) world.later(minutes * MINUTE, () => world.killProcess());
    world.later(8 * MINUTE, () => {
      world.skew += 7 * HOUR;
    });
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    expect(world.messages.map((text) => /in (.*?)\./.exec(text)?.[1])).toEqual([
      '20 minutes',
      '15 minutes',
      '5 minutes',
      '60 seconds',
    ]);
  });

  test('warns anew, and once, when sleep has moved the restart', async () => {
    const world = new World();
    world.order({ grace: 1_200, returnMinutes: 120 });
    world.later(2 * MINUTE, () => world.suspend(16 * MINUTE));
    await world.live(HOUR);
    expect(world.messages.map((text) => /in (.*?)\./.exec(text)?.[1])).toEqual([
      '20 minutes',
      '2 minutes',
      '60 seconds',
    ]);
  });

  test('is polled for during the grace, so that a cancelling is heard', async () => {
    const world = new World();
    const task = world.order({ grace: 600 });
    world.later(4 * MINUTE, () => world.cancel(task));
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
    expect(world.messages.at(-1)).toBe('The restart of this PC was cancelled.');
    expect(world.disk?.task).toBeUndefined();
  });

  test('that is cancelled too late ends as it ends', async () => {
    const world = new World();
    world.restartMode = 'late';
    const task = world.order();
    world.later(25_000, () => world.cancel(task));
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test('that the system refuses is reported in its words, and not tried again', async () => {
    const world = new World();
    world.restartMode = 'refuses';
    const task = world.order();
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'failed', restarts: 1 });
    expect(task.error).toEqual({ code: 'restart_refused', message: 'Operation not permitted' });
  });

  test('that does not begin is taken back and reported', async () => {
    const world = new World();
    world.restartMode = 'ignored';
    const task = world.order();
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'failed', restarts: 1, error: { code: 'restart_not_started' } });
    expect(count(world, 'abort')).toBe(1);
    expect(count(world, 'restart')).toBe(1);
  });

  test('whose command is killed by the restart itself is not called a failure', async () => {
    const world = new World();
    world.restartMode = 'kills the command';
    const task = world.order();
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test('is not done again when somebody restarts the PC during the grace', async () => {
    const world = new World();
    const task = world.order({ grace: 600 });
    world.later(3 * MINUTE, () => world.reboot());
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 0 });
    expect(count(world, 'restart')).toBe(0);
  });

  test('happens once however often it is delivered', async () => {
    const world = new World();
    world.ghosts = true;
    const first = world.order();
    await world.live(HOUR);
    const second = world.order();
    await world.live(HOUR);
    expect([first.restarts, second.restarts]).toEqual([1, 1]);
    expect(world.violations).toEqual([]);
  });
});

test('a server that has forgotten that a task ended does not get a second restart', async () => {
  const world = new World();
  const task = world.order();
  await world.live(10 * MINUTE);
  world.forget(task);
  await world.live(10 * MINUTE);
  expect(task).toMatchObject({ state: 'queued', restarts: 1 });
  expect(count(world, 'ack')).toBe(1);
  expect(count(world, 'restart')).toBe(1);
});

describe('acknowledging', () => {
  const withAcks = (fault: NetworkFault, times: number): World => {
    const world = new World();
    let failures = 0;
    world.network = () => (world.effects.at(-1) === 'ack' && failures++ < times ? fault : 'ok');
    return world;
  };

  test.each(['requestLost', 'answerLost', 'fault', 'unauthenticated', 'page'] as const)(
    'goes on after %s',
    async (fault) => {
      const world = withAcks(fault, 3);
      const task = world.order();
      await world.live(HOUR);
      expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    },
  );

  test('ends at the deadline, and nothing is restarted', async () => {
    const world = withAcks('requestLost', 1_000);
    const task = world.order({ deliverMinutes: 30 });
    await world.live(2 * HOUR);
    expect(task).toMatchObject({ state: 'expired', restarts: 0 });
    expect(world.disk?.task).toBeUndefined();
  });

  test.each(['invalid_state', 'expired', 'not_found'] as const)('that is answered %s drops the task', async (code) => {
    const world = new World();
    const task = world.order();
    world.network = () => {
      if (world.effects.at(-1) === 'ack') throw problem(code);
      return 'ok';
    };
    await world.live(3 * MINUTE);
    expect(task.restarts).toBe(0);
    expect(world.logged).toContain('task dropped');
    expect(world.effects).not.toContain('restart');
  });
});

describe('the clock', () => {
  test.each([-5, 5])('that is %d hours off changes nothing', async (hours) => {
    const world = new World();
    world.skew = hours * HOUR;
    const task = world.order({ grace: 300, deliverMinutes: 10, returnMinutes: 5 });
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    expect(world.violations).toEqual([]);
  });

  test.each([-3, 3])('that is set by %d hours during the grace neither shortens nor lengthens it', async (hours) => {
    const world = new World();
    const task = world.order({ grace: 600 });
    world.later(2 * MINUTE, () => {
      world.skew += hours * HOUR;
    });
    await world.live(9 * MINUTE);
    expect(task).toMatchObject({ state: 'inProgress', restarts: 0 });
    await world.live(5 * MINUTE);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test('runs out while the PC sleeps, and nothing is restarted when it wakes', async () => {
    const world = new World();
    const task = world.order({ grace: 600, returnMinutes: 5 });
    world.later(2 * MINUTE, () => world.suspend(HOUR));
    await world.live(3 * HOUR);
    expect(task).toMatchObject({ state: 'timedOut', restarts: 0 });
    expect(world.effects).not.toContain('restart');
  });

  test('leaves a minute of warning when the agent was away for the whole grace', async () => {
    const world = new World();
    const task = world.order({ grace: 300 });
    world.later(2 * MINUTE, () => world.suspend(10 * MINUTE));
    await world.live(12.5 * MINUTE);
    expect(task.restarts).toBe(0);
    expect(world.messages.at(-1)).toBe('This PC will be restarted in 60 seconds. Please save your work.');
    await world.live(3 * MINUTE);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });
});

describe.each([
  ['counts it, as on Windows and macOS', true],
  ['does not, as on Linux', false],
])('a PC that sleeps, where the monotonic clock %s,', (_, countsSleep) => {
  const sleeper = (): World => {
    const world = new World();
    world.countsSleep = countsSleep;
    return world;
  };

  test('does not restart when it wakes after the order was cancelled', async () => {
    const world = sleeper();
    const task = world.order({ grace: 120 });
    world.later(MINUTE, () => {
      world.cancel(task);
      world.suspend(10 * MINUTE);
    });
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
    expect(world.violations).toEqual([]);
  });

  test('asks again when it wakes, and restarts once the person was warned again', async () => {
    const world = sleeper();
    const task = world.order({ grace: 120 });
    world.later(MINUTE, () => world.suspend(10 * MINUTE));
    await world.live(11.5 * MINUTE);
    expect(count(world, 'ack')).toBe(2);
    expect(task.restarts).toBe(0);
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test('asks again although its clock was set back by just as long', async () => {
    const world = sleeper();
    const task = world.order({ grace: 120 });
    world.later(MINUTE, () => {
      world.cancel(task);
      world.suspend(10 * MINUTE);
      world.skew -= 10 * MINUTE;
    });
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
  });

  test('does not restart while the server does not answer, and does when it says yes', async () => {
    const world = sleeper();
    const task = world.order({ grace: 120, returnMinutes: 60 });
    let woke = Number.POSITIVE_INFINITY;
    world.network = () => (world.now >= woke && world.now < woke + 15 * MINUTE ? 'requestLost' : 'ok');
    world.later(MINUTE, () => {
      world.suspend(10 * MINUTE);
      woke = world.now;
    });
    await world.live(25 * MINUTE);
    expect(task).toMatchObject({ state: 'inProgress', restarts: 0 });
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  test('does not restart at all where the server does not answer before the deadline', async () => {
    const world = sleeper();
    const task = world.order({ grace: 120 });
    let woke = false;
    world.network = () => (woke ? 'requestLost' : 'ok');
    world.later(MINUTE, () => {
      world.suspend(10 * MINUTE);
      woke = true;
    });
    await world.live(2 * HOUR);
    expect(task.restarts).toBe(0);
    expect(world.effects).not.toContain('restart');
    expect(world.disk?.task).toBeUndefined();
  });

  test('does not trust a yes that it only reads after the sleep', async () => {
    const world = sleeper();
    const task = world.order();
    world.kill = (_effect, name) => {
      if (name === 'write acknowledged' && count(world, 'ack') === 1) {
        world.cancel(task);
        world.suspend(10 * MINUTE);
      }
      return undefined;
    };
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
  });

  describe.each(['history restarting', 'write restarting'])('between the last look and the restart, at %s,', (at) => {
    const sleepingThere = (then: (world: World) => void): World => {
      const world = sleeper();
      let slept = false;
      world.kill = (_effect, name) => {
        if (name === at && !slept) {
          slept = true;
          then(world);
          world.suspend(5 * MINUTE);
        }
        return undefined;
      };
      return world;
    };

    test('restarts after another yes', async () => {
      const world = sleepingThere(() => undefined);
      const task = world.order();
      await world.live(HOUR);
      expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
      expect(count(world, 'ack')).toBe(2);
    });

    test('does not restart when it was cancelled', async () => {
      const world = sleepingThere(({ tasks: [task] }) => task && world.cancel(task));
      const task = world.order();
      await world.live(HOUR);
      expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
      expect(world.violations).toEqual([]);
    });

    test('does not restart when the server does not answer, which is reported', async () => {
      const world = sleepingThere(() => undefined);
      world.network = () => (count(world, 'ack') === 2 && world.effects.at(-1) === 'ack' ? 'requestLost' : 'ok');
      const task = world.order();
      await world.live(HOUR);
      expect(task).toMatchObject({ state: 'failed', restarts: 0, error: { code: 'restart_not_started' } });
    });
  });
});

test('a poll that is answered 401 for hours keeps the credential, and goes on when it is taken again', async () => {
  const world = new World();
  let broken = true;
  world.network = () => (broken ? 'unauthenticated' : 'ok');
  const task = world.order();
  await world.live(2 * HOUR);
  expect(count(world, 'poll')).toBeLessThan(40);
  broken = false;
  await world.live(HOUR);
  expect(task.state).toBe('succeeded');
});

test('with --once, a call that is not answered ends it, and the next run goes on', async () => {
  const world = new World();
  world.order();
  world.network = (call) => (call === 2 ? 'answerLost' : 'ok');
  await expect(world.live(HOUR, true)).rejects.toThrow('fetch failed');
  expect(world.disk?.task?.stage).toBe('received');
  world.network = () => 'ok';
  await world.live(HOUR, true);
  expect(world.tasks[0]).toMatchObject({ state: 'succeeded', restarts: 1 });
});
