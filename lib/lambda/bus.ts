/** Consumers of the event bus. A failure is thrown, so that Lambda tries again and then keeps the event in a queue. */
import type { EventBridgeEvent } from 'aws-lambda';
import { following } from '../cause.ts';
import { type DomainEvent, EVENT_TYPES, type EventDetail, type EventType, eventId } from '../events/model.ts';
import { log } from './log.ts';

export type BusEvent = EventBridgeEvent<string, EventDetail>;

/** @throws Error for a detail-type that is none of ours: the rule lets through too much */
export const domainEventOf = ({ 'detail-type': type, detail }: BusEvent): DomainEvent => {
  if (!EVENT_TYPES.includes(type as EventType)) throw new Error(`${type} is no event of this system`);
  return { type: type as EventType, detail };
};

/** A function that handles the bus's events, and notes each in its log with the request that it follows from. */
export const busFunction =
  (handle: (event: DomainEvent) => Promise<void>) =>
  (received: BusEvent): Promise<void> => {
    const { requestId, correlationId } = received.detail;
    return following({ requestId, correlationId }, async () => {
      const event = domainEventOf(received);
      try {
        await handle(event);
        log.info('event handled', { event: eventId(event) });
      } catch (error) {
        log.error('an event could not be handled', { event: eventId(event), error });
        throw error;
      }
    });
  };
