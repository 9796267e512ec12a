/** What may follow from a committed change: events for the bus, messages for inboxes, inboxes to make or delete. */
import type { Cause } from './cause.ts';
import type { DomainEvent } from './events/model.ts';
import type { Id } from './ids.ts';
import type { InboxMessage } from './restarts/events.ts';

export type Consequences = {
  events: DomainEvent[];
  messages: InboxMessage[];
  createInbox?: Id;
  deleteInbox?: Id;
};

/** What follows from a change names the requests that the change names. */
export const withCause = ({ events, messages, ...inboxes }: Consequences, cause: Cause): Consequences => ({
  ...inboxes,
  events: events.map(({ type, detail }) => ({ type, detail: { ...detail, ...cause } })),
  messages: messages.map((message) => ({ ...message, ...cause })),
});
