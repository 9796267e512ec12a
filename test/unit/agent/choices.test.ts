/** What the person may do about a restart: put it off, refuse it, have it at once; and that nothing is done in their name. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Kill, MINUTE, type NetworkFault, problem, World } from './world.ts';

const HOUR = 60 * MINUTE;
const GRACE = { grace: 600, maxPostponements: 2, mayReject: true };
const postpone = { kind: 'postpone', minutes: 60 } as const;

const count = (world: World, effect: string): number => world.effects.filter((name) => name === effect).length;

describe('putting off', () => {
  test('ends this life of the task; the next one is warned of anew, and restarts once', async () => {
    const world = new World();
    const task = world.order(GRACE);
    world.later(3 * MINUTE, () => world.choose(postpone));
    await world.live(4 * MINUTE);
    expect(task).toMatchObject({ state: 'scheduled', postponements: 1, restarts: 0 });
    expect(world.disk?.task).toBeUndefined();
    expect(world.answers).toEqual([
      { from: 'command-0', done: true, words: 'The restart of this PC was put off by 60 minutes.' },
    ]);
    await world.live(3 * HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    expect(world.offers.map(({ postponementsLeft }) => postponementsLeft)).toEqual([2, 1, 1, 1]);
    // Nothing is shown within the time by which it was put off.
    const [before, after] = [
      world.warnedAt.filter((at) => at < 3 * MINUTE),
      world.warnedAt.filter((at) => at > 3 * MINUTE),
    ];
    expect(before).toHaveLength(1);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(63 * MINUTE);
    expect(world.violations).toEqual([]);
  });

  test('is heard at once', async () => {
    const world = new World();
    const task = world.order({ ...GRACE, grace: 3_600 });
    world.later(10 * MINUTE + 1, () => world.choose(postpone));
    await world.live(10 * MINUTE + 1_000);
    expect(task.state).toBe('scheduled');
  });

  test('beyond the budget is refused at the PC, and the restart comes when it was said', async () => {
    const world = new World();
    const task = world.order({ grace: 600, maxPostponements: 1 });
    world.later(3 * MINUTE, () => world.choose(postpone));
    world.later(64 * MINUTE, () => world.choose(postpone));
    await world.live(3 * HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1, postponements: 1 });
    expect(world.answers.map(({ done }) => done)).toEqual([true, false]);
    expect(count(world, 'postpone')).toBe(1);
  });

  test('that the server refuses leaves the restart, with a minute of warning', async () => {
    const world = new World();
    const task = world.order(GRACE);
    task.maxPostponements = 2;
    world.later(9 * MINUTE + 50_000, () => {
      task.maxPostponements = 0;
      world.choose(postpone);
    });
    await world.live(10 * MINUTE + 20_000);
    expect(task).toMatchObject({ state: 'inProgress', restarts: 0 });
    await world.live(2 * MINUTE);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    expect(world.answers[0]).toMatchObject({ done: false });
  });

  test.each(['requestLost', 'answerLost', 'fault', 'unauthenticated', 'page'] as const)(
    'goes on after %s, and nothing restarts meanwhile',
    async (fault) => {
      const world = new World();
      let failures = 0;
      world.network = () => (world.effects.at(-1) === 'postpone' && failures++ < 4 ? fault : 'ok');
      const task = world.order({ ...GRACE, grace: 60 });
      world.later(50_000, () => world.choose(postpone));
      await world.live(10 * MINUTE);
      expect(task).toMatchObject({ state: 'scheduled', postponements: 1, restarts: 0 });
      await world.live(3 * HOUR);
      expect(task).toMatchObject({ state: 'succeeded', restarts: 1, postponements: 1 });
    },
  );

  test('that is never answered restarts nothing', async () => {
    const world = new World();
    world.network = () => (world.effects.at(-1) === 'postpone' ? 'requestLost' : 'ok');
    const task = world.order({ ...GRACE, returnMinutes: 20 });
    world.later(3 * MINUTE, () => world.choose(postpone));
    await world.live(3 * HOUR);
    expect(task).toMatchObject({ state: 'timedOut', restarts: 0 });
    expect(world.disk?.task).toBeUndefined();
  });

  test('a choice for an earlier life is not one for the next', async () => {
    const world = new World();
    const task = world.order(GRACE);
    world.later(3 * MINUTE, () => {
      world.choose(postpone);
      world.choose({ kind: 'reject' });
    });
    await world.live(3 * HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1, postponements: 1 });
    expect(world.answers.map(({ done }) => done)).toEqual([true, false]);
  });

  test('a delivery of the life before is not taken', async () => {
    const world = new World();
    world.ghosts = true;
    const task = world.order(GRACE);
    world.later(3 * MINUTE, () => world.choose(postpone));
    world.later(3 * MINUTE + 1_000, () => {
      task.postponements = 0;
    });
    await world.live(30 * MINUTE);
    expect(count(world, 'ack')).toBe(1);
    expect(world.warnedAt).toHaveLength(1);
  });

  test('is taken back by a cancelling', async () => {
    const world = new World();
    world.network = () => (world.effects.at(-1) === 'postpone' ? 'requestLost' : 'ok');
    const task = world.order(GRACE);
    world.later(3 * MINUTE, () => world.choose(postpone));
    world.later(5 * MINUTE, () => world.cancel(task));
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'canceled', restarts: 0 });
  });
});

describe('refusing', () => {
  test('ends the task where the order allows it', async () => {
    const world = new World();
    const task = world.order(GRACE);
    world.later(3 * MINUTE, () => world.choose({ kind: 'reject' }));
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'rejected', restarts: 0 });
    expect(world.answers).toMatchObject([{ done: true }]);
  });

  test('is refused where it does not', async () => {
    const world = new World();
    const task = world.order({ grace: 600 });
    world.later(3 * MINUTE, () => world.choose({ kind: 'reject' }));
    await world.live(HOUR);
    expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
    expect(world.answers).toMatchObject([{ done: false }]);
  });
});

test('restart-now ends the grace, and is no restart without the server’s yes', async () => {
  const world = new World();
  const task = world.order({ ...GRACE, grace: 3_600 });
  world.later(3 * MINUTE, () => world.choose({ kind: 'restartNow' }));
  await world.live(5 * MINUTE);
  expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
  expect(world.violations).toEqual([]);
});

const killed = async (kill: World['kill'], wish: Parameters<World['choose']>[0]): Promise<World> => {
  const world = new World();
  world.kill = kill;
  world.order({ grace: 240, maxPostponements: 1, mayReject: true });
  world.later(120_000, () => world.choose(wish));
  await world.live(2 * HOUR);
  return world;
};

test.each([
  [postpone, ['succeeded', 'failed']],
  [{ kind: 'reject' }, ['rejected']],
  [{ kind: 'restartNow' }, ['succeeded', 'failed']],
] as const)('killed before or after any effect, %j is done once or not at all', async (wish, ends) => {
  const { effects } = await killed(() => undefined, wish);
  for (let at = 1; at <= Math.min(effects.length, 120); at++) {
    for (const moment of ['before', 'after'] as const) {
      const world = await killed((effect) => (effect === at ? moment : undefined), wish);
      const what = `${moment} ${effects[at - 1]} (${at})`;
      const [task] = world.tasks;
      expect(world.violations, what).toEqual([]);
      expect(ends, what).toContain(task?.state);
      if (task?.state === 'failed') expect(task.error?.code, what).toBe('restart_not_started');
      expect(task?.restarts, what).toBe(task?.state === 'succeeded' ? 1 : 0);
      expect(task?.postponements, what).toBe(wish.kind === 'postpone' ? 1 : 0);
      expect(world.disk?.task, what).toBeUndefined();
      expect(world.wishes, what).toEqual([]);
    }
  }
});

const choices = [postpone, { kind: 'reject' }, { kind: 'restartNow' }] as const;
const faults: NetworkFault[] = ['ok', 'ok', 'requestLost', 'answerLost', 'fault', 'unauthenticated', 'page'];

test('under random kills, faults, clocks and choices no promise is broken', async () => {
  const disaster = fc.record({
    wishes: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * HOUR }), fc.constantFrom(...choices)), { maxLength: 5 }),
    kills: fc.array(fc.tuple(fc.integer({ min: 1, max: 150 }), fc.constantFrom<Kill>('before', 'after')), {
      maxLength: 6,
    }),
    network: fc.array(fc.constantFrom(...faults), { maxLength: 40 }),
    jumps: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 * HOUR }), fc.constantFrom(-181, -47, 3, 61)), {
      maxLength: 2,
    }),
    grace: fc.constantFrom(0, 30, 300, 1_800),
    maxPostponements: fc.integer({ min: 0, max: 3 }),
    mayReject: fc.boolean(),
    cancelAfter: fc.option(fc.integer({ min: 0, max: 2 * HOUR })),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(disaster, async ({ wishes, kills, network, jumps, cancelAfter, random, ...order }) => {
      const world = new World();
      world.ghosts = true;
      world.random = () => random;
      world.kill = (effect) => kills.find(([at]) => at === effect)?.[1];
      world.network = (call) => network[call - 1] ?? 'ok';
      for (const [at, choice] of wishes) world.later(at, () => world.choose(choice));
      for (const [at, minutes] of jumps) {
        world.later(at, () => {
          world.skew += minutes * MINUTE;
        });
      }
      const task = world.order(order);
      if (cancelAfter !== null) world.later(cancelAfter, () => world.cancel(task));
      await world.live(9 * HOUR);
      expect(world.violations).toEqual([]);
      expect(task.restarts).toBeLessThanOrEqual(1);
      expect(['succeeded', 'failed', 'canceled', 'expired', 'timedOut', 'rejected']).toContain(task.state);
      if (task.state === 'rejected') expect(order.mayReject).toBe(true);
      expect(task.postponements).toBeLessThanOrEqual(order.maxPostponements);
      expect(world.disk?.task).toBeUndefined();
    }),
    { numRuns: Number(process.env['AGENT_DISASTERS'] ?? 60) },
  );
}, 60_000);

test('a server that answers postponing with a problem of its own does not get the agent stuck', async () => {
  const world = new World();
  world.network = () => {
    if (world.effects.at(-1) === 'postpone') throw problem('invalid_request');
    return 'ok';
  };
  const task = world.order(GRACE);
  world.later(3 * MINUTE, () => world.choose(postpone));
  await world.live(HOUR);
  expect(task).toMatchObject({ state: 'succeeded', restarts: 1 });
});
