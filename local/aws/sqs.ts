/**
 * SQS: queue URLs as AWS has them on the functions' side, the engine's own behind. Long polls are held here, as short
 * ones repeated: a caller who goes away then takes no message with it, whatever the engine does.
 */
import * as z from 'zod';
import type { SqsMessage } from '../engines/queues.ts';
import { engineQueueUrl } from '../engines/queues.ts';
import type { Engine } from '../engines/transport.ts';
import { queueUrl } from '../identity.ts';
import type { Waker } from '../waker.ts';
import { type AwsCall, type AwsHandler, type AwsReply, jsonReply } from './call.ts';
import { sqsError } from './sqs-errors.ts';

/** How often a held long poll looks for messages whose delay or visibility timeout is over. */
const LOOK_EVERY_MS = 100;

type Json = Record<string, unknown>;
const Request = z.looseObject({
  QueueUrl: z.string().optional(),
  ReceiptHandle: z.string().optional(),
  Entries: z.array(z.looseObject({ Id: z.string(), ReceiptHandle: z.string().optional() })).optional(),
});

const nameFromUrl = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
/** The engine's receipt handles are UUIDs. One that is not was never given out, and AWS says so. */
const isReceiptHandle = (handle: string): boolean => /^[0-9a-f-]{36}$/i.test(handle) || handle.length > 60;
const INVALID_HANDLE = 'The input receipt handle is invalid.';

const withAwsUrls = (answer: Json): Json => {
  const { QueueUrl, QueueUrls } = answer;
  return {
    ...answer,
    ...(typeof QueueUrl === 'string' && { QueueUrl: queueUrl(nameFromUrl(QueueUrl)) }),
    ...(Array.isArray(QueueUrls) && { QueueUrls: QueueUrls.map((url) => queueUrl(nameFromUrl(String(url)))) }),
  };
};

export const sqsHandler = (engine: Engine, waker: Waker): AwsHandler => {
  const ask = async (action: string, body: Json, signal?: AbortSignal): Promise<{ reply: AwsReply; answer: Json }> => {
    const { status, body: bytes } = await engine.send(`AmazonSQS.${action}`, JSON.stringify(body), signal);
    const answer = bytes.length > 0 ? (JSON.parse(bytes.toString()) as Json) : {};
    if (status < 300) return { reply: jsonReply(status, withAwsUrls(answer)), answer };
    const name = String(answer['__type'] ?? answer['code'] ?? 'InternalError');
    return { reply: sqsError(name, String(answer['message'] ?? answer['Message'] ?? name), status), answer: {} };
  };

  const waitTimeOf = async (body: Json): Promise<number> => {
    if (body['WaitTimeSeconds'] !== undefined) return Number(body['WaitTimeSeconds']);
    const { answer } = await ask('GetQueueAttributes', {
      QueueUrl: body['QueueUrl'],
      AttributeNames: ['ReceiveMessageWaitTimeSeconds'],
    });
    return Number((answer['Attributes'] as Record<string, string> | undefined)?.['ReceiveMessageWaitTimeSeconds'] ?? 0);
  };

  const receive = async (body: Json, name: string, { signal }: AwsCall): Promise<AwsReply> => {
    const waitSeconds = await waitTimeOf(body);
    if (!(waitSeconds >= 0 && waitSeconds <= 20)) return (await ask('ReceiveMessage', body)).reply;
    const until = performance.now() + waitSeconds * 1000;
    for (;;) {
      const seen = waker.count(`queue:${name}`);
      const { reply, answer } = await ask('ReceiveMessage', { ...body, WaitTimeSeconds: 0 });
      const messages = (answer['Messages'] as SqsMessage[] | undefined) ?? [];
      if (signal.aborted && messages.length > 0) {
        // The caller left while the engine was answering: nobody will see these before their time otherwise.
        for (const { ReceiptHandle } of messages) {
          await ask('ChangeMessageVisibility', { QueueUrl: body['QueueUrl'], ReceiptHandle, VisibilityTimeout: 0 });
        }
      }
      const left = until - performance.now();
      if (signal.aborted || messages.length > 0 || reply.status >= 300 || left <= 0) return reply;
      await waker.wait(`queue:${name}`, Math.min(left, LOOK_EVERY_MS), seen, signal);
    }
  };

  /** Refuses handles that no engine gave out: singly as an error, in a batch entry by entry. */
  const withoutBadHandles = async (action: string, body: z.infer<typeof Request>): Promise<AwsReply | undefined> => {
    if (body.ReceiptHandle !== undefined && !isReceiptHandle(body.ReceiptHandle)) {
      const { reply } = await ask('GetQueueAttributes', { QueueUrl: body.QueueUrl, AttributeNames: ['QueueArn'] });
      return reply.status < 300 ? sqsError('ReceiptHandleIsInvalid', INVALID_HANDLE, 404) : reply;
    }
    const bad =
      body.Entries?.filter(({ ReceiptHandle }) => ReceiptHandle !== undefined && !isReceiptHandle(ReceiptHandle)) ?? [];
    if (bad.length === 0) return undefined;
    const good = body.Entries?.filter((entry) => !bad.includes(entry)) ?? [];
    const { reply, answer } =
      good.length > 0
        ? await ask(action, { ...body, Entries: good })
        : await ask('GetQueueAttributes', { QueueUrl: body.QueueUrl, AttributeNames: ['QueueArn'] });
    if (reply.status >= 300) return reply;
    const Failed = bad.map(({ Id }) => ({
      Id,
      SenderFault: true,
      Code: 'ReceiptHandleIsInvalid',
      Message: INVALID_HANDLE,
    }));
    return jsonReply(200, {
      Successful: answer['Successful'] ?? [],
      Failed: [...((answer['Failed'] as unknown[]) ?? []), ...Failed],
    });
  };

  return async (call) => {
    const { success, data: body } = Request.safeParse(JSON.parse(call.body));
    if (!success) return sqsError('InvalidParameterValue', 'The request is not understood.');
    const name = nameFromUrl(body.QueueUrl ?? '');
    if (body.QueueUrl !== undefined) body.QueueUrl = engineQueueUrl(engine, name);
    const refusal = await withoutBadHandles(call.action, body);
    if (refusal) return refusal;
    if (call.action === 'ReceiveMessage') return receive(body, name, call);
    const { reply } = await ask(call.action, body);
    if (reply.status < 300 && /^(SendMessage|ChangeMessageVisibility|StartMessageMoveTask)/.test(call.action))
      waker.wake(`queue:${name}`);
    return reply;
  };
};
