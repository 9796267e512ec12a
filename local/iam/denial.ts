/** AWS's own refusals, for each service in its words and its protocol. */
import { type AwsReply, jsonError, jsonReply, xmlError } from '../aws/call.ts';
import type { Access, Principal } from './access.ts';
import type { Refusal } from './decision.ts';

/** Two services have a spelling of their own for their actions. */
const spelled = (action: string): string => {
  if (action.startsWith('sqs:')) return action.toLowerCase();
  if (action.startsWith('sns:')) return action.replace('sns:', 'SNS:');
  return action;
};

/** Says who may not do what, as AWS says it. */
export const denialMessage = ({ name, service }: Principal, { action, resource }: Access, why: Refusal): string => {
  // A service has no policies of its own.
  const missing = service === undefined ? 'identity-based' : 'resource-based';
  const reason = {
    noAllow: `because no ${missing} policy allows the ${spelled(action)} action`,
    identityDeny: 'with an explicit deny in an identity-based policy',
    resourceDeny: 'with an explicit deny in a resource-based policy',
  }[why];
  return `User: ${name} is not authorized to perform: ${spelled(action)} on resource: ${resource} ${reason}`;
};

/** The answer to a call to `service` that is refused. */
export const denialReply = (service: string, message: string): AwsReply => {
  if (service === 'sns') return xmlError('AuthorizationError', message, 403);
  if (service === 'sqs') {
    // SDKs take the name from the header: `AccessDenied`, as the query protocol has it.
    const body = { __type: 'com.amazon.coral.service#AccessDeniedException', message };
    return jsonReply(403, body, { 'x-amzn-query-error': 'AccessDenied;Sender' });
  }
  return jsonError('com.amazon.coral.service#AccessDeniedException', message);
};
