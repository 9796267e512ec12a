/** Checks each call of a function against its role, and answers those that AWS would deny. */
import type { Interceptor } from '../aws/call.ts';
import type { Model } from '../resources/model.ts';
import { joined } from './access.ts';
import type { Authorizer } from './authorizer.ts';
import { denialMessage, denialReply } from './denial.ts';
import { roleContext, sessionOf } from './principals.ts';
import { createAccessReader } from './requests/requests.ts';

/** Looks at every call but those of callers without a role. `onDenied` gets each refusal's text. */
export const enforceRoles = (
  model: Pick<Model, 'tables' | 'secrets'>,
  authorizer: Authorizer,
  onDenied: (message: string) => void,
): Interceptor => {
  const accessesOf = createAccessReader(model);
  return (call) => {
    const { roleArn, arn } = call.caller;
    if (roleArn === undefined) return undefined;
    const principal = sessionOf(roleArn, arn);
    const general = roleContext(roleArn);
    const accesses = accessesOf(call).map((access) => ({ ...access, context: joined(access.context, general) }));
    const refused = authorizer.firstRefused(accesses, principal, roleArn);
    if (!refused) return undefined;
    const message = denialMessage(principal, refused.access, refused.why);
    onDenied(message);
    return denialReply(call.service, message);
  };
};
