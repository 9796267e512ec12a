/** Feeds a function from a queue, as Lambda does: what succeeded is deleted, the rest comes back when its visibility ends. */
import type { SqsMessage } from '../engines/queues.ts';
import { messageOf } from '../errors.ts';
import { compilePattern, type Matcher } from '../events/pattern.ts';
import { nameFromArn, REGION } from '../identity.ts';
import type { MappingModel } from '../resources/model.ts';
import type { WakeKey } from '../waker.ts';
import { readOutcome } from './batch.ts';
import type { EventSource, SourceParts } from './source.ts';

/** How often an idle queue is looked at, by one loop for all, for messages whose delay or visibility timeout is over. */
const LOOK_EVERY_MS = 500;
/** The longest that a timer takes. */
const NEVER_MS = 2 ** 31 - 1;

const recordOf = (message: SqsMessage, queueArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: REGION,
});

/** A filter sees a body that is JSON as JSON. */
const filterable = (message: SqsMessage, queueArn: string): unknown => {
  const record = recordOf(message, queueArn);
  try {
    return { ...record, body: JSON.parse(message.Body) as unknown };
  } catch {
    return record;
  }
};

export class QueueSource implements EventSource {
  readonly name: string;
  readonly #mapping: MappingModel;
  readonly #parts: SourceParts;
  readonly #filters: Matcher[];
  readonly #stop = new AbortController();
  #batches = 0;
  #loops: Promise<void>[] = [];

  constructor(mapping: MappingModel, parts: SourceParts) {
    this.name = `queue ${nameFromArn(mapping.sourceArn)} → ${mapping.logicalId}`;
    this.#mapping = mapping;
    this.#parts = parts;
    this.#filters = mapping.filters.map((filter) => compilePattern(filter, mapping.logicalId, 'lambda'));
  }

  async start(): Promise<void> {
    this.#loops = Array.from({ length: this.#mapping.maxConcurrency }, (_, index) =>
      this.#run(index === 0 ? LOOK_EVERY_MS : NEVER_MS),
    );
  }

  async isIdle(): Promise<boolean> {
    return (
      this.#batches === 0 && (await this.#parts.queues.visible(this.#mapping.sourceArn)) === 0 && this.#batches === 0
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  get #wakeKey(): WakeKey {
    return `queue:${nameFromArn(this.#mapping.sourceArn)}`;
  }

  async #run(lookEveryMs: number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const seen = this.#parts.waker.count(this.#wakeKey);
      this.#batches++;
      let found = false;
      let waitMs = lookEveryMs;
      try {
        found = await this.#once();
      } catch (error) {
        waitMs = LOOK_EVERY_MS;
        if (!signal.aborted)
          this.#parts.log(`Reading the ${this.name} failed, and is tried again: ${messageOf(error)}`);
      } finally {
        this.#batches--;
      }
      if (!found) await this.#parts.waker.wait(this.#wakeKey, waitMs, seen, signal);
    }
  }

  /** Receives and delivers one batch; says whether there was one. */
  async #once(): Promise<boolean> {
    const { sourceArn, batchSize, functionArn, reportsItemFailures } = this.#mapping;
    const { queues, invoker } = this.#parts;
    const messages = await this.#receive(batchSize);
    if (messages.length === 0) return false;
    // Where there was one there may be more, and the loops that sleep do not look by themselves.
    this.#parts.waker.wake(this.#wakeKey);
    const matches = (message: SqsMessage) =>
      this.#filters.length === 0 || this.#filters.some((filter) => filter(filterable(message, sourceArn)));
    const wanted = messages.filter(matches);
    let failed: 'none' | 'all' | ReadonlySet<string> = 'none';
    if (wanted.length > 0) {
      const Records = wanted.map((message) => recordOf(message, sourceArn));
      const response = await invoker.invoke(functionArn, JSON.stringify({ Records }));
      if (this.#stop.signal.aborted) return false;
      const identifiers = new Set(wanted.map(({ MessageId }) => MessageId));
      const outcome = readOutcome(response, reportsItemFailures, identifiers);
      failed = outcome.failed;
      if (failed !== 'none') this.#parts.log(`The ${this.name} failed: ${outcome.error}`);
    }
    const isDone = ({ MessageId }: SqsMessage) => failed === 'none' || (failed !== 'all' && !failed.has(MessageId));
    const done = messages.filter((message) => !wanted.includes(message) || isDone(message));
    for (let index = 0; index < done.length; index += 10) {
      await queues.delete(
        sourceArn,
        done.slice(index, index + 10).map(({ ReceiptHandle }) => ReceiptHandle),
      );
    }
    return true;
  }

  async #receive(count: number): Promise<SqsMessage[]> {
    const messages: SqsMessage[] = [];
    while (messages.length < count) {
      const received = await this.#parts.queues.receive(this.#mapping.sourceArn, count - messages.length);
      messages.push(...received);
      if (received.length === 0) break;
    }
    return messages;
  }
}
