/**
 * The devices' inboxes of a stage whose stack is gone. What is left to do is what SQS still lists, and nothing else is
 * remembered: so it can be stopped anywhere, and goes on when it is run again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteQueueCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isMissingQueue } from '../../lib/aws/inbox.ts';
import { DEAD_LETTERS, inboxPrefix, stackName } from '../names.ts';

/** As many as SQS lists at once. */
const PAGE = 1000;

/** Deletions at a time. SQS says no limit; what it throttles, the client tries again more slowly. */
const AT_ONCE = 20;

/** A deleted queue may be listed for a minute more: how long to wait between looks, from the second on. */
const LOOK_AGAIN_MS = 5000;
const MOST_LOOKS = 60;

/** One page of URLs after another, of the queues whose names begin with `prefix`. */
async function* pages(sqs: SQSClient, prefix: string, size: number): AsyncGenerator<string[]> {
  let NextToken: string | undefined;
  do {
    const page = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: size, ...(NextToken && { NextToken }) }),
    );
    yield page.QueueUrls ?? [];
    NextToken = page.NextToken;
  } while (NextToken);
}

/** The stack's own queues tell whether it is there: then its functions would make the inboxes again. */
export const stackIsThere = async (sqs: SQSClient, stage: string): Promise<boolean> => {
  const { QueueUrls = [] } = await sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: `${stackName(stage)}-${DEAD_LETTERS}`, MaxResults: 1 }),
  );
  return QueueUrls.length > 0;
};

export const countInboxes = async (sqs: SQSClient, stage: string, pageSize = PAGE): Promise<number> => {
  let count = 0;
  for await (const page of pages(sqs, inboxPrefix(stage), pageSize)) count += page.length;
  return count;
};

/** @returns whether it was there */
const deleteQueue = async (sqs: SQSClient, QueueUrl: string): Promise<boolean> => {
  try {
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    return true;
  } catch (error) {
    if (isMissingQueue(error)) return false;
    throw error;
  }
};

/** Deletes a page, so many at a time; returns how many of them were there. */
const deletePage = async (sqs: SQSClient, urls: readonly string[]): Promise<number> => {
  let deleted = 0;
  const left = urls.values();
  const work = async (): Promise<void> => {
    // One iterator for all who work: each takes the next.
    for (const url of left) if (await deleteQueue(sqs, url)) deleted += 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return deleted;
};

export type DeleteOptions = {
  /** Told after each page how many were deleted so far. */
  readonly progress?: (deleted: number) => void;
  readonly pageSize?: number;
  readonly lookAgainMs?: number;
  readonly mostLooks?: number;
};

/**
 * Deletes the inboxes of a stage until none is listed, or all that are listed are gone already. Goes through the list
 * more than once: what is deleted while a list is read may shift its pages.
 * @returns how many it deleted
 * @throws Error where inboxes are listed again and again, since somebody makes them
 */
export const deleteInboxes = async (sqs: SQSClient, stage: string, options: DeleteOptions = {}): Promise<number> => {
  const { progress, pageSize = PAGE, lookAgainMs = LOOK_AGAIN_MS, mostLooks = MOST_LOOKS } = options;
  let deleted = 0;
  for (let look = 1; look <= mostLooks; look += 1) {
    const before = deleted;
    for await (const page of pages(sqs, inboxPrefix(stage), pageSize)) {
      deleted += await deletePage(sqs, page);
      progress?.(deleted);
    }
    if (deleted === before) return deleted;
    if (look > 1) await sleep(lookAgainMs);
  }
  throw new Error(`Inboxes of stage ${stage} keep coming back: does a stack of that name still run?`);
};
