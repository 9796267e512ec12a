/** Which entity a stream record is about. */
import type { EntityChange } from '../relay.ts';
import { domainObject, type IndexAttributes, type Item, type ItemType } from './items.ts';

const KINDS: Partial<Record<ItemType, EntityChange['kind']>> = {
  Device: 'device',
  AssistanceRequest: 'request',
  Connectors: 'connectors',
  RestartTask: 'task',
  RestartJob: 'job',
};

/** @returns `undefined` for an item that nothing follows from, such as a counter */
export const entityChange = (before: Item | undefined, after: Item | undefined): EntityChange | undefined => {
  const type = (after ?? before)?.['type'] as ItemType;
  const kind = KINDS[type];
  // What is deleted was not changed by whoever changed it last.
  const { causedBy: requestId }: IndexAttributes = after ?? {};
  return (
    kind &&
    ({
      kind,
      requestId,
      before: before && domainObject(type, before),
      after: after && domainObject(type, after),
    } as EntityChange)
  );
};
