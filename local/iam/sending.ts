/** What sending to a destination takes: an action, by what the destination is. */
import { serviceOfArn } from '../identity.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
};

/** The action that allows sending to the resource of this ARN. */
export const sendAction = (destination: string): string =>
  destination.includes(':api-destination/')
    ? 'events:InvokeApiDestination'
    : (ACTIONS[serviceOfArn(destination)] ?? 'unknown:Send');
