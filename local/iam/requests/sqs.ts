/** SQS's calls as IAM sees them: by queue, a batch as what its entries do. */
import * as z from 'zod';
import { arn } from '../../identity.ts';
import { type Access, contextOf } from '../access.ts';

const Request = z.looseObject({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});

/** The queue that a request is about; listing them is about all. */
const queueOf = ({ QueueUrl, QueueName, SourceArn }: z.infer<typeof Request>): string => {
  if (SourceArn !== undefined) return SourceArn;
  const name = QueueName ?? QueueUrl?.slice(QueueUrl.lastIndexOf('/') + 1);
  return name === undefined ? '*' : arn('sqs', name);
};

export const sqsAccess = (action: string, body: unknown): Access[] => {
  const request = Request.parse(body);
  const resource = queueOf(request);
  const tags = request.tags ?? request.Tags;
  const context = contextOf({
    ...(tags && { 'aws:TagKeys': Object.keys(tags) }),
    ...Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  });
  const actions = [action.replace(/Batch$/, '')];
  // Tags on a new queue are a permission of their own.
  if (action === 'CreateQueue' && tags) actions.push('TagQueue');
  return actions.map((name) => ({ action: `sqs:${name}`, resource, context }));
};
