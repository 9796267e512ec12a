/** The budget of restarts: what counts, until when, and that no clock and no damage resets it. */
import { describe, expect, test } from 'vitest';
import { hasUndatedDamage, overBudget } from '../../../agent/restart/budget.ts';
import type { HistoryEntry } from '../../../agent/state/history.ts';
import { MINUTE, World } from './world.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const restart = (serverAt: number, more: Partial<HistoryEntry> = {}): HistoryEntry =>
  ({ event: 'restarting', taskId: 't', at: 0, bootId: 'boot-0001', serverAt, dryRun: false, ...more }) as HistoryEntry;
const damage: HistoryEntry = { event: 'damaged', taskId: '', at: 0, restarts: 2 };
const dated = (serverAt: number): HistoryEntry => ({ event: 'dated', taskId: '', at: 0, serverAt });
const refused = (entries: HistoryEntry[], now: number, maximum = 3, dryRun = false) =>
  overBudget(entries, now, maximum, dryRun) !== undefined;

describe('the budget', () => {
  test('is spent by as many restarts as are allowed, for exactly 24 hours', () => {
    const three = [restart(1_000), restart(2_000), restart(3_000)];
    expect(refused(three.slice(0, 2), 3_000)).toBe(false);
    expect(refused(three, 3_000)).toBe(true);
    expect(refused(three, 1_000 + DAY - 1)).toBe(true);
    expect(refused(three, 1_000 + DAY)).toBe(false);
    expect(refused(three, 3_000, 4)).toBe(false);
    expect(overBudget(three, 3_000, 3, false)?.message).toBe(
      'This PC was restarted 3 times within 24 hours, and 3 are allowed.',
    );
  });

  test('is counted for real restarts and for pretended ones apart', () => {
    const entries = [restart(1, { dryRun: true }), restart(2), restart(3, { dryRun: true })];
    expect([refused(entries, 4, 2), refused(entries, 4, 2, true)]).toEqual([false, true]);
  });

  test('counts an entry of an earlier version by its own time', () => {
    expect(refused([restart(0, { serverAt: undefined, at: DAY } as Partial<HistoryEntry>)], 2 * DAY - 1, 1)).toBe(true);
  });

  test('counts what damage may hide, until a day after the server’s time was next known', () => {
    expect(hasUndatedDamage([damage])).toBe(true);
    expect(refused([damage], 10 * DAY, 2)).toBe(true);
    expect(hasUndatedDamage([damage, dated(DAY)])).toBe(false);
    expect(refused([damage, dated(DAY)], 2 * DAY - 1, 2)).toBe(true);
    expect(refused([damage, dated(DAY)], 2 * DAY, 2)).toBe(false);
    expect(refused([damage, dated(DAY), damage], 2 * DAY, 2)).toBe(true);
    expect(refused([damage, restart(1)], 1, 3)).toBe(true);
  });
});

const restartHourly = async (world: World, times: number, between: (time: number) => void = () => undefined) => {
  for (let time = 0; time < times; time++) {
    world.order();
    await world.live(HOUR);
    between(time);
  }
};

test('the fourth restart within a day is refused, unannounced, with its reason, and one a day later is not', async () => {
  const world = new World();
  await restartHourly(world, 4);
  expect(world.tasks.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'failed']);
  expect(world.tasks[3]?.error).toEqual({
    code: 'restart_budget_exceeded',
    message: 'This PC was restarted 3 times within 24 hours, and 3 are allowed.',
  });
  expect(world.messages).toHaveLength(3);
  await world.live(21 * HOUR);
  await restartHourly(world, 1);
  expect(world.tasks[4]?.state).toBe('succeeded');
});

test.each([-400, -25, 25, 400])('a clock that is set by %d hours changes nothing about it', async (hours) => {
  const world = new World();
  await restartHourly(world, 4, () => {
    world.skew += hours * HOUR;
  });
  expect(world.tasks.map(({ restarts }) => restarts)).toEqual([1, 1, 1, 0]);
  await world.live(21 * HOUR);
  world.skew = 0;
  await restartHourly(world, 1);
  expect(world.tasks[4]?.state).toBe('succeeded');
});

test('damage spends it for a day', async () => {
  const world = new World();
  world.history.push({ event: 'damaged', taskId: '', at: 0, restarts: 1_000 });
  await restartHourly(world, 1);
  expect(world.tasks[0]).toMatchObject({ state: 'failed', restarts: 0, error: { code: 'restart_budget_exceeded' } });
  await world.live(23 * HOUR);
  await restartHourly(world, 1);
  expect(world.tasks[1]).toMatchObject({ state: 'succeeded', restarts: 1 });
});

test('what is refused for the budget is not restarted when its task comes again', async () => {
  const world = new World();
  world.ghosts = true;
  await restartHourly(world, 4);
  await world.live(30 * HOUR);
  expect(world.tasks.map(({ restarts }) => restarts)).toEqual([1, 1, 1, 0]);
});
