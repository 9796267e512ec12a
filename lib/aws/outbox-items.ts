/**
 * The outbox: what follows from a change is written beside it, in its transaction, and taken out once it was done. The
 * streams have it done within a second; what stays is what their consumer lost, and is done by a sweep.
 */
import { type Cause, causeMembers, currentCause } from '../cause.ts';
import { DAY } from '../clock.ts';
import { type Consequences, withCause } from '../consequences.ts';
import { eventId } from '../events/model.ts';
import { type Item, toItem } from './items.ts';
import { type Key, outboxKey } from './keys.ts';

/** As long as the queues keep what could not be handled. */
export const OUTBOX_KEPT_MS = 14 * DAY;

/**
 * In the order of their times, so that a sweep finds the oldest first. Made from the events, which are the same whoever
 * asks what follows from a change.
 * @returns `undefined` where no event follows, and so nothing at all
 */
export const outboxKeyOf = ({ events: [first] }: Consequences): Key | undefined =>
  first && outboxKey(first.detail.id, first.detail.occurredAt, eventId(first));

/** @param ttl epoch seconds */
export const outboxItem = (follows: Consequences, ttl: number): Item | undefined => {
  const key = outboxKeyOf(follows);
  return key && toItem('Outbox', key, { follows }, { ttl });
};

/**
 * What follows from a change that is made now.
 * @param after the entity as the change leaves it
 */
export const followedBy = (consequences: Consequences, after: object): Consequences => {
  const { requestId } = currentCause();
  const { correlationId = requestId }: Cause = after;
  return withCause(consequences, causeMembers({ requestId, correlationId }));
};

/** The same of a deletion, which nobody asked for. */
export const followedByDeletion = (consequences: Consequences, before: object): Consequences =>
  withCause(consequences, causeMembers({ correlationId: (before as Cause).correlationId }));
