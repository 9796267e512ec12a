/** The SQS half of a poll, loaded when the gate is open. */
import { createInbox, createSqs } from '../../../../lib/aws/inbox.ts';
import { logSwallowed } from '../../../../lib/lambda/log.ts';
import type { Inbox } from '../../../../lib/restarts/ports.ts';

export const openInbox = (urlPrefix: string): Inbox => createInbox(createSqs(), urlPrefix, logSwallowed);
