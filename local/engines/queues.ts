/** Makes the template's queues in the SQS engine, and brings those of an earlier run up to date, as a deployment does. */
import { ACCOUNT, nameFromArn } from '../identity.ts';
import type { QueueModel } from '../resources/model.ts';
import type { Waker } from '../waker.ts';
import { type Engine, EngineError } from './transport.ts';

export type SqsMessage = {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
};

export type MessageAttributes = Record<string, { DataType: string; StringValue: string }>;

/** The engine's own URL of the queue `name`. */
export const engineQueueUrl = ({ endpoint }: Engine, name: string): string => `${endpoint}/${ACCOUNT}/${name}`;

export const provisionQueues = async (engine: Engine, queues: readonly QueueModel[]): Promise<void> => {
  for (const { name, attributes } of queues) {
    try {
      await engine.call('AmazonSQS.CreateQueue', { QueueName: name, Attributes: attributes });
    } catch (error) {
      if (!(error instanceof EngineError) || !/QueueNameExists|QueueAlreadyExists/.test(error.name)) throw error;
      const { FifoQueue: _, ...changeable } = attributes;
      await engine.call('AmazonSQS.SetQueueAttributes', {
        QueueUrl: engineQueueUrl(engine, name),
        Attributes: changeable,
      });
    }
  }
};

/** The runner's own use of queues: to deliver events into them and to feed functions from them. */
export class Queues {
  readonly #engine: Engine;
  readonly #waker: Waker;

  constructor(engine: Engine, waker: Waker) {
    this.#engine = engine;
    this.#waker = waker;
  }

  async send(queueArn: string, body: string, attributes: MessageAttributes = {}): Promise<void> {
    const name = nameFromArn(queueArn);
    await this.#engine.call('AmazonSQS.SendMessage', {
      QueueUrl: engineQueueUrl(this.#engine, name),
      MessageBody: body,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
      ...(name.endsWith('.fifo') && { MessageGroupId: 'local', MessageDeduplicationId: crypto.randomUUID() }),
    });
    this.#waker.wake(`queue:${name}`);
  }

  /** Up to `count` messages that are visible now. */
  async receive(queueArn: string, count: number): Promise<SqsMessage[]> {
    const { Messages } = await this.#engine.call('AmazonSQS.ReceiveMessage', {
      QueueUrl: engineQueueUrl(this.#engine, nameFromArn(queueArn)),
      MaxNumberOfMessages: Math.min(count, 10),
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (Messages as SqsMessage[] | undefined) ?? [];
  }

  async delete(queueArn: string, receiptHandles: readonly string[]): Promise<void> {
    const QueueUrl = engineQueueUrl(this.#engine, nameFromArn(queueArn));
    const Entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await this.#engine.call('AmazonSQS.DeleteMessageBatch', { QueueUrl, Entries });
  }

  /** How many messages could be received now. */
  async visible(queueArn: string): Promise<number> {
    const { Attributes } = await this.#engine.call('AmazonSQS.GetQueueAttributes', {
      QueueUrl: engineQueueUrl(this.#engine, nameFromArn(queueArn)),
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    return Number((Attributes as Record<string, string> | undefined)?.['ApproximateNumberOfMessages'] ?? 0);
  }
}
