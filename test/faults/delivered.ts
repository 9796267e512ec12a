/** What the bus delivered of the product's own events. */
import { type DomainEvent, EVENT_TYPES, type EventDetail, type EventType, eventId } from '../../lib/events/model.ts';
import { events as busEvents } from '../integration/support/stack.ts';

const isDomainEvent = (type: string): type is EventType => EVENT_TYPES.includes(type as EventType);

/** Reads on from where the last look ended; the first one from the beginning. */
export const openDelivered = (url: string) => {
  const known = new Set<string>();
  let last: string | undefined;

  /**
   * @returns what was delivered since the last look, what was delivered twice included; without what comes again from
   * before that look, where it was not taken out of the outbox
   */
  return async (): Promise<DomainEvent[]> => {
    const found: DomainEvent[] = [];
    for (;;) {
      const page = await busEvents(url, last);
      if (page.length === 0) break;
      last = page.at(-1)?.id;
      for (const { 'detail-type': type, detail } of page) {
        if (isDomainEvent(type)) found.push({ type, detail: detail as unknown as EventDetail });
      }
    }
    const fresh = found.filter((event) => !known.has(eventId(event)));
    for (const event of fresh) known.add(eventId(event));
    return fresh;
  };
};
