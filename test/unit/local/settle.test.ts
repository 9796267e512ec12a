/** What counts as under way: everything that the stack will still do by itself, and nothing that waits for somebody else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSettle } from '../../../local/control/settle.ts';
import { type Attempt, Deliveries, DeliveryFailure } from '../../../local/events/deliveries.ts';
import { openJournal } from '../../../local/journal.ts';
import { Waker } from '../../../local/waker.ts';

const IDLE = { started: () => 0, inFlight: () => 0 };
const DELIVERY = { targetArn: 'hook', payload: '{}', maxRetries: 185, maxAgeSeconds: 14_400 };

let dir: string;
let stop: (() => Promise<void>) | undefined;

const settling = (attempt: Attempt) => {
  const journal = openJournal(dir);
  const deliveries = new Deliveries(journal, new Waker(), 1);
  stop = async () => {
    await deliveries.stop();
    journal.close();
  };
  deliveries.add([DELIVERY]);
  deliveries.start(attempt, () => undefined);
  return createSettle(IDLE as never, deliveries, []);
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'settle-'));
});
afterEach(async () => {
  await stop?.();
  rmSync(dir, { recursive: true });
});

it('waits for what fails within the stack until it is done', async () => {
  let left = 9;
  const settle = settling(async () => {
    left -= 1;
    if (left > 0) throw new Error('not yet');
  });
  expect(await settle(10_000)).toEqual({ waiting: 0 });
  expect(left).toBe(0);
});

it('waits for a receiver that is busy for a moment', async () => {
  let left = 3;
  const settle = settling(async () => {
    left -= 1;
    if (left > 0) throw new DeliveryFailure('HTTP_503', 'busy', { isOutside: true });
  });
  expect(await settle(10_000)).toEqual({ waiting: 0 });
  expect(left).toBe(0);
});

it.each([0, 60_000])(
  'does not wait for a receiver that is down (%d ms), says so, and delivers when it is back',
  async (retryAfterMs) => {
    let isUp = false;
    const settle = settling(async () => {
      if (!isUp) throw new DeliveryFailure('NoAnswer', 'down', { isOutside: true, retryAfterMs });
    });
    expect(await settle(10_000)).toEqual({ waiting: 1 });
    if (retryAfterMs > 0) return;
    isUp = true;
    await vi.waitFor(async () => expect(await settle(10_000)).toEqual({ waiting: 0 }));
  },
);
