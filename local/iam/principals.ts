/** Who asks, as policies and refusals name it. */
import { ACCOUNT, nameFromArn, PARTITION, REGION } from '../identity.ts';
import { type Context, contextOf, type Principal } from './access.ts';

/** A session of a role, named after the function that has it. */
export const sessionOf = (roleArn: string, session: string): Principal => {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const name = `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/${role}/${nameFromArn(session)}`;
  return { name, arns: [roleArn, name] };
};

/** A service of AWS's that acts by itself. */
export const serviceOf = (service: string): Principal => ({ name: service, arns: [], service });

/** What every request of a role says. Calls on this machine count as encrypted: on AWS the SDK's are. */
export const roleContext = (roleArn: string): Context =>
  contextOf({
    'aws:SecureTransport': 'true',
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': ACCOUNT,
    'aws:PrincipalType': 'AssumedRole',
    'aws:RequestedRegion': REGION,
  });

/** What a request of a service says: on behalf of which resource it comes. */
export const serviceContext = (sourceArn: string): Context =>
  contextOf({
    'aws:SecureTransport': 'true',
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': ACCOUNT,
    'aws:RequestedRegion': REGION,
  });
