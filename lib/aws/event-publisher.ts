/** Publishes domain events on the stack's bus. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../events/model.ts';
import { CALLS } from './calls.ts';

/** The most that PutEvents takes. */
const BATCH = 10;

/** A domain event, or the notice of an alert. */
export type PublishedEvent = { readonly type: string; readonly detail: { readonly occurredAt: string } };

export type EventPublisher = {
  /** @throws Error when the bus did not take every one of them; those it took may be published again */
  publish(events: readonly PublishedEvent[]): Promise<void>;
};

export const createEventPublisher = (busName: string): EventPublisher => {
  const client = new EventBridgeClient(CALLS);
  return {
    publish: async (events) => {
      for (let at = 0; at < events.length; at += BATCH) {
        const entries = events.slice(at, at + BATCH).map(({ type, detail }) => ({
          EventBusName: busName,
          Source: EVENT_SOURCE,
          DetailType: type,
          Detail: JSON.stringify(detail),
          Time: new Date(detail.occurredAt),
        }));
        const answer = await client.send(new PutEventsCommand({ Entries: entries }));
        const failed = answer.Entries?.find((entry) => entry.ErrorCode !== undefined);
        if (failed) throw new Error(`the event bus refused an event: ${failed.ErrorCode} ${failed.ErrorMessage}`);
      }
    },
  };
};
