/** How one delivery is made, and what becomes of it when it has failed for good: AWS's dead letters, field by field. */
import type { Queues } from '../engines/queues.ts';
import type { Invoker } from '../functions/invoker.ts';
import { serviceOfArn } from '../identity.ts';
import { functionByArn, type Model } from '../resources/model.ts';
import type { EventBus } from './bus.ts';
import { type Attempt, type Delivery, describeFailure, type GiveUp, type StoredDelivery } from './deliveries.ts';
import type { Notifications } from './notifications.ts';
import type { Webhooks } from './webhooks.ts';

/** A function's own error, kept so that a failure destination can tell of it. */
class FunctionFailure extends Error {
  readonly response: unknown;
  constructor(errorType: string, errorMessage: string, response: unknown) {
    super(errorMessage);
    this.name = errorType;
    this.response = response;
  }
}

export type DeliveryParts = {
  invoker: Invoker;
  queues: Queues;
  notifications: Notifications;
  bus: EventBus;
  webhooks: Webhooks;
  model: Pick<Model, 'functions'>;
  log(line: string): void;
};

export const deliveryAttempt =
  ({ invoker, queues, notifications, bus, webhooks }: DeliveryParts): Attempt =>
  async ({ targetArn, payload, attributes }) => {
    if (webhooks.has(targetArn)) return webhooks.post(targetArn, payload);
    switch (serviceOfArn(targetArn)) {
      case 'lambda': {
        const response = await invoker.invoke(targetArn, payload);
        if (!response.ok)
          throw new FunctionFailure(response.error.errorType, response.error.errorMessage, response.error);
        return;
      }
      case 'sqs':
        return queues.send(targetArn, payload, attributes);
      case 'sns':
        notifications.publish({ topicArn: targetArn, message: payload, attributes: {} });
        return;
      default:
        bus.put([
          {
            busName: targetArn.slice(targetArn.lastIndexOf('/') + 1),
            source: 'lambda',
            detailType: 'Lambda Function Invocation Result - Failure',
            detail: JSON.parse(payload) as Record<string, unknown>,
            resources: [],
          },
        ]);
    }
  };

const text = (value: string) => ({ DataType: 'String', StringValue: value });
const FINAL = { maxRetries: 20, maxAgeSeconds: 86_400 };

/** What Lambda sends to a failure destination for an asynchronous invocation. */
const invocationRecord = (functionArn: string, delivery: StoredDelivery, error: unknown): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: crypto.randomUUID(),
      functionArn: `${functionArn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: delivery.attempts,
    },
    requestPayload: JSON.parse(delivery.payload) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: error instanceof FunctionFailure ? error.response : describeFailure(error),
  });

const deadLetter = (delivery: StoredDelivery, deadLetterArn: string, attributes: Delivery['attributes']): Delivery => ({
  targetArn: deadLetterArn,
  payload: delivery.payload,
  ...FINAL,
  ...(attributes && { attributes }),
});

export const giveUpDelivery =
  ({ model, log }: DeliveryParts): GiveUp =>
  (delivery, error) => {
    const { code, message } = describeFailure(error);
    const fn = functionByArn(model, delivery.targetArn);
    log(
      `Gave up delivering to ${fn?.name ?? delivery.targetArn} after ${delivery.attempts} attempts: ${code}: ${message}`,
    );
    if (fn?.async.onFailureArn !== undefined) {
      return { targetArn: fn.async.onFailureArn, payload: invocationRecord(fn.arn, delivery, error), ...FINAL };
    }
    if (fn?.deadLetterArn !== undefined) {
      return deadLetter(delivery, fn.deadLetterArn, {
        RequestID: text(crypto.randomUUID()),
        ErrorCode: text('200'),
        ErrorMessage: text(message),
      });
    }
    if (delivery.deadLetterArn === undefined) return undefined;
    return deadLetter(delivery, delivery.deadLetterArn, {
      RULE_ARN: text(delivery.ruleArn ?? 'none'),
      TARGET_ARN: text(delivery.targetArn),
      ERROR_CODE: text(code),
      ERROR_MESSAGE: text(message),
      EXHAUSTED_RETRY_CONDITION: text('MaximumRetryAttempts'),
      RETRY_ATTEMPTS: text(String(delivery.attempts - 1)),
    });
  };
