/** What a committed change of a restart task or job gives rise to: events, and the message for the device's inbox. */
import type { Cause } from '../cause.ts';
import { type DomainEvent, domainEvent } from '../events/model.ts';
import type { Id } from '../ids.ts';
import { isOpen, type RestartJob, type RestartTask } from './model.ts';

/** What an inbox carries: which task, at which version, and what it follows from. All else is read from the task. */
export type InboxMessage = Cause & { deviceId: Id; taskId: Id; version: number };

/** @param before absent where the task is new */
export const taskEvents = (before: RestartTask | undefined, after: RestartTask): DomainEvent[] => {
  if (before?.state === after.state) return [];
  const fields = {
    jobId: after.jobId,
    deviceId: after.deviceId,
    deviceName: after.deviceName,
    state: after.state,
    ...(after.error && { errorCode: after.error.code }),
  };
  if (after.state === 'queued') {
    return [domainEvent('RestartTaskQueued', after, after.changedAt, { ...fields, actor: after.orderedBy })];
  }
  if (after.state === 'inProgress') return [domainEvent('RestartTaskAcknowledged', after, after.changedAt, fields)];
  return isOpen(after) ? [] : [domainEvent('RestartTaskEnded', after, after.changedAt, fields)];
};

/** @returns a message for each time that the task comes to be `queued` */
export const inboxMessages = (before: RestartTask | undefined, after: RestartTask): InboxMessage[] =>
  after.state === 'queued' && before?.state !== 'queued'
    ? [{ deviceId: after.deviceId, taskId: after.id, version: after.version }]
    : [];

/** @param before absent where the job is new */
export const jobEvents = (before: RestartJob | undefined, after: RestartJob): DomainEvent[] =>
  before?.endedAt === undefined && after.endedAt !== undefined
    ? [domainEvent('RestartJobEnded', after, after.endedAt, { state: after.state })]
    : [];
