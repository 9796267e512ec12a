/** What cannot be written down is no reason for the local stack to end. */
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deliveries } from '../../../local/events/deliveries.ts';
import { Schedules } from '../../../local/events/schedules.ts';
import { openLog } from '../../../local/functions/log.ts';
import { openJournal } from '../../../local/journal.ts';
import { Waker } from '../../../local/waker.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'full-disk-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('a log leaves out what it cannot write, and goes on', () => {
  const log = openLog(dir, 'fn', false);
  const path = join(dir, 'logs', 'fn.log');
  mkdirSync(path);
  log.write('lost');
  rmdirSync(path);
  log.write('kept');
  expect(readFileSync(path, 'utf8')).toBe('kept');
});

it('a delivery of which cannot be written down that it is done is made again', async () => {
  const journal = openJournal(dir);
  const deliveries = new Deliveries(journal, new Waker(), 1);
  deliveries.add([{ targetArn: 'target', payload: '{}', maxRetries: 1, maxAgeSeconds: 60 }]);
  journal.database.exec('PRAGMA query_only = ON');
  const twice = Promise.withResolvers<undefined>();
  let attempts = 0;
  deliveries.start(
    async () => {
      attempts += 1;
      if (attempts < 2) return;
      journal.database.exec('PRAGMA query_only = OFF');
      twice.resolve(undefined);
    },
    () => undefined,
  );
  await twice.promise;
  await deliveries.stop();
  journal.close();
  expect(attempts).toBe(2);
});

it('a schedule leaves out the minute that cannot be written down, and goes on', () => {
  vi.useFakeTimers();
  try {
    const written: boolean[] = [];
    const bus = { scheduledEvent: () => ({}), deliveriesOf: () => [] };
    const deliveries = {
      add: () => {
        written.push(written.length > 0);
        if (written.length === 1) throw new Error('database or disk is full');
      },
    };
    const rules = [{ name: 'Minute', schedule: 'rate(1 minute)', enabled: true }];
    const schedules = new Schedules({ rules } as never, bus as never, deliveries as never, {} as never);
    schedules.start();
    vi.advanceTimersByTime(120_000);
    schedules.stop();
    expect(written).toEqual([false, true]);
  } finally {
    vi.useRealTimers();
  }
});
