/** Takes from the inboxes' dead-letter queue what was delivered time and again and never acknowledged. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { parseInboxMessage } from '../../../lib/aws/inbox.ts';
import { createTaskStore } from '../../../lib/aws/task-repository.ts';
import { following } from '../../../lib/cause.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import type { InboxMessage } from '../../../lib/restarts/events.ts';
import { failUndeliveredTask } from '../../../lib/restarts/undelivered.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);

const deps = {
  tasks: createTaskStore(createDatabase(), {
    devices: environment.DEVICES_TABLE,
    restarts: environment.RESTARTS_TABLE,
  }),
  clock: Date.now,
};

/** Nobody asked for the failing; it follows from the order. */
const isHandled = (messageId: string, message: InboxMessage | undefined): Promise<boolean> =>
  following({ correlationId: message?.correlationId }, async () => {
    try {
      if (!message) throw new Error('not a message of an inbox');
      await failUndeliveredTask(deps, message);
      log.info('undelivered message handled', { taskId: message.taskId, version: message.version });
      return true;
    } catch (error) {
      log.error('an undelivered message could not be handled', { messageId, error });
      return false;
    }
  });

export const handler = async ({ Records: records }: SQSEvent): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of records) {
    if (!(await isHandled(messageId, parseInboxMessage(body)))) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};
