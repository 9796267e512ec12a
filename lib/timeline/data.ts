/** The facts that an entry's title words, for clients that word them in another language. */
import type { EventDetail, EventType } from '../events/model.ts';

export type TimelineData = Readonly<Record<string, string | number>>;

/** By the name that clients know a fact by, the member of the event that has it. */
const FACTS: Readonly<Record<string, keyof EventDetail>> = {
  requesterName: 'requesterName',
  minutes: 'waitedMinutes',
  endReason: 'endReason',
  errorCode: 'errorCode',
};

/** How a task ended is in its state; the kinds of the other events say theirs. */
const factsOf = (type: EventType): typeof FACTS => (type === 'RestartTaskEnded' ? { ...FACTS, state: 'state' } : FACTS);

export const dataOf = (type: EventType, detail: EventDetail): TimelineData => {
  const data: Record<string, string | number> = {};
  for (const [fact, member] of Object.entries(factsOf(type))) {
    const value = detail[member];
    if (typeof value === 'string' || typeof value === 'number') data[fact] = value;
  }
  return data;
};
