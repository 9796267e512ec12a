/** The connectors' record and the lease of each, in DynamoDB. */
import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, SECOND } from '../clock.ts';
import { connectorEvents } from '../connectors/events.ts';
import type { ConnectorName, Registry } from '../connectors/model.ts';
import type { Lease } from '../connectors/ports.ts';
import type { ConnectorRecords } from '../connectors/records.ts';
import { type Database, held, ttl, unaccompanied, type Write, write } from './dynamodb.ts';
import { fromItem, toItem } from './items.ts';
import { connectorLeaseKey, connectorsKey } from './keys.ts';
import { followedBy } from './outbox-items.ts';
import { create, replace } from './versioned.ts';

/** @param initial what there is while nothing is stored: of version 0 */
export const createConnectorRecords = (db: Database, table: string, initial: Registry): ConnectorRecords => {
  const change = (before: Registry, after: Registry): Write => {
    const item = toItem('Connectors', connectorsKey, after);
    const isFirst = before.version === initial.version;
    return {
      ...(isFirst ? create(table, item) : replace(table, item, before.version)),
      follows: followedBy({ events: connectorEvents(isFirst ? undefined : before, after), messages: [] }, after),
    };
  };
  return {
    find: async () => {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: connectorsKey, ConsistentRead: true }));
      return fromItem<Registry>('Connectors', Item) ?? initial;
    },
    save: (before, after) => write(db, change(before, after)),
    note: (before, after) => unaccompanied(() => write(db, change(before, after))),
  };
};

/** Longer than any function that takes one may run. */
const LEASE_MS = 30 * SECOND;

/** A lease of one holder: each has a name of its own, so that one whose time ran out gives back nothing of the next. */
export const createConnectorLease = (db: Database, table: string, name: ConnectorName, clock: Clock): Lease => {
  let holder: string | undefined;
  return {
    acquire: async () => {
      const now = clock();
      const wanted = randomUUID();
      const until = now + LEASE_MS;
      const Item = toItem('ConnectorLease', connectorLeaseKey(name), { holder: wanted, until }, { ttl: ttl(until) });
      const taking: Write = {
        Put: {
          TableName: table,
          Item,
          ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':now': now },
        },
      };
      if (!(await held(unaccompanied(() => write(db, taking))))) return false;
      holder = wanted;
      return true;
    },
    release: async () => {
      const leaving = holder;
      if (leaving === undefined) return;
      holder = undefined;
      const giving: Write = {
        Delete: {
          TableName: table,
          Key: connectorLeaseKey(name),
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':holder': leaving },
        },
      };
      await held(unaccompanied(() => write(db, giving)));
    },
  };
};
