/** SNS's calls as IAM sees them: by topic. It speaks the query protocol, so its body is a form. */
import { type Access, noContext } from '../access.ts';

export const snsAccess = (action: string, body: string): Access[] => {
  const form = new URLSearchParams(body);
  const resource = form.get('TopicArn') ?? form.get('TargetArn') ?? '*';
  return [{ action: `sns:${action.replace(/Batch$/, '')}`, resource, context: noContext }];
};
