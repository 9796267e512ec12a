/**
 * What is counted of a committed change. The relay counts it after it has done what follows from the change, so each
 * change counts once; a stream delivers at least once, so one that comes again, because the relay died at its very end,
 * counts again. Metrics show how things go. What must add up, such as an order's counts, does not come from them.
 */
import type { AssistanceRequest } from '../assistance/model.ts';
import { SECOND } from '../clock.ts';
import type { EntityChange } from '../relay.ts';
import { isOpen, type RestartTask } from '../restarts/model.ts';
import type { Measurement } from './model.ts';

/** Two writers' clocks may differ by a little. */
const secondsBetween = (from: number, to: number): number => Math.max(0, to - from) / SECOND;

const ofTask = (before: RestartTask | undefined, after: RestartTask | undefined): Measurement[] => {
  if (!after || before?.state === after.state) return [];
  if (!isOpen(after)) return [{ metric: 'TasksEnded', value: 1, of: after.state }];
  return before?.state === 'queued' && after.state === 'inProgress'
    ? [{ metric: 'TimeToAcknowledge', value: secondsBetween(before.changedAt, after.changedAt) }]
    : [];
};

const ofRequest = (before: AssistanceRequest | undefined, after: AssistanceRequest | undefined): Measurement[] => {
  if (before?.state !== 'pending') return [];
  if (!after) return [{ metric: 'RequestsExpired', value: 1 }];
  return after.state === 'approved' || after.state === 'declined'
    ? [{ metric: 'TimeToAnswer', value: secondsBetween(after.createdAt, after.changedAt) }]
    : [];
};

export const measurementsOf = (change: EntityChange): Measurement[] => {
  if (change.kind === 'task') return ofTask(change.before, change.after);
  return change.kind === 'request' ? ofRequest(change.before, change.after) : [];
};
