/**
 * Has the stack's functions told of changes, events and messages as badly as AWS may: changes of different items in
 * another order, batches split, some kept back for long, and some of what was delivered once more, after newer ones. Events
 * of the bus and messages of queues come in any order.
 */
import type { InvocationInterceptor } from '../../../local/functions/invoker.ts';
import { type BatchOutcome, readOutcome } from '../../../local/sources/batch.ts';
import type { LocalStack } from '../../../local/stack.ts';
import { chanceOf, seedFor } from './chance.ts';
import { Feed, type Unit } from './feed.ts';

type StreamRecord = {
  eventSource: string;
  eventSourceARN: string;
  dynamodb: { Keys: unknown; SequenceNumber: string };
};
type QueueRecord = { eventSource: string; eventSourceARN: string; messageId: string };
type BusEvent = { id: string; source: string; 'detail-type': string };

/** What a payload brings; nothing where it is a request or a schedule. */
type Brought = { readonly source: string; readonly isBatch: boolean; readonly units: readonly Unit[] };

const unitOf = (record: StreamRecord | QueueRecord): Unit => {
  if (!('dynamodb' in record)) return { id: record.messageId, key: record.messageId, record };
  const { Keys, SequenceNumber } = record.dynamodb;
  return { id: SequenceNumber, key: JSON.stringify(Keys), record };
};

const broughtBy = (payload: string): Brought | undefined => {
  const event = JSON.parse(payload) as { Records?: (StreamRecord | QueueRecord)[] } & Partial<BusEvent>;
  const [first] = event.Records ?? [];
  if (event.Records && first) {
    return { source: first.eventSourceARN, isBatch: true, units: event.Records.map(unitOf) };
  }
  const { id, source, 'detail-type': type } = event;
  if (id === undefined || type === undefined || source === 'aws.events') return undefined;
  return { source: 'bus', isBatch: false, units: [{ id, key: id, record: event }] };
};

type Invoke = Parameters<InvocationInterceptor>[1];

const senderOf =
  (invoke: Invoke, isBatch: boolean) =>
  async (units: readonly Unit[]): Promise<BatchOutcome> => {
    const ids = new Set(units.map(({ id }) => id));
    if (isBatch) {
      return readOutcome(await invoke(JSON.stringify({ Records: units.map(({ record }) => record) })), true, ids);
    }
    const answers = await Promise.all(
      units.map(async ({ id, record }) => ({ id, answer: await invoke(JSON.stringify(record)) })),
    );
    const failed = answers.flatMap(({ id, answer }) => (answer.ok ? [] : [{ id, error: answer.error.errorMessage }]));
    const [one] = failed;
    return one ? { failed: new Set(failed.map(({ id }) => id)), error: one.error } : { failed: 'none' };
  };

export class Disorder {
  readonly #seed: number;
  readonly #feeds = new Map<string, Feed>();
  readonly #stack: LocalStack;
  readonly #interceptor: InvocationInterceptor;

  constructor(stack: LocalStack, seed: number) {
    this.#seed = seed;
    this.#stack = stack;
    this.#interceptor = async ({ functionName, payload }, invoke) => {
      const brought = broughtBy(payload);
      if (!brought) return undefined;
      await this.#feedOf(`${functionName} of ${brought.source}`, senderOf(invoke, brought.isBatch)).take(brought.units);
      return { ok: true, payload: 'null' };
    };
    stack.invocationInterceptors.push(this.#interceptor);
  }

  /** Each has chances of its own: which of several comes first is not ours to say. */
  #feedOf(name: string, send: ConstructorParameters<typeof Feed>[2]): Feed {
    const known = this.#feeds.get(name);
    if (known) return known;
    const feed = new Feed(name, chanceOf(seedFor(this.#seed, name)), send);
    this.#feeds.set(name, feed);
    return feed;
  }

  /** Delivers what was kept back. @returns whether there was any */
  async flush(): Promise<boolean> {
    const holding = [...this.#feeds.values()].filter((feed) => feed.isHolding);
    await Promise.all(holding.map((feed) => feed.flush()));
    return holding.length > 0;
  }

  /** Order, from now on. What is still kept back is lost with the run. */
  end(): void {
    const { invocationInterceptors } = this.#stack;
    invocationInterceptors.splice(invocationInterceptors.indexOf(this.#interceptor), 1);
  }
}
