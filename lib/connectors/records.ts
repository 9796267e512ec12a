/** The port of the connectors' record. */
import { retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import type { Registry } from './model.ts';

export type ConnectorRecords = {
  /** As the stage's configuration has it, where nothing was ever changed. */
  find(): Promise<Registry>;
  /**
   * Saves what somebody asked for.
   * @throws ConcurrentChange
   */
  save(before: Registry, after: Registry): Promise<void>;
  /**
   * Saves what was seen of a provider, which nobody asked for.
   * @throws ConcurrentChange
   */
  note(before: Registry, after: Registry): Promise<void>;
};

/** Applies one of the rules in `registry.ts`; one that returns what it was given changes nothing. */
export const changeRegistry = (
  records: ConnectorRecords,
  rule: (registry: Registry) => Registry,
  how: 'save' | 'note' = 'save',
): Promise<Registry> =>
  retryOnConcurrentChange(async () => {
    const before = await records.find();
    const after = rule(before);
    if (after !== before) await records[how](before, after);
    return after;
  }, SHARED_RECORD_ATTEMPTS);
