/** How the stack's consumers are told of changes: as badly as AWS may, and no worse. */
import { expect, it } from 'vitest';
import type { BatchOutcome } from '../../../local/sources/batch.ts';
import { chanceOf } from '../../model/stack/chance.ts';
import { Feed, type Unit } from '../../model/stack/feed.ts';

const unit = (key: string, n: number): Unit => ({ id: `${key}${n}`, key, record: n });

const KEYS = ['a', 'b', 'c'];
const ALL = Array.from({ length: 8 }, (_, n) => KEYS.map((key) => unit(key, n)));

const tell = async (seed: number, outcome: (batch: readonly Unit[]) => BatchOutcome = () => ({ failed: 'none' })) => {
  const told: Unit[] = [];
  const feed = new Feed('a feed', chanceOf(seed), async (batch) => {
    const answer = outcome(batch);
    const { failed } = answer;
    const firstFailed = failed instanceof Set ? batch.findIndex(({ id }) => failed.has(id)) : 0;
    told.push(...(failed === 'none' ? batch : batch.slice(0, firstFailed)));
    return answer;
  });
  for (const batch of ALL) await feed.take(batch);
  while (feed.isHolding) await feed.flush();
  return told.map(({ id }) => id);
};

/** Without what was there before. */
const first = (ids: readonly string[], key: string): string[] => [...new Set(ids.filter((id) => id.startsWith(key)))];

const inOrder = (key: string): string[] => ALL.map((_, n) => `${key}${n}`);

it('tells all of it, and what happened to one item in order', async () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const told = await tell(seed);
    for (const key of KEYS) expect(first(told, key)).toEqual(inOrder(key));
  }
});

it('tells of different items in another order, and of some again after newer ones', async () => {
  const runs = await Promise.all(Array.from({ length: 20 }, (_, seed) => tell(seed)));
  expect(runs.some((told) => told.indexOf('a3') < told.indexOf('b2'))).toBe(true);
  expect(runs.some((told) => told.lastIndexOf('a2') > told.indexOf('a4'))).toBe(true);
});

it('goes on behind what failed once it no longer does', async () => {
  const failed = new Set<string>();
  const told = await tell(3, (batch) => {
    const fresh = batch.find(({ id }) => !failed.has(id));
    if (!fresh) return { failed: 'none' };
    failed.add(fresh.id);
    return { failed: new Set([fresh.id]) };
  });
  for (const key of KEYS) expect(first(told, key)).toEqual(inOrder(key));
});

it('says what always fails', async () => {
  const error = 'an error';
  await expect(tell(4, () => ({ failed: 'all', error }))).rejects.toThrow('a feed always fails: an error');
});

it('tells the same by the same seed', async () => {
  expect(await tell(5)).toEqual(await tell(5));
  expect(await tell(5)).not.toEqual(await tell(6));
});
