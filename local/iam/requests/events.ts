/** EventBridge's calls as IAM sees them: each entry is put on its own bus. */
import * as z from 'zod';
import { arn } from '../../identity.ts';
import { type Access, contextOf, noContext } from '../access.ts';

const Request = z.looseObject({
  Entries: z
    .array(
      z.looseObject({
        EventBusName: z.string().default('default'),
        Source: z.string().optional(),
        DetailType: z.string().optional(),
      }),
    )
    .default([]),
});

const busArn = (name: string): string => (name.startsWith('arn:') ? name : arn('events', `event-bus/${name}`));

export const eventsAccess = (action: string, body: unknown): Access[] => {
  if (action !== 'PutEvents') return [{ action: `events:${action}`, resource: '*', context: noContext }];
  return Request.parse(body).Entries.map(({ EventBusName, Source, DetailType }) => ({
    action: 'events:PutEvents',
    resource: busArn(EventBusName),
    context: contextOf({ 'events:source': Source, 'events:detail-type': DetailType }),
  }));
};
