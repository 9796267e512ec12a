import { expect, it } from 'vitest';
import { Waker } from '../../../local/waker.ts';

const LONG = 60_000;

it('wakes who waits for the key, and nobody else', async () => {
  const waker = new Waker();
  let other = false;
  const gone = new AbortController();
  const waiting = waker.wait('table:b', LONG, 0, gone.signal).then(() => (other = true));
  const woken = waker.wait('table:a', LONG, 0);
  waker.wake('table:a');
  await woken;
  expect(other).toBe(false);
  gone.abort();
  await waiting;
});

it('misses no wake between the look and the wait', async () => {
  const waker = new Waker();
  const seen = waker.count('queue:q');
  waker.wake('queue:q');
  await waker.wait('queue:q', LONG, seen);
});

it('ends when the time is up, or was aborted before', async () => {
  const waker = new Waker();
  await waker.wait('queue:q', 1, 0);
  await waker.wait('queue:q', LONG, 0, AbortSignal.abort());
});
