/** The agent's promises, whatever is killed when: each effect in turn, each pair of them, and random disasters. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Kill, MINUTE, type NetworkFault, type RestartMode, World } from './world.ts';

const HOUR = 60 * MINUTE;

const story = async (kill: World['kill'], grace: number): Promise<World> => {
  const world = new World();
  world.kill = kill;
  world.order({ grace });
  await world.live(HOUR);
  return world;
};

/** Killed between writing `restarting` and the restart, a PC does not restart; that is said, and all else succeeds. */
const expectKept = (world: World, what: string): void => {
  const [task] = world.tasks;
  expect(world.violations, what).toEqual([]);
  expect(world.disk?.task, what).toBeUndefined();
  expect(task?.restarts, what).toBe(task?.state === 'succeeded' ? 1 : 0);
  if (task?.state !== 'succeeded') {
    expect(task, what).toMatchObject({ state: 'failed', error: { code: 'restart_not_started' } });
  }
};

test.each([0, 120])('killed once, before or after any effect, with a grace of %d s', async (grace) => {
  const { effects } = await story(() => undefined, grace);
  const failed = new Set<string>();
  for (let at = 1; at <= effects.length; at++) {
    for (const moment of ['before', 'after'] as const) {
      const world = await story((effect) => (effect === at ? moment : undefined), grace);
      const what = `${moment} ${effects[at - 1]} (${at})`;
      expectKept(world, what);
      if (world.tasks[0]?.state === 'failed') failed.add(`${moment} ${effects[at - 1]}`);
    }
  }
  expect([...failed].sort()).toEqual([
    'after history restarting',
    'after write restarting',
    'before restart',
    'before write restarting',
  ]);
});

test('killed twice, at any two effects', async () => {
  const total = 24;
  const moments: Kill[] = ['before', 'after'];
  for (let first = 1; first <= total; first++) {
    for (let second = first + 1; second <= total; second++) {
      for (const moment of moments) {
        const world = await story((effect) => (effect === first || effect === second ? moment : undefined), 0);
        expectKept(world, `${moment} ${first} and ${second}: ${world.effects.join(', ')}`);
      }
    }
  }
});

const faults: NetworkFault[] = ['ok', 'ok', 'ok', 'requestLost', 'answerLost', 'fault', 'unauthenticated', 'page'];
const modes: RestartMode[] = ['works', 'works', 'late', 'ignored', 'refuses', 'kills the command'];

const disaster = fc.record({
  kills: fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.constantFrom<Kill>('before', 'after')), {
    maxLength: 6,
  }),
  network: fc.array(fc.constantFrom(...faults), { maxLength: 30 }),
  mode: fc.constantFrom(...modes),
  orders: fc.array(
    fc.record({
      grace: fc.constantFrom(0, 5, 60, 300, 900),
      deliverMinutes: fc.integer({ min: 1, max: 60 }),
      returnMinutes: fc.integer({ min: 1, max: 30 }),
      cancelAfter: fc.option(fc.integer({ min: 0, max: 30 * MINUTE })),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  reboots: fc.array(fc.integer({ min: 0, max: 90 * MINUTE }), { maxLength: 2 }),
  // Some add up to nothing with a sleep, so that the wall clock shows none.
  jumps: fc.array(
    fc.tuple(fc.integer({ min: 0, max: 90 * MINUTE }), fc.constantFrom(-181, -47, -19.5, -7, -2, 3, 61, 300)),
    {
      maxLength: 3,
    },
  ),
  sleeps: fc.array(fc.tuple(fc.integer({ min: 0, max: 90 * MINUTE }), fc.constantFrom(7, 19.5, 83.25)), {
    maxLength: 2,
  }),
  countsSleep: fc.boolean(),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

test('under random kills, faults, restarts, clocks and cancellings, no promise is broken and every task ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      disaster,
      async ({ kills, network, mode, orders, reboots, jumps, sleeps, countsSleep, random }) => {
        const world = new World();
        world.ghosts = true;
        world.countsSleep = countsSleep;
        world.restartMode = mode;
        world.random = () => random;
        world.kill = (effect) => kills.find(([at]) => at === effect)?.[1];
        world.network = (call) => network[call - 1] ?? 'ok';
        for (const at of reboots) world.later(at, () => world.reboot());
        for (const [at, minutes] of sleeps) world.later(at, () => world.suspend(minutes * MINUTE));
        for (const [at, minutes] of jumps) {
          world.later(at, () => {
            world.skew += minutes * MINUTE;
          });
        }
        for (const { cancelAfter, ...options } of orders) {
          const task = world.order(options);
          if (cancelAfter !== null) world.later(cancelAfter, () => world.cancel(task));
          await world.live(2 * HOUR);
        }
        await world.live(4 * HOUR);
        expect(world.violations).toEqual([]);
        expect(world.tasks.map(({ restarts }) => restarts > 1)).not.toContain(true);
        const ended = ['succeeded', 'failed', 'canceled', 'expired', 'timedOut'];
        for (const { state } of world.tasks) expect(ended).toContain(state);
        expect(world.disk?.task).toBeUndefined();
      },
    ),
    { numRuns: Number(process.env['AGENT_DISASTERS'] ?? 150) },
  );
}, 60_000);
