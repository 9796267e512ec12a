import { describe, expect, it } from 'vitest';
import { ConcurrentChange, changeKnown, retryOnConcurrentChange } from '../../lib/concurrency.ts';
import { forEachDue } from '../../lib/due.ts';

const losing = (times: number, error: Error = new ConcurrentChange('lost')) => {
  const state = { attempts: 0 };
  const attempt = async () => {
    state.attempts += 1;
    if (state.attempts <= times) throw error;
    return 'saved';
  };
  return { state, attempt };
};

describe('a change that somebody else was faster with', () => {
  it('is tried again until it holds', async () => {
    const { state, attempt } = losing(4);
    expect(await retryOnConcurrentChange(attempt)).toBe('saved');
    expect(state.attempts).toBe(5);
  });

  it('is given up in the end', async () => {
    const { state, attempt } = losing(100);
    await expect(retryOnConcurrentChange(attempt, 3)).rejects.toThrow(ConcurrentChange);
    expect(state.attempts).toBe(3);
  });

  it('is not tried again where something else is wrong', async () => {
    const { state, attempt } = losing(1, new Error('other'));
    await expect(retryOnConcurrentChange(attempt)).rejects.toThrow('other');
    expect(state.attempts).toBe(1);
  });
});

describe('a change of what is known already', () => {
  const seenBy = async (times: number, known: string | undefined) => {
    const { attempt } = losing(times);
    const seen: string[] = [];
    let reads = 0;
    const read = async () => {
      reads += 1;
      return `read ${reads}`;
    };
    await changeKnown(known, read, (current) => {
      seen.push(current);
      return attempt();
    });
    return seen;
  };

  it('reads nothing where it holds', async () => {
    expect(await seenBy(0, 'known')).toEqual(['known']);
  });

  it('reads again after each loss, and at once where nothing is known', async () => {
    expect(await seenBy(2, 'known')).toEqual(['known', 'read 1', 'read 2']);
    expect(await seenBy(1, undefined)).toEqual(['read 1', 'read 2']);
  });
});

describe('what is due', () => {
  const three = async function* () {
    yield* ['a', 'b', 'c'];
  };

  it('is counted where it changed', async () => {
    expect(await forEachDue(three(), async (id) => id !== 'b')).toBe(2);
  });

  it('has all its turn, however many fail, and the failures are told', async () => {
    const seen: string[] = [];
    const failing = forEachDue(three(), async (id) => {
      seen.push(id);
      throw new Error(id);
    });
    await expect(failing).rejects.toMatchObject({ errors: [{ message: 'a' }, { message: 'b' }, { message: 'c' }] });
    expect(seen).toEqual(['a', 'b', 'c']);
  });
});
