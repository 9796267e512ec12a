/** From a call to what it needs to be allowed. A call that is not known here needs its action on everything. */
import type { AwsCall } from '../../aws/call.ts';
import type { Model } from '../../resources/model.ts';
import { type Access, noContext } from '../access.ts';
import { dynamodbAccess } from './dynamodb.ts';
import { eventsAccess } from './events.ts';
import { secretsAccess } from './secretsmanager.ts';
import { snsAccess } from './sns.ts';
import { sqsAccess } from './sqs.ts';

type Reader = (action: string, body: string) => Access[];

const json =
  (read: (action: string, body: unknown) => Access[]): Reader =>
  (action, body) =>
    read(action, JSON.parse(body));

/** Makes the reader of calls to any service. */
export const createAccessReader = (model: Pick<Model, 'tables' | 'secrets'>) => {
  const readers: Readonly<Record<string, Reader>> = {
    dynamodb: json(dynamodbAccess(model.tables)),
    sqs: json(sqsAccess),
    sns: snsAccess,
    events: json(eventsAccess),
    secretsmanager: json(secretsAccess(model.secrets)),
  };
  return ({ service, action, body }: Pick<AwsCall, 'service' | 'action' | 'body'>): Access[] => {
    const unknown = [{ action: `${service}:${action}`, resource: '*', context: noContext }];
    const read = readers[service];
    if (!read) return unknown;
    try {
      const accesses = read(action, body);
      return accesses.length > 0 ? accesses : unknown;
    } catch {
      // What cannot be read cannot be allowed.
      return unknown;
    }
  };
};
