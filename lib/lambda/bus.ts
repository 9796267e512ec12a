/** Consumers of the event bus. A failure is thrown, so that Lambda tries again and then keeps the event in a queue. */
import type { EventBridgeEvent } from 'aws-lambda';
import { type DomainEvent, EVENT_TYPES, type EventDetail, type EventType } from '../events/model.ts';

export type BusEvent = EventBridgeEvent<string, EventDetail>;

/** @throws Error for a detail-type that is none of ours: the rule lets through too much */
export const domainEventOf = ({ 'detail-type': type, detail }: BusEvent): DomainEvent => {
  if (!EVENT_TYPES.includes(type as EventType)) throw new Error(`${type} is no event of this system`);
  return { type: type as EventType, detail };
};
