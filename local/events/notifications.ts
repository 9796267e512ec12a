/** Topics: what was published to them is kept for `/__local/notifications`, and sent to their subscriptions. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { REGION, URL_SUFFIX } from '../identity.ts';
import type { Journal } from '../journal.ts';
import type { SubscriptionModel } from '../resources/model.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import { compilePattern, type Matcher } from './pattern.ts';

export type Published = {
  topicArn: string;
  message: string;
  subject?: string;
  attributes: Record<string, { Type: string; Value: string }>;
};
export type Notification = Published & { id: string; publishedAt: string };

/** SNS tries an SQS or Lambda endpoint for 23 days; here a day does. */
const RETRY = { maxRetries: 100, maxAgeSeconds: 86_400 };

const envelope = (notification: Notification): Record<string, unknown> => ({
  Type: 'Notification',
  MessageId: notification.id,
  TopicArn: notification.topicArn,
  ...(notification.subject !== undefined && { Subject: notification.subject }),
  Message: notification.message,
  Timestamp: notification.publishedAt,
  SignatureVersion: '1',
  Signature: 'local',
  SigningCertURL: `https://sns.${REGION}.${URL_SUFFIX}/local.pem`,
  UnsubscribeURL: `https://sns.${REGION}.${URL_SUFFIX}/?Action=Unsubscribe`,
  ...(Object.keys(notification.attributes).length > 0 && { MessageAttributes: notification.attributes }),
});

const lambdaEvent = (notification: Notification, { topicArn }: SubscriptionModel): string => {
  const { SigningCertURL, UnsubscribeURL, ...rest } = envelope(notification);
  const Sns = {
    ...rest,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    Subject: notification.subject ?? null,
    MessageAttributes: notification.attributes,
  };
  return JSON.stringify({
    Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: `${topicArn}:local`, Sns }],
  });
};

/** Mail, text messages and web hooks of a subscription leave this machine: they are only recorded. */
const deliveryTo = (subscription: SubscriptionModel, notification: Notification): Delivery | undefined => {
  const { protocol, endpoint, raw, deadLetterArn } = subscription;
  const common = { targetArn: endpoint, ...RETRY, ...(deadLetterArn !== undefined && { deadLetterArn }) };
  if (protocol === 'lambda') return { ...common, payload: lambdaEvent(notification, subscription) };
  if (protocol !== 'sqs') return undefined;
  if (!raw) return { ...common, payload: JSON.stringify(envelope(notification)) };
  const attributes = Object.entries(notification.attributes).map(([name, { Type, Value }]) => [
    name,
    { DataType: Type, StringValue: Value },
  ]);
  return {
    ...common,
    payload: notification.message,
    attributes: Object.fromEntries(attributes) as NonNullable<Delivery['attributes']>,
  };
};

export class Notifications {
  readonly #journal: Journal;
  readonly #deliveries: Deliveries;
  readonly #subscriptions: readonly { subscription: SubscriptionModel; takes: Matcher }[];
  readonly #clock: Clock;

  constructor(journal: Journal, deliveries: Deliveries, subscriptions: readonly SubscriptionModel[], clock: Clock) {
    journal.database.exec(
      'CREATE TABLE IF NOT EXISTS notifications (seq INTEGER PRIMARY KEY AUTOINCREMENT, notification TEXT NOT NULL)',
    );
    this.#journal = journal;
    this.#deliveries = deliveries;
    this.#subscriptions = subscriptions.map((subscription) => ({
      subscription,
      takes: compilePattern(subscription.filter ?? {}, `the filter policy of ${subscription.endpoint}`),
    }));
    this.#clock = clock;
  }

  /** Publishes to a topic that exists; returns the message's id. It is on disk when this returns. */
  publish(message: Published): string {
    const notification: Notification = {
      id: randomUUID(),
      publishedAt: new Date(this.#clock.now()).toISOString(),
      ...message,
    };
    const values = Object.entries(message.attributes).map(([name, { Value }]) => [name, Value]);
    const attributes: unknown = Object.fromEntries(values);
    const deliveries = this.#subscriptions
      .filter(({ subscription, takes }) => subscription.topicArn === message.topicArn && takes(attributes))
      .flatMap(({ subscription }) => deliveryTo(subscription, notification) ?? []);
    const write = () => {
      this.#journal.database
        .prepare('INSERT INTO notifications (notification) VALUES (?)')
        .run(JSON.stringify(notification));
      this.#deliveries.add(deliveries);
    };
    this.#journal.transaction(write);
    return notification.id;
  }

  /** Everything that was ever published, oldest first. */
  list(): Notification[] {
    const rows = this.#journal.database.prepare('SELECT notification FROM notifications ORDER BY seq').all();
    return rows.map((row) => JSON.parse(String(row['notification'])) as Notification);
  }
}
