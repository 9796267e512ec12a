/** Subscriptions with a filter policy get what it lets through. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openClock } from '../../../local/clock.ts';
import { Deliveries } from '../../../local/events/deliveries.ts';
import { Notifications } from '../../../local/events/notifications.ts';
import { type Journal, openJournal } from '../../../local/journal.ts';
import { Waker } from '../../../local/waker.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:000000000000:alerts';

let folder: string;
let journal: Journal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notifications-'));
  journal = openJournal(folder);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

it('of the attributes, and all of it without one', () => {
  const deliveries = new Deliveries(journal, new Waker(), 1);
  const subscription = { topicArn: TOPIC, protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-central-1:0:all', raw: true };
  const filter = { severity: ['warning', 'critical'] };
  const subscriptions = [subscription, { ...subscription, filter }];
  const notifications = new Notifications(journal, deliveries, subscriptions, openClock(journal));
  const queued = (attributes: Record<string, string>): number => {
    const before = deliveries.pending();
    const typed = Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]);
    notifications.publish({ topicArn: TOPIC, message: 'm', attributes: Object.fromEntries(typed) });
    return deliveries.pending() - before;
  };
  expect(queued({ severity: 'critical', kind: 'x' })).toBe(2);
  expect(queued({ severity: 'info' })).toBe(1);
  expect(queued({})).toBe(1);
});
