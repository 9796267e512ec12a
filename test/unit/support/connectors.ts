/** The connectors' record in memory. */
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { initialRegistry } from '../../../lib/connectors/connectors.ts';
import type { Registry } from '../../../lib/connectors/model.ts';
import type { ConnectorRecords } from '../../../lib/connectors/records.ts';

export type TestRecords = ConnectorRecords & {
  current: Registry;
  /** Every change that was saved, in order. */
  changes: { before: Registry; after: Registry; how: 'save' | 'note' }[];
};

export const recordsIn = (initial: Registry = initialRegistry({ default: 'rustdesk', rustdesk: {} })): TestRecords => {
  const keep = (how: 'save' | 'note') => async (before: Registry, after: Registry) => {
    if (records.current.version !== before.version) throw new ConcurrentChange('in memory');
    records.current = after;
    records.changes.push({ before, after, how });
  };
  const records: TestRecords = {
    current: initial,
    changes: [],
    find: async () => records.current,
    save: keep('save'),
    note: keep('note'),
  };
  return records;
};
