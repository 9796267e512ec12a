/** What cannot be written down is no reason for the local stack to end. */
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Deliveries } from '../../../../infra/local/events/deliveries.ts';
import { openLog } from '../../../../infra/local/functions/log.ts';
import { openJournal } from '../../../../infra/local/journal.ts';
import { Waker } from '../../../../infra/local/waker.ts';

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
